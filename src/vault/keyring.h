// The keys that a vault holds: one per project, and one for the room's own matters (project 0).
// Where they come from is a KeySource's matter: leases of a keeper, or a file beside the room.
//
// Concurrency: any thread. A key that is dropped is wiped when the last call that is using it
// returns. Limits: kMaxVaultKeys.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "base/ids.h"
#include "base/mutex.h"
#include "base/result.h"
#include "crypto/locked_key.h"

namespace guildhall::vault {

using KeyPtr = std::shared_ptr<const crypto::LockedKey>;

class KeySource {
 public:
  virtual ~KeySource() = default;
  // May this key be used now? Asked before every opening and sealing.
  virtual bool leased(ProjectId project) const = 0;
  // A project that no key is held for: makes one or asks for one; locked/"locked" while there is
  // none.
  virtual Result<void> want(ProjectId project) = 0;
  // Destroys the project's key, durably; none is made for it again.
  // Error: conflict/"not-here" where the keys are another's.
  virtual Result<void> shred(ProjectId project) = 0;
};

class Keyring {
 public:
  explicit Keyring(KeySource& source) : source_(source) {}

  // Error: locked/"locked".
  Result<KeyPtr> key(ProjectId project) EXCLUDES(mutex_);
  Result<void> shred(ProjectId project) { return source_.shred(project); }
  void hold(ProjectId project, crypto::LockedKey key) EXCLUDES(mutex_);
  void drop(ProjectId project) EXCLUDES(mutex_);
  void drop_all() EXCLUDES(mutex_);
  // Those that were not asked for since the last call.
  std::vector<ProjectId> unused() EXCLUDES(mutex_);

 private:
  struct Held {
    KeyPtr key;
    bool used = true;
  };
  KeyPtr find(ProjectId project) EXCLUDES(mutex_);

  KeySource& source_;
  Mutex mutex_;
  std::map<ProjectId, Held> keys_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::vault
