#include "vault/keyring.h"

#include "base/limits.h"

namespace guildhall::vault {

KeyPtr Keyring::find(ProjectId project) {
  MutexLock lock(mutex_);
  auto at = keys_.find(project);
  return at == keys_.end() ? nullptr : at->second;
}

Result<KeyPtr> Keyring::key(ProjectId project) {
  auto held = find(project);
  if (!held) {
    TRY(source_.want(project));
    held = find(project);
  }
  if (held && source_.leased(project)) return held;
  return fail(Fault::locked, "locked", "The key of this project is withdrawn.");
}

void Keyring::hold(ProjectId project, crypto::LockedKey key) {
  MutexLock lock(mutex_);
  if (keys_.size() >= kMaxVaultKeys && !keys_.contains(project)) return;
  keys_[project] = std::make_shared<const crypto::LockedKey>(std::move(key));
}

void Keyring::drop(ProjectId project) {
  MutexLock lock(mutex_);
  keys_.erase(project);
}

void Keyring::drop_all() {
  MutexLock lock(mutex_);
  keys_.clear();
}

}  // namespace guildhall::vault
