// What was done in a project, newest first, for people to read. Claims are left out (every task has
// one, and what became of it is told), and the slices of one import are told as one.
//
// Concurrency: inside the caller's transaction. Limits: kMaxPage; 64 times as many deeds are read
// for one page, which then may be short.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "work/context.h"

namespace guildhall::work {

struct DoneDeed {
  TimeMs at = 0;
  MemberId actor;  // 0: the room itself
  std::string verb;
  std::int64_t object = 0;
  std::int64_t version = 0;
  std::int64_t detail = 0;
};

struct DeedPlace {
  std::int64_t tick = std::numeric_limits<std::int64_t>::max();
  std::int64_t deed = std::numeric_limits<std::int64_t>::max();
};

struct DeedPage {
  std::vector<DoneDeed> deeds;
  DeedPlace last;     // where the next page goes on
  bool more = false;  // there may be others
};

Result<DeedPage> list_deeds(store::Tx& tx, const Context& ctx, ProjectId project, DeedPlace after,
                            std::int64_t limit);

}  // namespace guildhall::work
