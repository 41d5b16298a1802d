#include "keeper/proportion.h"

#include "base/limits.h"

namespace guildhall::keeper {
namespace {

constexpr std::size_t kMaxTallies = 4'096;

// A count that falls is a lie: all of it is new.
std::uint64_t more(std::uint64_t now, std::uint64_t before) {
  return now < before ? now : now - before;
}

}  // namespace

std::optional<std::string_view> Proportion::judge(const vault::Counts& now,
                                                  std::int64_t now_ms) const {
  const vault::Counts& before = samples_.front().counts;
  if (more(now.refused, before.refused) > 0) {
    return "The room's vault refused openings beyond its budget.";
  }
  const auto opened = more(now.openings, before.openings);
  if (opened > kAlarmOpenings && opened / kAlarmOpeningsPerDeed >= more(now.deeds, before.deeds)) {
    return "The room opened far more than the work in it explains.";
  }
  const bool delivered = delivery_at_ms_ && now_ms - *delivery_at_ms_ < kDeliveryExplainsMs;
  if (more(now.bulk, before.bulk) > kAlarmBulkOpenings && !delivered) {
    return "The room opened content in bulk, and there was no delivery.";
  }
  return std::nullopt;
}

// Where this keeper comes in nothing is new yet; a vault that began anew counts from nothing.
RoomWork::Done RoomWork::take(const std::string& node, const vault::Tally& tally) {
  MutexLock lock(mutex_);
  auto [at, is_first] = newest_.try_emplace(node, tally);
  auto before = at->second.since_ms == tally.since_ms ? at->second.counts : vault::Counts{};
  if (!is_first) {
    done_.deeds += more(tally.counts.deeds, before.deeds);
    done_.deliveries += more(tally.counts.deliveries, before.deliveries);
  }
  at->second = tally;
  return done_;
}

std::optional<std::string_view> Proportion::take(const vault::Tally& tally, std::int64_t now_ms) {
  const auto [deeds, deliveries] = work_->take(node_, tally);
  vault::Counts counts = tally.counts;
  counts.deeds = deeds;
  counts.deliveries = deliveries;
  if (since_ms_ != tally.since_ms) {
    vault::Counts began{.deeds = more(deeds, tally.counts.deeds),
                        .deliveries = more(deliveries, tally.counts.deliveries)};
    samples_.assign(1, {now_ms, since_ms_ ? began : counts});
    since_ms_ = tally.since_ms;
  }
  while (samples_.size() > 1 &&
         (samples_[1].at_ms <= now_ms - kProportionMs || samples_.size() >= kMaxTallies)) {
    samples_.pop_front();
  }
  if (deliveries > samples_.back().counts.deliveries) delivery_at_ms_ = now_ms;
  auto alarm = judge(counts, now_ms);
  if (alarm) samples_.clear();
  samples_.push_back({now_ms, counts});
  return alarm;
}

}  // namespace guildhall::keeper
