#include "room/serve.h"
#include "room/quality/posteriors.h"

#include <fmt/format.h>

#include <csignal>

#include "base/log.h"
#include "net/server.h"
#include "net/static_files.h"
#include "room/admit.h"
#include "room/dispatch.h"
#include "room/log_feed.h"
#include "room/metrics.h"
#include "room/quality/posteriors.h"
#include "work/delivery_job.h"

namespace guildhall::room {
namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

}  // namespace

Result<void> serve(const ServeOptions& options) {
  // A limit on file sizes is a full disk like any other: an error to answer, no reason to die.
  std::signal(SIGXFSZ, SIG_IGN);
  // Blocked before the first thread, so that only sigwait below ever sees them.
  sigset_t stops = stop_signals();
  pthread_sigmask(SIG_BLOCK, &stops, nullptr);
  auto room = TRY(Room::open(options.room));
  if (room->options().public_url.empty()) {
    room->set_public_url(fmt::format("http://127.0.0.1:{}", TRY(bound_port(options.listen_fd))));
  }
  TRY(LogFeed(room->db(), room->vault(), room->id()).check());
  auto web = TRY(net::StaticFiles::load(options.web_dir));
  Dispatch app(*room, web);
  net::ServerOptions server_options;
  server_options.listen_fd = options.listen_fd;
  server_options.trusted_proxies = options.trusted_proxies;
  work::DeliveryBuilder builder(
      room->work(), [&](ProjectId project, const std::string& question, const auto& stopping) {
        return posteriors_of(room->work(), room->quality(), project, question, stopping);
      });
  set_delivery_builder(&builder);
  // First: who sees the room answer may knock there.
  auto door = Door::open(*room, options.door);
  auto server = TRY(net::Server::start(server_options, app));
  set_measured_server(server.get());
  room->start([&](std::string_view topic) { server->notify(topic); });
  log_line(LogLevel::info, "serving");
  int signal = 0;
  sigwait(&stops, &signal);
  log_line(LogLevel::info, "stopping", {{"signal", signal}});
  door.reset();
  server->stop();
  set_measured_server(nullptr);
  set_delivery_builder(nullptr);
  builder.stop();
  room->stop();
  return {};
}

}  // namespace guildhall::room
