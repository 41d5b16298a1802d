#include "net/server.h"

#include <fcntl.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include "base/clock.h"
#include "base/log.h"
#include "net/exchange.h"
#include "net/parking.h"
#include "net/raw_streams.h"
#include "net/sweeper.h"
#include "net/topics.h"

namespace guildhall::net {
namespace {

constexpr std::int64_t kQuietMs = 30;

IpAddress address_of(const sockaddr* address) {
  IpAddress out{};
  if (address != nullptr && address->sa_family == AF_INET6) {
    std::memcpy(out.data(), &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, 16);
  } else if (address != nullptr && address->sa_family == AF_INET) {
    out[10] = out[11] = 0xff;
    std::memcpy(&out[12], &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, 4);
  }
  return out;
}

Connection& connection_of(MHD_Connection* mhd) {
  const auto* info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return *static_cast<Connection*>(info->socket_context);
}

class HttpServer final : public Server {
 public:
  HttpServer(ServerOptions options, App& app, ProxyRules proxies)
      : core_(std::move(options), app, std::move(proxies)), sweeper_(core_) {}
  ~HttpServer() override { stop(); }

  Result<> start();
  void stop() override;
  ServerStats stats() const override;
  void notify(std::string_view topic) override { core_.topics->notify(topic); }

 private:
  static MHD_Result on_call(void* self, MHD_Connection* mhd, const char* url, const char* method,
                            const char* version, const char* data, std::size_t* size,
                            void** context);
  static void* on_target(void* self, const char* uri, MHD_Connection* mhd);
  static void on_connection(void* self, MHD_Connection* mhd, void** context,
                            MHD_ConnectionNotificationCode what);
  static void on_completed(void* self, MHD_Connection* mhd, void** context,
                           MHD_RequestTerminationCode why);
  static std::size_t keep_escapes(void*, MHD_Connection*, char* text) { return strlen(text); }
  static void* watch_main(void* self);

  void open(MHD_Connection* mhd, void** context);
  void close_connection(Connection& connection);
  bool start_daemon(int fd);
  void watch();
  bool drained() const { return core_.in_flight.load() == 0 && core_.streams->empty(); }
  void end_what_is_left();
  void wait_until_drained(std::int64_t deadline_ms);

  Core core_;
  Sweeper sweeper_;
  MHD_Daemon* daemon_ = nullptr;
  pthread_t watcher_{};
  std::atomic<bool> watching_{false};
};

Result<> HttpServer::start() {
  raise_descriptor_limit();
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT: a client that leaves must not end the process
  core_.queue = std::make_unique<WorkQueue>(core_.options.workers, core_.options.work_queue);
  // MHD closes the descriptor it is given; the caller keeps theirs.
  int fd = fcntl(core_.options.listen_fd, F_DUPFD_CLOEXEC, 0);
  if (fd < 0 || !start_daemon(fd)) {
    if (fd >= 0) close(fd);
    return fail(Fault::unavailable, "no-server", "The HTTP server could not be started.");
  }
  watching_ = true;
  if (pthread_create(&watcher_, nullptr, &HttpServer::watch_main, this) != 0) {
    watching_ = false;
    return fail(Fault::unavailable, "no-server", "The watch thread could not be started.");
  }
  return {};
}

bool HttpServer::start_daemon(int fd) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  sigdelset(&all, SIGSYS);  // a call that a sandbox refuses is answered where it is made
  pthread_sigmask(SIG_SETMASK, &all, &before);  // signals belong to the main thread
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_SUSPEND_RESUME | MHD_USE_TURBO;
  unsigned loops = core_.options.loops > 1 ? static_cast<unsigned>(core_.options.loops) : 0;
  daemon_ = MHD_start_daemon(flags, 0, nullptr, nullptr, &HttpServer::on_call, this,  //
                             MHD_OPTION_LISTEN_SOCKET, fd,                            //
                             MHD_OPTION_THREAD_POOL_SIZE, loops,                      //
                             MHD_OPTION_CONNECTION_LIMIT,
                             static_cast<unsigned>(core_.options.max_connections),
                             MHD_OPTION_CONNECTION_MEMORY_LIMIT, kConnectionMemory,             //
                             MHD_OPTION_CONNECTION_TIMEOUT, 0U,                                 //
                             MHD_OPTION_STRICT_FOR_CLIENT, 1,                                   //
                             MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,                              //
                             MHD_OPTION_URI_LOG_CALLBACK, &HttpServer::on_target, this,         //
                             MHD_OPTION_NOTIFY_CONNECTION, &HttpServer::on_connection, this,    //
                             MHD_OPTION_NOTIFY_COMPLETED, &HttpServer::on_completed, this,      //
                             MHD_OPTION_UNESCAPE_CALLBACK, &HttpServer::keep_escapes, nullptr,  //
                             MHD_OPTION_END);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return daemon_ != nullptr;
}

void HttpServer::on_connection(void* self, MHD_Connection* mhd, void** context,
                               MHD_ConnectionNotificationCode what) {
  auto& server = *static_cast<HttpServer*>(self);
  if (what == MHD_CONNECTION_NOTIFY_STARTED) {
    server.open(mhd, context);
  } else {
    server.close_connection(*static_cast<Connection*>(*context));
    *context = nullptr;
  }
}

void HttpServer::open(MHD_Connection* mhd, void** context) {
  auto* connection = new Connection;
  connection->mhd = mhd;
  connection->peer =
      address_of(MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
  {
    MutexLock lock(connection->mutex);
    connection->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
  }
  connection->enter(Phase::idle);
  *context = connection;
  sweeper_.add(*connection);
  core_.connections.fetch_add(1, std::memory_order_relaxed);
}

void HttpServer::close_connection(Connection& connection) {
  sweeper_.remove(connection);
  core_.connections.fetch_sub(1, std::memory_order_relaxed);
  delete &connection;
}

void* HttpServer::on_target(void* self, const char* uri, MHD_Connection* mhd) {
  auto& server = *static_cast<HttpServer*>(self);
  Connection& connection = connection_of(mhd);
  auto exchange = std::make_shared<Exchange>(server.core_, connection, uri);
  MutexLock lock(connection.mutex);
  connection.exchange = exchange;
  return exchange.get();
}

MHD_Result HttpServer::on_call(void*, MHD_Connection*, const char*, const char* method,
                               const char* version, const char* data, std::size_t* size,
                               void** context) {
  return static_cast<Exchange*>(*context)->on_call(method, version, data, size);
}

void HttpServer::on_completed(void*, MHD_Connection* mhd, void** context,
                              MHD_RequestTerminationCode) {
  if (*context == nullptr) return;
  static_cast<Exchange*>(*context)->on_end();
  *context = nullptr;
  Connection& connection = connection_of(mhd);
  connection.served.store(true, std::memory_order_relaxed);
  std::shared_ptr<Exchange> last;  // dies outside the lock
  {
    MutexLock lock(connection.mutex);
    last.swap(connection.exchange);
  }
  connection.enter(Phase::idle);
}

void* HttpServer::watch_main(void* self) {
  static_cast<HttpServer*>(self)->watch();
  return nullptr;
}

void HttpServer::watch() {
  sigset_t all;
  sigfillset(&all);
  sigdelset(&all, SIGSYS);  // a call that a sandbox refuses is answered where it is made
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  const std::int64_t interval_ms = sweeper_.interval_ms();
  std::int64_t next_ms = monotonic_ms() + interval_ms;
  while (watching_) {
    std::int64_t now_ms = monotonic_ms();
    if (now_ms >= next_ms) {
      sweeper_.sweep(now_ms);
      core_.streams->tick(now_ms);
      next_ms = now_ms + interval_ms;
    }
    std::int64_t wait_ms = std::min(next_ms, core_.topics->next_ms()) - monotonic_ms();
    core_.watch->wait(std::max<std::int64_t>(wait_ms, 0));
    core_.topics->run(monotonic_ms());
  }
}

// A connection that was accepted a moment ago may have its request still on the way: it is served
// too, so nothing counts as drained before it has been quiet for a while.
void HttpServer::wait_until_drained(std::int64_t deadline_ms) {
  std::int64_t quiet_since_ms = monotonic_ms();
  for (std::int64_t now_ms = quiet_since_ms; now_ms < deadline_ms; now_ms = monotonic_ms()) {
    if (!drained()) quiet_since_ms = now_ms;
    if (now_ms - quiet_since_ms >= kQuietMs) return;
    usleep(2'000);
  }
}

// Whoever waits for an answer made elsewhere is told, and given a moment to hear it.
void HttpServer::end_what_is_left() {
  log_line(LogLevel::warning, "stopping with requests unanswered",
           {{"parked", core_.parking->count()}});
  if (core_.parking->empty()) return;
  core_.parking->end_all();
  wait_until_drained(monotonic_ms() + core_.options.deadlines.linger_ms);
}

void HttpServer::stop() {
  if (daemon_ == nullptr) return;
  core_.stopping = true;
  int listener = MHD_quiesce_daemon(daemon_);
  if (listener >= 0) close(listener);
  core_.streams->finish_polled();
  std::int64_t drain_ms = core_.options.deadlines.drain_ms;
  wait_until_drained(monotonic_ms() + drain_ms);
  if (!drained()) end_what_is_left();
  core_.closing = true;
  sweeper_.cut_all();
  core_.parking->end_all();
  while (!core_.parking->empty()) usleep(2'000);  // an answer of this moment may start a stream
  core_.streams->end_all();
  // Streams end on workers; both end before MHD, which must find nothing suspended.
  while (!core_.streams->empty()) usleep(2'000);
  core_.queue->stop();
  while (!core_.parking->empty() || !core_.streams->empty()) usleep(2'000);
  watching_ = false;
  core_.watch->wake();
  pthread_join(watcher_, nullptr);
  MHD_stop_daemon(daemon_);
  daemon_ = nullptr;
}

ServerStats HttpServer::stats() const {
  ServerStats out;
  out.connections = core_.connections.load(std::memory_order_relaxed);
  out.event_streams = core_.streams->of_kind(RawKind::polled);
  out.live_streams = core_.streams->of_kind(RawKind::live);
  out.parked = core_.parking->count();
  out.queue = core_.queue->waiting();
  out.requests = core_.requests.load(std::memory_order_relaxed);
  out.refused_full = core_.refused_full.load(std::memory_order_relaxed);
  out.cut_slow = core_.cut_slow.load(std::memory_order_relaxed);
  return out;
}

}  // namespace

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, App& app) {
  ProxyRules proxies = TRY(ProxyRules::parse(options.trusted_proxies));
  auto server = std::make_unique<HttpServer>(std::move(options), app, std::move(proxies));
  TRY(server->start());
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace guildhall::net
