// The HTTP/1.1 server: libmicrohttpd's epoll loop in front, a bounded pool of workers behind.
//
// Operation. The loop parses; a request is suspended, put on the work queue and resumed with its
// reply. A full queue answers 503 with Retry-After at once, from the loop. Event streams, answers
// that come later and live bodies hold no worker: whoever has something for them wakes them, and a
// worker takes it. A watch of our own (epoll on the
// descriptors) notices clients that leave while suspended, and a sweeper cuts off those that are
// slower than the deadlines.
//
// Stopping. `stop()` closes the listener, lets requests in flight finish (kDrainMs), ends event
// streams, answers 503 to those who still wait for an answer made elsewhere, returns.
//
// Concurrency: start/stop from one thread; notify from any.
// Limits: kMaxConnections, kWorkQueue, kWorkers, kHeaderDeadlineMs, kBodyDeadlineMs,
// kBodyMinBytesPerSecond, kMaxEventStreams, kMaxParked, kMaxLiveStreams, kSendStallMs, in
// base/limits.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/listen.h"
#include "net/http.h"

namespace guildhall::net {

// Tests shorten them; the product leaves them as they are.
struct Deadlines {
  std::int64_t header_ms = kHeaderDeadlineMs;
  std::int64_t idle_ms = kIdleMs;
  std::int64_t body_ms = kBodyDeadlineMs;
  std::int64_t body_min_bytes_per_second = kBodyMinBytesPerSecond;
  std::int64_t send_stall_ms = kSendStallMs;
  std::int64_t linger_ms = kLingerMs;
  std::int64_t drain_ms = kDrainMs;
  std::int64_t event_keep_alive_ms = kEventKeepAliveMs;
  std::int64_t event_interval_ms = kEventIntervalMs;
};

struct ServerOptions {
  int listen_fd = -1;  // bound and listening; stays the caller's
  int workers = kWorkers;
  int loops = 1;  // threads that parse
  int max_connections = kMaxConnections;
  int max_event_streams = kMaxEventStreams;
  int max_parked = kMaxParked;
  int max_live_streams = kMaxLiveStreams;
  int work_queue = kWorkQueue;
  std::vector<std::string> trusted_proxies;  // addresses or CIDR blocks; X-Forwarded-For/-Proto
  // The proxies write Forwarded (RFC 7239). Never both: a client could forge the one they leave.
  bool proxies_send_forwarded = false;
  Deadlines deadlines;
};

struct ServerStats {
  std::int64_t connections = 0;
  std::int64_t event_streams = 0;
  std::int64_t live_streams = 0;
  std::int64_t parked = 0;
  std::int64_t queue = 0;
  std::int64_t requests = 0;
  std::int64_t refused_full = 0;
  std::int64_t cut_slow = 0;
};

// As far as it goes. A server does it when it starts; one that may not by then, before.
void raise_descriptor_limit();

class Server {
 public:
  static Result<std::unique_ptr<Server>> start(ServerOptions options, App& app);
  virtual ~Server() = default;
  virtual void stop() = 0;
  virtual ServerStats stats() const = 0;
  // Wakes every event stream of this topic.
  virtual void notify(std::string_view topic) = 0;
};

using guildhall::bound_port;
using guildhall::listen_on;

}  // namespace guildhall::net
