#include "room/keeper_server.h"

#include "base/limits.h"
#include "room/route.h"

namespace guildhall::room {

Result<std::unique_ptr<KeeperServer>> KeeperServer::start(Room& room, int listen_fd) {
  std::unique_ptr<KeeperServer> out(new KeeperServer(room));
  net::ServerOptions options;
  options.listen_fd = listen_fd;
  options.workers = 4;
  out->server_ = TRY(net::Server::start(options, *out));
  room.keeper().start(
      [raw = out.get()](const KeeperLine::Dark&) { raw->server_->notify(kKeeperTopic); });
  return out;
}

KeeperServer::~KeeperServer() {
  room_.keeper().stop();
  if (server_) server_->stop();
}

net::Admission KeeperServer::admit(net::Method, std::string_view) const {
  return {false, kMaxExchangeBody};
}

net::Reply KeeperServer::handle(net::Request& request) {
  if (request.path != "/api/v1/keeper/exchange") {
    return net::problem({Fault::unavailable, "starting", "The room is being made.", {}},
                        request.request_id);
  }
  auto reply = keeper_reply(room_.keeper(), std::move(request.body));
  return reply ? *std::move(reply) : net::problem(reply.error(), request.request_id);
}

}  // namespace guildhall::room
