// Serves nothing but the keeper's exchanges: for as long as a command has a room open that is kept,
// and no server runs.
//
// Concurrency: made and ended by one thread. Limits: those of the exchange route.
#pragma once

#include <memory>

#include "net/server.h"
#include "room/room.h"

namespace guildhall::room {

class KeeperServer final : public net::App {
 public:
  // On a listening socket that stays the caller's; none where the room has no keeper.
  static Result<std::unique_ptr<KeeperServer>> start(Room& room, int listen_fd);
  ~KeeperServer() override;

  net::Admission admit(net::Method method, std::string_view path) const override;
  net::Reply handle(net::Request& request) override;

 private:
  explicit KeeperServer(Room& room) : room_(room) {}

  Room& room_;
  std::unique_ptr<net::Server> server_;
};

}  // namespace guildhall::room
