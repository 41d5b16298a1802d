// The translator of one peer: between what the room's clients speak and what the peer speaks. It
// parses what the peer says, and holds nothing: no key, no descriptor but its two pipes.
//
// What is no dialect's (Begin::plain) goes to the shim as it came, and of its reply the head comes
// back: nothing of it is parsed here.
//
// A request comes whole from the room, is rewritten (gateway/dialects) and goes to the shim; a
// streamed reply is translated piece by piece, another when it is whole. Either way the room is
// told what was used before it is told the end. A stream that breaks off ends in the client's error
// event.
//
// Concurrency: one thread. Limits: kMaxModelExchanges, kMaxModelBody, kMaxModelReply, kModelWindow.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "connector/loop.h"
#include "gateway/descriptors.h"
#include "gateway/dialects/reply.h"
#include "gateway/dialects/request.h"
#include "gateway/dialects/stream.h"
#include "gateway/frame_pipe.h"

namespace guildhall::connector {

class Translator {
 public:
  Translator(gateway::Descriptor room, gateway::Descriptor shim, Loop& loop, const Clock& wall);
  ~Translator();

 private:
  struct Exchange {
    gateway::Begin begin;
    std::string body;             // of the request, then of a reply that is not streamed
    int status = 0;               // of the reply; 0: no head yet
    gateway::HeaderList headers;  // of one that is read whole
    std::optional<gateway::StreamTranslator> stream;
    gateway::Meter meter;
    std::int64_t credit = 0;          // of the room
    std::int64_t owed = 0;            // to the shim
    std::string held;                 // for the room, beyond its credit
    std::optional<gateway::End> end;  // to be told when nothing is held any more
  };
  using Exchanges = std::unordered_map<std::uint32_t, Exchange>;

  Result<void> from_room(const gateway::Frame& frame);
  Result<void> from_shim(const gateway::Frame& frame);
  Result<void> begin(const gateway::Frame& frame);
  void dispatch(std::uint32_t id, Exchange& exchange);
  void cancel(std::uint32_t id, Exchange& exchange);
  void refuse(std::uint32_t id, const Error& error);
  void on_head(std::uint32_t id, Exchange& exchange, gateway::Head head);
  void on_data(std::uint32_t id, Exchange& exchange, std::string_view bytes);
  void on_end(std::uint32_t id, Exchange& exchange, gateway::End end);
  void finish_stream(Exchange& exchange, gateway::End& end);
  void finish_whole(std::uint32_t id, Exchange& exchange, gateway::End& end);
  void break_off(std::uint32_t id, Exchange& exchange);
  void give(std::uint32_t id, Exchange& exchange);
  std::int64_t on_round();

  gateway::FramePipe room_;
  gateway::FramePipe shim_;
  Loop& loop_;
  const Clock& wall_;
  Exchanges exchanges_;
};

}  // namespace guildhall::connector
