// Hands the room's deeds to the vault, which makes leaves of them, in the order of their commits.
// Of several processes that serve the room the one that has the store's turn does it, into the log
// of its own vault; another goes on when it ends, or cannot.
//
// Where a log stands is the log's own word, kept with its newest leaf: in one log nothing is
// missed or doubled when either process dies. What the store knows to be in any log is written in
// the write before each step; whoever takes the turn goes on at the later of the two. So between
// logs nothing is missed, and what the last step of the one before sent may stand in two.
//
// Concurrency: one thread. Limits: kFeedRows deeds a step; kTurnIdleMs between two steps, or the
// turn is another's to take.
#pragma once

#include <compare>
#include <memory>
#include <optional>

#include "room/vault_client.h"
#include "store/database.h"

namespace guildhall::room {

class LogFeed {
 public:
  LogFeed(store::Database& db, VaultClient& vault, RoomId room)
      : db_(db), vault_(vault), room_(room), turn_(db.turn(room)) {}

  // That the store is not older than this process's log: conflict/"store-rolled-back" where the
  // newest deed that the log has is not in the store, which was put back from a copy then.
  Result<void> check();
  // How many deeds went into the log; none while another process has the turn. After an error
  // whoever can may have it.
  Result<std::int64_t> step();
  bool has_turn() const { return place_.has_value(); }  // in the last step, which went well
  // The last call: whoever comes next doubles nothing.
  void leave();

 private:
  struct Place {
    std::int64_t tick = 0;
    std::int64_t deed = 0;
    auto operator<=>(const Place&) const = default;
  };
  Result<std::int64_t> feed();
  Result<Place> begin();
  Result<void> record(Place place);
  Result<Place> send(const vault::FrameWriter& deeds, std::uint32_t count, Place upto);

  store::Database& db_;
  VaultClient& vault_;
  const RoomId room_;
  const std::unique_ptr<store::Turn> turn_;
  std::optional<Place> place_;  // up to here everything is in some log; only with the turn
  Place recorded_;              // and up to here the store says so
};

}  // namespace guildhall::room
