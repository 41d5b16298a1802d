// The keys of a room that has a keeper: held on lease, in memory only. What is asked for and not
// held is told to the keeper, and the first use of a project waits a moment for its key.
//
// Concurrency: any thread; `on_change` is called under no lock of its own, and must not call back
// into Leases. Limits: kLeaseWaitMs, kMaxLeaseWaiters, kKeeperNearMs, kKeyIdleMs, kMaxVaultKeys.
#pragma once

#include <functional>
#include <set>

#include "base/limits.h"
#include "base/mutex.h"
#include "vault/keyring.h"
#include "vault/lease.h"
#include "vault/lease_file.h"

namespace guildhall::vault {

class LeasedKeys final : public KeySource, public KeySink {
 public:
  LeasedKeys(RoomId room, const crypto::SigningKey& log_key, LeaseFile& file, Random& random,
             const Clock& boot, std::function<void()> on_change);

  // Whose keys they become. The room's own is wanted from now on.
  void fill(Keyring& ring);

  bool leased(ProjectId project) const override { return leases_.leased(project); }
  Result<void> shred(ProjectId) override {
    return fail(Fault::conflict, "not-here", "The keeper has this key: shred it there.");
  }
  Result<void> want(ProjectId project) override EXCLUDES(mutex_);
  // A keeper asked: those that wait for a key may go on waiting.
  void keeper_asked() EXCLUDES(mutex_);
  // Drops what ran out; lets go of what nobody used since the last time but one.
  void tick() EXCLUDES(mutex_);

  Leases& leases() { return leases_; }
  const Leases& leases() const { return leases_; }
  std::vector<ProjectId> wanted() const EXCLUDES(mutex_);

  void hold(ProjectId project, crypto::LockedKey key, std::int64_t until_ms) override;
  void drop(ProjectId project) override;

 private:
  bool ask_for(ProjectId project) EXCLUDES(mutex_);
  void forget_idle();

  LeaseFile& file_;
  const Clock& boot_;
  const std::function<void()> on_change_;
  Keyring* ring_ = nullptr;
  Leases leases_;  // before mutex_

  mutable Mutex mutex_;
  CondVar held_;
  std::set<ProjectId> wanted_ GUARDED_BY(mutex_);
  std::set<ProjectId> here_ GUARDED_BY(mutex_);
  int waiters_ GUARDED_BY(mutex_) = 0;
  std::int64_t asked_ms_ GUARDED_BY(mutex_) = -kKeeperNearMs;
  std::int64_t idle_at_ms_ = 0;  // the ticker's
};

}  // namespace guildhall::vault
