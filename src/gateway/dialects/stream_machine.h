// What StreamTranslator drives: one state machine per pair of dialects. The translator reads blocks
// and ends streams; a machine understands them.
//
// Concurrency: one thread. Limits: those of StreamTranslator.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "gateway/dialects/dialect.h"
#include "gateway/dialects/errors.h"
#include "gateway/dialects/raw_json.h"
#include "gateway/dialects/sse.h"
#include "gateway/dialects/stream.h"

namespace guildhall::gateway {

class StreamMachine {
 public:
  explicit StreamMachine(const StreamOptions& options) : options_(options) {}
  virtual ~StreamMachine() = default;
  StreamMachine(const StreamMachine&) = delete;
  StreamMachine& operator=(const StreamMachine&) = delete;

  // One block; `cut`: the stream ended without its blank line.
  virtual Result<> block(const SseBlock& block, bool cut, std::string& out) = 0;

  bool ended() const { return ended_; }
  Finish& finish() { return finish_; }
  // Ends the stream with an error event in the client's dialect.
  void fail_with(const ModelError& error, std::string_view fault, Outcome outcome,
                 std::string& out);

 protected:
  // Terminal event or error: nothing more is read.
  void end(Outcome outcome) {
    ended_ = true;
    finish_.outcome = outcome;
  }
  void told_error(std::string_view fault) {
    end(Outcome::error);
    finish_.fault = fault;
  }
  void name_reply(const RawJson& reply);  // its id and model, once

  const StreamOptions options_;
  Finish finish_;
  std::int64_t sequence_ = 0;  // of a responses event, the next

 private:
  bool ended_ = false;
};

std::unique_ptr<StreamMachine> make_pass_through(const StreamOptions& options);
std::unique_ptr<StreamMachine> make_chat_to_messages(const StreamOptions& options);
std::unique_ptr<StreamMachine> make_messages_to_chat(const StreamOptions& options);

}  // namespace guildhall::gateway
