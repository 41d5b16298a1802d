// For tests: a peer on loopback, its dialler, shim and translator on a thread each, and the room's
// end of the pipe.
//
// Concurrency: one thread; each role has its own. Limits: none.
#pragma once

#include <doctest/doctest.h>
#include <poll.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "base/boot_clock.h"
#include "connector/dialler/dialler.h"
#include "connector/shim/shim.h"
#include "connector/translator/translator.h"
#include "net/test_client.h"

namespace guildhall::connector::testing {

inline gateway::Ends pair_of(bool messages) {
  auto ends = messages ? gateway::message_pair() : gateway::stream_pair();
  REQUIRE(ends);
  return std::move(*ends);
}

// What came of one exchange.
struct Came {
  std::optional<gateway::Head> head;
  std::string data;
  std::optional<gateway::Meter> meter;
  std::optional<gateway::End> end;

  std::string_view ending() const { return end ? ending_word(end->ending) : "none"; }
};

class Chain {
 public:
  explicit Chain(gateway::Peer peer, std::string credential = "sk-ours")
      : dial_(pair_of(true)), shim_(pair_of(false)), room_(pair_of(false)) {
    roles_.emplace_back([peer, end = std::move(dial_.there)]() mutable {
      Loop loop;
      Account account(peer.bytes_per_day, gateway::Descriptor(), system_clock());
      Dialler dialler(peer, {std::move(end), resolve_host, boot_clock()}, std::move(account), loop);
      loop.run();
    });
    roles_.emplace_back([peer, credential, pipe = std::move(shim_.there),
                         dialler = std::move(dial_.here)]() mutable {
      Loop loop;
      auto shim =
          Shim::open(peer, Secret(credential), "", std::move(pipe), std::move(dialler), loop);
      if (shim) loop.run();
    });
    roles_.emplace_back([room = std::move(room_.there), shim = std::move(shim_.here)]() mutable {
      Loop loop;
      Translator translator(std::move(room), std::move(shim), loop, system_clock());
      loop.run();
    });
    pipe_ = std::make_unique<gateway::FramePipe>(room_.here.release());
  }
  ~Chain() {
    pipe_.reset();  // the translator ends, then the shim, then the dialler
    for (auto& role : roles_) role.join();
  }

  static gateway::Begin begin_of(gateway::Operation operation, bool stream) {
    gateway::Begin begin;
    begin.operation = operation;
    begin.provider = gateway::Dialect::chat;
    begin.stream = stream;
    begin.timeouts = {5'000, 10'000, 10'000, 20'000};
    begin.max_reply_bytes = 32U << 20;
    begin.model = "their-name";
    return begin;
  }

  std::uint32_t send(gateway::Begin begin, std::string_view body) {
    auto id = queue(std::move(begin), body);
    flush();
    return id;
  }
  // Goes with the next flush.
  std::uint32_t queue(gateway::Begin begin, std::string_view body) {
    begin.body_bytes = static_cast<std::uint32_t>(body.size());
    gateway::put_begin(pipe_->out(), ++last_, begin);
    gateway::put_pieces(pipe_->out(), gateway::FrameKind::body, last_, body);
    gateway::put_frame(pipe_->out(), gateway::FrameKind::body_end, last_, {});
    return last_;
  }
  void flush() {
    while (pipe_->flush() && pipe_->has_more()) step(10);
  }
  void put(gateway::FrameKind kind, std::uint32_t id, std::string_view payload = {}) {
    gateway::put_frame(pipe_->out(), kind, id, payload);
    flush();
  }
  void credit(std::uint32_t id, std::uint32_t bytes) {
    gateway::put_credit(pipe_->out(), id, bytes);
    flush();
  }

  // Until it has ended, giving credit for what came; or for so long.
  Came& wait(std::uint32_t id, std::int64_t ms = 20'000, bool gives_credit = true) {
    gives_credit_ = gives_credit;
    auto until_ms = monotonic_ms() + ms;
    while (!came_[id].end && monotonic_ms() < until_ms && !closed_) step(50);
    return came_[id];
  }
  Came& came(std::uint32_t id) { return came_[id]; }
  // The other side has ended the pipe.
  bool wait_closed(std::int64_t ms = 5'000) {
    auto until_ms = monotonic_ms() + ms;
    while (!closed_ && monotonic_ms() < until_ms) step(50);
    return closed_;
  }

 private:
  void step(int ms) {
    pollfd one{pipe_->fd(), POLLIN, 0};
    if (poll(&one, 1, ms) <= 0) return;
    auto read = pipe_->read([this](const gateway::Frame& frame) { return take(frame); });
    closed_ = closed_ || !read;
  }
  Result<void> take(const gateway::Frame& frame) {
    Came& came = came_[frame.exchange];
    switch (frame.kind) {
      case gateway::FrameKind::head: came.head = TRY(gateway::read_head(frame.payload)); break;
      case gateway::FrameKind::data:
        came.data += frame.payload;
        if (gives_credit_) {
          gateway::put_credit(pipe_->out(), frame.exchange,
                              static_cast<std::uint32_t>(frame.payload.size()));
        }
        break;
      case gateway::FrameKind::meter: came.meter = TRY(gateway::read_meter(frame.payload)); break;
      case gateway::FrameKind::end: came.end = TRY(gateway::read_end(frame.payload)); break;
      default: return fail(Fault::malformed, "bad-frame", "It goes the wrong way.");
    }
    return pipe_->flush();
  }

  gateway::Ends dial_;
  gateway::Ends shim_;
  gateway::Ends room_;
  std::vector<std::thread> roles_;
  std::unique_ptr<gateway::FramePipe> pipe_;
  std::uint32_t last_ = 0;
  std::map<std::uint32_t, Came> came_;
  bool gives_credit_ = true;
  bool closed_ = false;
};

// A peer of the room on this port of loopback.
inline gateway::Peer loopback_peer(int port) {
  gateway::Peer peer;
  peer.name = "peer";
  peer.url = "http://127.0.0.1:" + std::to_string(port);
  peer.allow = {"127.0.0.1"};
  peer.bytes_per_day = 1LL << 40;
  REQUIRE(gateway::complete_peer(peer));
  return peer;
}

}  // namespace guildhall::connector::testing
