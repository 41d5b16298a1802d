#include "vault/leased_keys.h"

#include "base/limits.h"

namespace guildhall::vault {
namespace {

std::unexpected<Error> locked() {
  return fail(Fault::locked, "locked", "The key of this project is withdrawn or not leased.");
}

std::unexpected<Error> destroyed() {
  return fail(Fault::locked, "locked",
              "This project's key was destroyed: nothing of it can be opened again.");
}

}  // namespace

LeasedKeys::LeasedKeys(RoomId room, const crypto::SigningKey& log_key, LeaseFile& file,
                       Random& random, const Clock& boot, std::function<void()> on_change)
    : file_(file),
      boot_(boot),
      on_change_(std::move(on_change)),
      leases_(room, log_key, file.keepers(), boot, random, *this, file),
      idle_at_ms_(boot.now_ms() + kKeyIdleMs) {}

void LeasedKeys::fill(Keyring& ring) {
  ring_ = &ring;
  ask_for(kRoomsOwn);
}

// False where it was asked for already, or there are too many.
bool LeasedKeys::ask_for(ProjectId project) {
  {
    MutexLock lock(mutex_);
    if (wanted_.size() >= kMaxVaultKeys || !wanted_.insert(project).second) return false;
  }
  leases_.want(project, file_.key_id(project));
  on_change_();
  return true;
}

Result<void> LeasedKeys::want(ProjectId project) {
  ask_for(project);
  if (leases_.shredded(project)) return destroyed();
  if (leases_.withdrawn(project) || leases_.withdrawn(kRoomsOwn)) return locked();
  MutexLock lock(mutex_);
  std::int64_t until_ms = boot_.now_ms() + kLeaseWaitMs;
  if (until_ms - kLeaseWaitMs - asked_ms_ > kKeeperNearMs || waiters_ >= kMaxLeaseWaiters) {
    return locked();
  }
  ++waiters_;
  for (auto now = boot_.now_ms(); now < until_ms && !here_.contains(project);
       now = boot_.now_ms()) {
    held_.wait_for_ms(mutex_, until_ms - now);
  }
  --waiters_;
  if (!here_.contains(project)) return locked();
  return {};
}

void LeasedKeys::keeper_asked() {
  MutexLock lock(mutex_);
  asked_ms_ = boot_.now_ms();
}

void LeasedKeys::hold(ProjectId project, crypto::LockedKey key, std::int64_t) {
  ring_->hold(project, std::move(key));
  bool fresh = false;
  {
    MutexLock lock(mutex_);
    fresh = here_.insert(project).second;
    held_.notify_all();
  }
  if (fresh) on_change_();
}

void LeasedKeys::drop(ProjectId project) {
  ring_->drop(project);
  {
    MutexLock lock(mutex_);
    here_.erase(project);
  }
  on_change_();
}

std::vector<ProjectId> LeasedKeys::wanted() const {
  MutexLock lock(mutex_);
  return {wanted_.begin(), wanted_.end()};
}

void LeasedKeys::tick() {
  leases_.tick();
  if (boot_.now_ms() < idle_at_ms_) return;
  idle_at_ms_ = boot_.now_ms() + kKeyIdleMs;
  forget_idle();
}

void LeasedKeys::forget_idle() {
  for (ProjectId project : ring_->unused()) {
    if (project == kRoomsOwn) continue;
    {
      MutexLock lock(mutex_);
      wanted_.erase(project);
    }
    leases_.forget(project);
  }
}

}  // namespace guildhall::vault
