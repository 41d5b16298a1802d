// What the parts of the server share. Internal to src/net.
//
// Concurrency: each member says its own; the rest is immutable after start.
#pragma once

#include <microhttpd.h>

#include <atomic>
#include <memory>

#include "net/forwarded.h"
#include "net/server.h"
#include "net/work_queue.h"

namespace guildhall::net {

class Exchange;
class Parking;
class RawStreams;
class Topics;
class Watch;

// What a connection is doing, as the sweeper needs to know it.
enum class Phase : unsigned char {
  idle,        // accepted or kept alive; perhaps a header is coming in
  body,        // the client owes us bytes
  working,     // we owe the client a reply
  sending,     // the client owes us reading
  raw,         // a RawStream has the descriptor and its own deadlines
  discarding,  // refused already; the rest of its body is read and dropped
};

// What a RawStream sends.
enum class RawKind : unsigned char { source, polled, live };
inline constexpr std::size_t kRawKinds = 3;

// One TCP connection. Lives from MHD's notice of its start to that of its end; the sweeper sees it
// through the registry in between.
struct Connection {
  MHD_Connection* mhd = nullptr;
  IpAddress peer{};
  Mutex mutex;
  int fd GUARDED_BY(mutex) = -1;
  std::shared_ptr<Exchange> exchange GUARDED_BY(mutex);

  std::atomic<Phase> phase{Phase::idle};
  std::atomic<std::int64_t> since_ms{0};
  std::atomic<std::uint64_t> body_bytes{0};
  std::atomic<bool> paused{false};  // we suspended it for back-pressure since the last look
  std::atomic<bool> served{false};  // had a request before

  // The sweeper's own notes about the phase it last saw.
  struct Mark {
    std::int64_t since_ms = -1;
    std::int64_t progress_ms = 0;
    std::int64_t header_ms = 0;  // when bytes of a header were first seen; 0: none
    std::uint64_t bytes = 0;
  } mark;
  Connection* previous = nullptr;  // registry
  Connection* next = nullptr;

  void enter(Phase to);
};

struct Core {
  Core(ServerOptions with, App& to, ProxyRules rules);
  ~Core();

  const ServerOptions options;
  App& app;
  const ProxyRules proxies;
  std::unique_ptr<WorkQueue> queue;
  const std::unique_ptr<Watch> watch;
  const std::unique_ptr<Topics> topics;
  const std::unique_ptr<RawStreams> streams;
  const std::unique_ptr<Parking> parking;

  std::atomic<bool> stopping{false};  // replies close their connection
  std::atomic<bool> closing{false};   // what still comes is refused
  std::atomic<std::int64_t> connections{0};
  std::atomic<std::int64_t> requests{0};
  std::atomic<std::int64_t> in_flight{0};  // requests begun and not yet answered in full
  std::atomic<std::int64_t> refused_full{0};
  std::atomic<std::int64_t> cut_slow{0};
  std::atomic<std::int64_t> body_bytes{0};  // of all collected bodies
  std::atomic<int> streaming_bodies{0};     // workers that read a body while it arrives
};

}  // namespace guildhall::net
