// What a handler sees of HTTP: plain structs, no library. The server behind it is server.h.
//
// Concurrency: a Request and its Reply belong to one worker thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace guildhall::net {

enum class Method : unsigned char { get, head, post, put, patch, del, options };
std::string_view method_name(Method method);

// The bytes of a request body that is read while it arrives (imports, uploads). `read` blocks the
// worker; an empty view is the end. Slow or broken clients give timeout/"slow-body" or
// malformed/"body-truncated".
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  virtual Result<std::string_view> read() = 0;  // the view lives until the next call
};

struct Request {
  Method method = Method::get;
  std::string path;                                        // decoded, without the query
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
  std::string body;              // whole, unless the route asked for a stream
  BodyStream* stream = nullptr;  // set when the route streams its body
  std::string peer_address;      // after trusted-proxy rules
  bool secure = false;           // arrived over TLS, as the trusted proxy says
  std::string request_id;

  // Names are matched without regard to case; empty where absent.
  virtual std::string_view header(std::string_view name) const = 0;
  virtual ~Request() = default;

  std::optional<std::string_view> param(std::string_view name) const {
    for (const auto& [key, value] : query)
      if (key == name) return value;
    return std::nullopt;
  }
};

// Produces a long reply piece by piece on a worker thread: `next` appends the next piece to `out`,
// nothing at the end. An error cuts the connection (the status is already out).
class BodySource {
 public:
  virtual ~BodySource() = default;
  virtual Result<void> next(std::string& out) = 0;
};

// A file on disk, sent with sendfile; `offset`/`length` for ranges.
struct FileBody {
  int fd = -1;  // owned by the reply; closed after sending
  std::int64_t offset = 0;
  std::int64_t length = 0;
};

// A subscription to server-sent events. The server pulls: whenever `EventHub::notify(topic)` is
// called (and at the keep-alive interval) it asks `poll` for new events on a worker thread.
struct EventStream {
  std::string topic;
  // Returns the text to send now (complete SSE blocks), empty for none; an error ends the stream.
  std::function<Result<std::string>()> poll;
};

// An answer that is not there yet: `poll` is asked at once, whenever `notify(topic)` is called and
// a last time after `wait_ms`; it holds no worker meanwhile. The first text is the body, and at the
// last time whatever it says.
struct HeldAnswer {
  std::string topic;
  std::int64_t wait_ms = 0;
  std::function<Result<std::string>(bool last)> poll;
};

struct Reply;

// The place of an answer that is made elsewhere. Completed by any thread, once: what comes later,
// or after the client has left, does nothing. It may be held for as long as one likes, also when
// the server is gone.
class LaterAnswer {
 public:
  virtual ~LaterAnswer() = default;
  // Anything but another `later`.
  virtual void complete(Reply reply) = 0;
};

// An answer that comes later, on a connection that is kept. The request is parked meanwhile and
// holds no worker. A client that closes its sending side has left, too.
struct LaterReply {
  // Worker: called once, when the request is parked.
  std::function<void(std::shared_ptr<LaterAnswer>)> start;
  // Any thread, must not block: the client left before the answer, or the server has stopped
  // waiting for it. At most once, after `start` has returned, never after a `complete` in time.
  std::function<void()> gone;
};

// A body that arrives in pieces from elsewhere, sent byte for byte as soon as it is there. When it
// is over, or the client has left, it is destroyed at once, on any thread, but never while one of
// its calls runs.
class LiveBody {
 public:
  virtual ~LiveBody() = default;
  // Worker, once, before the first `take`; never, if the client has left by then. `wake` may be
  // called by any thread whenever there is more, also after the end and after the server's, where
  // it does nothing; it does not block.
  virtual void start(std::function<void()> wake) = 0;
  // Worker: appends what is there, and is asked until it appends nothing; then after a wake (or
  // without one), but never before all of it has been handed to the kernel. True: that was the
  // end. An error cuts the connection, so that the client sees that the body is not whole: by a
  // reset where the error is Fault::gone, or where the end of the connection would be that of the
  // body (HTTP/1.0).
  virtual Result<bool> take(std::string& out) = 0;
};

struct Reply {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::unique_ptr<BodySource> source;  // instead of body
  std::int64_t source_bytes = -1;      // how much it will give, where that is known
  std::optional<FileBody> file;        // instead of body
  std::optional<EventStream> events;   // instead of body
  std::optional<HeldAnswer> held;      // instead of body
  std::optional<LaterReply> later;     // instead of all else
  std::unique_ptr<LiveBody> live;      // instead of body

  Reply& header(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
};

// How the server treats a request before its body is read; the app answers from method and path.
struct Admission {
  bool stream_body = false;
  std::size_t max_body_bytes = 0;
};

// What the server calls. Both run on any thread; `handle` on a worker, `admit` on the loop's
// thread (it must not block).
class App {
 public:
  virtual ~App() = default;
  virtual Admission admit(Method method, std::string_view path) const = 0;
  virtual Reply handle(Request& request) = 0;
};

// application/problem+json (RFC 9457) from an Error.
Reply problem(const Error& error, std::string_view request_id = {});

}  // namespace guildhall::net
