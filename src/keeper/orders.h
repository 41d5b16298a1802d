// What a person orders at the keeper, by command or on its page: the keys of a scope withdrawn,
// leased again, or destroyed. It is in the state file when give() returns; the running keeper tells
// the rooms.
//
// Concurrency: as the StateStore is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "keeper/state.h"

namespace guildhall::keeper {

// Everything, or one room's, or one project of a room.
struct Scope {
  std::string url;  // of any node of the room; empty: every room
  std::optional<std::int64_t> project;
};

struct Given {
  Order order;
  std::vector<std::string> urls;  // the rooms that it is for: all nodes of each
};

// Errors: not_found/"no-such-room"; invalid/"which-room" for a project without its room,
// "which-project" for a shredding without one; conflict/"shredded" where the key was destroyed
// already; those of the store.
Result<Given> give(StateStore& store, const Scope& scope, vault::StatementKind kind);

}  // namespace guildhall::keeper
