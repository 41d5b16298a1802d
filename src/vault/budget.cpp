#include "vault/budget.h"

namespace guildhall::vault {

Result<void> Budget::take(MemberId member, OpenReason reason, std::int64_t objects,
                          std::int64_t now_ms) {
  MutexLock lock(mutex_);
  if (std::int64_t minute = now_ms / 60'000; minute != minute_) {
    minute_ = minute;
    all_ = delivered_ = 0;
    members_.clear();
  }
  bool bulk = reason == OpenReason::deliver || reason == OpenReason::quality;
  std::int64_t& all = bulk ? delivered_ : all_;
  bool fits = objects <= (bulk ? limits_.delivery : limits_.room) - all;
  if (fits && !bulk && member) {
    fits = members_.size() < kMaxBudgetMembers || members_.contains(member.value);
    if (fits) {
      std::int64_t& own = members_[member.value];
      fits = objects <= limits_.member - own;
      if (fits) own += objects;
    }
  }
  if (fits) {
    all += objects;
    (bulk ? counts_.delivered : counts_.opened) += objects;
    return {};
  }
  ++counts_.refused;
  return fail(Fault::too_many, "opening-budget",
              "More was opened in this minute than this room allows; try again in a minute.");
}

Budget::Counts Budget::counts() const {
  MutexLock lock(mutex_);
  return counts_;
}

}  // namespace guildhall::vault
