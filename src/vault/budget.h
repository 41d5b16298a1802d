// How many objects may be opened: per member and for all together, in each minute. Deliveries and
// the figures on quality, which open a project as a whole, have a count of their own. What is
// beyond is refused and counted; the log shows what was within.
//
// Concurrency: any thread. Limits: kOpeningsPerMinute, kRoomOpeningsPerMinute,
// kDeliveriesPerMinute, kMaxBudgetMembers.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "base/content_context.h"
#include "base/limits.h"
#include "base/mutex.h"
#include "base/result.h"

namespace guildhall::vault {

struct BudgetLimits {
  std::int64_t member = kOpeningsPerMinute;
  std::int64_t room = kRoomOpeningsPerMinute;
  std::int64_t delivery = kDeliveriesPerMinute;
};

class Budget {
 public:
  explicit Budget(const BudgetLimits& limits) : limits_(limits) {}

  // Takes `objects` from what is left, all or nothing. Error: too_many/"opening-budget".
  Result<void> take(MemberId member, OpenReason reason, std::int64_t objects, std::int64_t now_ms)
      EXCLUDES(mutex_);
  // Since the process began.
  struct Counts {
    std::int64_t opened = 0;     // but for what is bulk
    std::int64_t delivered = 0;  // objects both; the figures on quality too
    std::int64_t refused = 0;    // calls
  };
  Counts counts() const EXCLUDES(mutex_);

 private:
  const BudgetLimits limits_;
  mutable Mutex mutex_;
  std::int64_t minute_ GUARDED_BY(mutex_) = 0;
  std::int64_t all_ GUARDED_BY(mutex_) = 0;
  std::int64_t delivered_ GUARDED_BY(mutex_) = 0;
  std::unordered_map<std::int64_t, std::int64_t> members_ GUARDED_BY(mutex_);
  Counts counts_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::vault
