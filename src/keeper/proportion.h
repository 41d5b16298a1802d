// Whether what a vault opened is explained by what was done in its room, by the vault's tallies of
// the last kProportionMs: more than kAlarmOpenings objects and more than kAlarmOpeningsPerDeed for
// each deed; more than kAlarmBulkOpenings for deliveries when no delivery's deed came within
// kDeliveryExplainsMs; or anything refused by the budget.
//
// Of a room with several nodes each opens, and one of them takes the deeds of all: what a node
// opened is compared with what was done in the room.
//
// Concurrency: Proportion one thread, RoomWork any. Limits: those, and kMaxTallies remembered.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "vault/lease_frame.h"

namespace guildhall::keeper {

// What was done in a room, as the tallies of all its nodes have it.
class RoomWork {
 public:
  struct Done {
    std::uint64_t deeds = 0;
    std::uint64_t deliveries = 0;
  };
  // What one node said last; gives what all did since the keeper was started.
  Done take(const std::string& node, const vault::Tally& tally) EXCLUDES(mutex_);

 private:
  Mutex mutex_;
  std::map<std::string, vault::Tally> newest_ GUARDED_BY(mutex_);
  Done done_ GUARDED_BY(mutex_);
};

class Proportion {
 public:
  // `node`: a name among those that share `work`; null: the room has no other.
  explicit Proportion(std::string node = {}, std::shared_ptr<RoomWork> work = {})
      : node_(std::move(node)), work_(work ? std::move(work) : std::make_shared<RoomWork>()) {}

  // The sentence of an alarm, where there is one. `now_ms` of a clock that goes on steadily. After
  // an alarm the comparison begins anew.
  std::optional<std::string_view> take(const vault::Tally& tally, std::int64_t now_ms);

 private:
  struct Sample {
    std::int64_t at_ms = 0;
    vault::Counts counts;  // the deeds are the room's
  };
  std::optional<std::string_view> judge(const vault::Counts& now, std::int64_t now_ms) const;

  const std::string node_;
  const std::shared_ptr<RoomWork> work_;
  std::deque<Sample> samples_;      // oldest first
  std::optional<TimeMs> since_ms_;  // when the process whose counts they are began
  std::optional<std::int64_t> delivery_at_ms_;
};

}  // namespace guildhall::keeper
