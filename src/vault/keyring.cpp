#include "vault/keyring.h"

#include <utility>

#include "base/limits.h"

namespace guildhall::vault {

KeyPtr Keyring::find(ProjectId project) {
  MutexLock lock(mutex_);
  auto at = keys_.find(project);
  if (at == keys_.end()) return nullptr;
  at->second.used = true;
  return at->second.key;
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
  keys_[project].key = std::make_shared<const crypto::LockedKey>(std::move(key));
}

void Keyring::drop(ProjectId project) {
  MutexLock lock(mutex_);
  keys_.erase(project);
}

void Keyring::drop_all() {
  MutexLock lock(mutex_);
  keys_.clear();
}

std::vector<ProjectId> Keyring::unused() {
  MutexLock lock(mutex_);
  std::vector<ProjectId> out;
  for (auto& [project, held] : keys_) {
    if (!std::exchange(held.used, false)) out.push_back(project);
  }
  return out;
}

}  // namespace guildhall::vault
