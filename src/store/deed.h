// What was done: one row for every change of state, written in the transaction that makes it.
// Rows carry no number of their own in a sequence; (tick, deed) orders them as far as anyone can
// see (database.h), and one sequencer numbers them where numbers are needed. Event streams and
// the transparency log feed from here.
//
// Verbs are words of a closed list, kept where they are used: "task.import", "assignment.claim".
#pragma once

#include <cstdint>
#include <string_view>

#include "base/ids.h"
#include "store/database.h"

namespace guildhall::store {

struct Deed {
  RoomId room;
  ProjectId project = {};  // 0: the room's own
  std::int64_t deed = 0;   // an inner key, allocated outside the closure
  MemberId actor = {};     // 0: the room itself
  std::string_view verb;
  std::int64_t object = 0;
  std::int64_t version = 0;
  std::int64_t detail = 0;     // a count or a code, as the verb says
  std::string_view hash = {};  // SHA-256 of the stored object, where there is one
};

Result<void> record(Tx& tx, const Deed& deed);

}  // namespace guildhall::store
