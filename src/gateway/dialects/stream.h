// A provider's event stream on its way to a client: metered, and told in the client's dialect.
// Where the two agree the bytes are forwarded as they came, less the usage chunk nobody asked for.
//
// A stream ends with its dialect's terminal event or it has not ended: in that case finish() writes
// the dialect's error event and never a terminal one. An error that the provider tells in
// mid-stream is told on in the client's dialect, and nothing after it.
//
// The output depends on the bytes alone, not on how they are cut. Every feed() writes all that can
// be said by then.
//
// Concurrency: one thread per object. Limits: kMaxSseEvent bytes of an event; kMaxHeldBlocks
// blocks and kMaxHeldBytes of them that wait for their turn.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "gateway/dialects/dialect.h"
#include "gateway/dialects/sse.h"

namespace guildhall::gateway {

struct StreamOptions {
  Dialect from = Dialect::chat;  // the provider's
  Dialect to = Dialect::chat;    // the client's
  bool wants_usage = false;      // RequestFacts::wants_usage
  std::int64_t created_s = 0;    // Unix time, told to chat clients of other dialects' providers
};

class StreamMachine;

class StreamTranslator {
 public:
  // Error: invalid/"not-translatable" between responses and another dialect.
  static Result<StreamTranslator> create(const StreamOptions& options);
  StreamTranslator(StreamTranslator&&) noexcept;
  StreamTranslator& operator=(StreamTranslator&&) noexcept;
  ~StreamTranslator();

  // Appends what the client gets. An error (malformed/"upstream-malformed") ends the stream:
  // nothing more is read, and finish() tells the client.
  Result<> feed(std::string_view bytes, std::string& out);
  // The terminal event has come (or an error): no more bytes are needed.
  bool ended() const;
  // The provider's stream is at its end. Once.
  Finish finish(std::string& out);
  // The gateway itself ends it (a timeout, a locked room): `why` is told unless the stream has
  // ended. Instead of finish().
  Finish abort(const Error& why, std::string& out);

 private:
  explicit StreamTranslator(std::unique_ptr<StreamMachine> machine);
  SseReader reader_;
  std::unique_ptr<StreamMachine> machine_;
  std::optional<Error> failed_;
  bool owes_lf_ = false;
};

}  // namespace guildhall::gateway
