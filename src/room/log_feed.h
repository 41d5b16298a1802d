// Hands the room's deeds to the vault, which makes leaves of them: in the order of their
// commits, each once. Where the log stands is the log's own word, kept with its newest leaf; so
// nothing is missed or doubled when either process dies. Where several processes serve the room,
// the one whose vault has the first log does it.
//
// Concurrency: one thread. Limits: kFeedRows deeds a step.
#pragma once

#include <optional>

#include "room/vault_client.h"
#include "store/database.h"

namespace guildhall::room {

class LogFeed {
 public:
  LogFeed(store::Database& db, VaultClient& vault, RoomId room)
      : db_(db), vault_(vault), room_(room) {}

  // That the store is not older than the log: conflict/"store-rolled-back" where the newest deed
  // that the log has is not in the store, which was put back from a copy then.
  Result<void> check();
  // How many deeds went into the log.
  Result<std::int64_t> step();

 private:
  struct Place {
    std::int64_t tick = 0;
    std::int64_t deed = 0;
  };
  Result<Place> send(const vault::FrameWriter& deeds, std::uint32_t count, Place upto);

  store::Database& db_;
  VaultClient& vault_;
  const RoomId room_;
  std::optional<Place> place_;  // the log has everything up to here
};

}  // namespace guildhall::room
