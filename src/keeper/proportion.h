// Whether what a vault opened is explained by what was done in its room, by the vault's tallies of
// the last kProportionMs: more than kAlarmOpenings objects and more than kAlarmOpeningsPerDeed for
// each deed; more than kAlarmBulkOpenings for deliveries when no delivery's deed came within
// kDeliveryExplainsMs; or anything refused by the budget.
//
// Concurrency: one thread. Limits: those, and kMaxTallies remembered.
#pragma once

#include <deque>
#include <optional>
#include <string_view>

#include "vault/lease_frame.h"

namespace guildhall::keeper {

class Proportion {
 public:
  // The sentence of an alarm, where there is one. `now_ms` of a clock that goes on steadily. After
  // an alarm the comparison begins anew.
  std::optional<std::string_view> take(const vault::Tally& tally, std::int64_t now_ms);

 private:
  struct Sample {
    std::int64_t at_ms = 0;
    vault::Counts counts;
  };
  std::optional<std::string_view> judge(const vault::Counts& now, std::int64_t now_ms) const;

  std::deque<Sample> samples_;      // oldest first
  std::optional<TimeMs> since_ms_;  // when the process whose counts they are began
  std::optional<std::int64_t> delivery_at_ms_;
};

}  // namespace guildhall::keeper
