// What a node holds in memory. The store's side is in pots_store.cpp.
#include "gateway/pots.h"

#include <algorithm>

#include "base/limits.h"
#include "base/log.h"

namespace guildhall::gateway {

Charge Hold::used(Amount used) {
  Charge charge{pot_, node_, amount_, used};
  Pots* pots = std::exchange(pots_, nullptr);
  pots->put({pot_, version_}, node_, at_least_zero(amount_ - used));
  return charge;
}

void Hold::give_back() {
  if (Pots* pots = std::exchange(pots_, nullptr)) pots->put({pot_, version_}, node_, amount_);
}

void Hold::end() {
  if (pots_ == nullptr) return;
  if (!sent_) return give_back();
  Pots* pots = std::exchange(pots_, nullptr);
  pots->leave_behind({pot_, node_, amount_, amount_});
}

Result<Hold> Pots::hold(const Pot& pot, Amount amount) {
  for (int attempt = 1;; ++attempt) {
    if (!trusted()) TRY(be_known());
    auto taken = TRY(take_at_hand(pot, amount));
    if (taken.missing.is_zero()) return Hold(this, pot, taken.node, amount);
    auto extra = grow(pot, taken, amount, kBlockHolds - 1);
    if (extra) {
      end_growing({pot.id, pot.version}, taken.node, *extra);
      return Hold(this, pot, taken.node, amount);
    }
    end_growing({pot.id, pot.version}, taken.node, taken.got);
    bool gone = extra.error().type == "node-gone";
    if (!gone || attempt == 3) return std::unexpected(std::move(extra).error());
    known_ms_ = kNever;
  }
}

Result<Pots::Taken> Pots::take_at_hand(const Pot& pot, Amount amount) {
  MutexLock lock(mutex_);
  const Place place{pot.id, pot.version};
  for (;;) {
    auto at = blocks_.find(place);
    if (at == blocks_.end()) {
      if (blocks_.size() >= kMaxPots) {
        return fail(Fault::unavailable, "gateway-busy", "Too many budgets are in use at once.");
      }
      at = blocks_.emplace(place, Block{}).first;
    }
    Block& block = at->second;
    block.used_ms = clock_.now_ms();
    if (amount.fits(block.left)) {
      block.left -= amount;
      want_more(pot, block, amount);
      return Taken{node_, amount, {}};
    }
    if (!block.growing) {
      block.growing = true;
      Amount got = least(block.left, amount);
      block.left -= got;
      return Taken{node_, got, amount - got};
    }
    changed_.wait(mutex_);
  }
}

// Half of a block is left for those who come while it is filled up.
void Pots::want_more(const Pot& pot, Block& block, Amount amount) {
  bool plenty = (amount * (kBlockHolds / 2)).fits(block.left);
  if (plenty || block.growing || stopped_ || block.used_ms < block.fill_ms) return;
  block.growing = true;
  wants_.push_back({pot, node_, amount});
  if (!filler_.joinable()) filler_ = std::thread([this] { fill(); });
  wanted_.notify_one();
}

void Pots::fill() {
  for (;;) {
    Want want;
    {
      MutexLock lock(mutex_);
      while (wants_.empty() && !stopped_) wanted_.wait(mutex_);
      if (wants_.empty()) return;
      want = wants_.front();
      wants_.pop_front();
    }
    const Place place{want.pot.id, want.pot.version};
    auto extra = grow(want.pot, {want.node, {}, {}}, want.amount, kBlockHolds / 2);
    if (!extra || !want.amount.fits(*extra)) {
      MutexLock lock(mutex_);
      if (want.node == node_) blocks_[place].fill_ms = clock_.now_ms() + kPotTendMs;
    }
    end_growing(place, want.node, extra.value_or(Amount{}));
  }
}

void Pots::stop_filling() {
  std::thread filler;
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    filler.swap(filler_);
    wanted_.notify_all();
  }
  if (filler.joinable()) filler.join();
}

void Pots::end_growing(const Place& place, std::int64_t node, Amount left) {
  MutexLock lock(mutex_);
  if (node == node_) {
    Block& block = blocks_[place];
    block.left += left;
    block.growing = false;
  }
  changed_.notify_all();
}

void Pots::put(const Place& place, std::int64_t node, Amount amount) {
  MutexLock lock(mutex_);
  if (node != node_ || amount.is_zero()) return;  // another node's is lost already
  blocks_[place].left += amount;
  changed_.notify_all();
}

void Pots::leave_behind(const Charge& charge) {
  MutexLock lock(mutex_);
  left_behind_.push_back(charge);
}

bool Pots::trusted() const { return clock_.now_ms() - known_ms_ < kNodeTrustMs; }

Amount Pots::idle(const PotId& pot) const {
  MutexLock lock(mutex_);
  Amount sum;
  for (const auto& [place, block] : blocks_) {
    if (place.first == pot) sum += block.left;
  }
  return sum;
}

void Pots::wait_filled() {
  MutexLock lock(mutex_);
  auto is_growing = [](const auto& one) { return one.second.growing; };
  while (std::ranges::any_of(blocks_, is_growing)) changed_.wait(mutex_);
}

void Pots::forget_all() {
  MutexLock lock(mutex_);
  blocks_.clear();
  left_behind_.clear();
  node_ = 0;
  known_ms_ = kNever;
}

Result<void> Pots::tend() {
  if (node_ != 0) {
    if (clock_.now_ms() - known_ms_ >= kNodeTrustMs / 4) TRY(be_known());
    TRY(write_left_behind());
    TRY(give_back_idle(kBlockIdleMs));
  }
  TRY(take_over_gone());
  return forget_old();
}

}  // namespace guildhall::gateway
