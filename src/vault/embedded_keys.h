// The keys of a room that has no keeper: a file beside it, each key made when its project is first
// needed and durable before anything is sealed under it. Whoever has the disk has the room: that is
// what `guildhall room init` says, and what a keeper is for.
//
// Concurrency: any thread, and several processes: a lock beside the file.
// Limits: kMaxVaultKeys.
#pragma once

#include <filesystem>
#include <map>
#include <memory>

#include "base/random.h"
#include "vault/keyring.h"

namespace guildhall::vault {

class EmbeddedKeys final : public KeySource {
 public:
  // Reads the file; where there is none, `want` will make it.
  static Result<std::unique_ptr<EmbeddedKeys>> open(std::filesystem::path file, Random& random);
  // Every key into `ring`, and each that is made from now on.
  void fill(Keyring& ring) EXCLUDES(mutex_);

  bool leased(ProjectId) const override { return true; }
  Result<void> want(ProjectId project) override EXCLUDES(mutex_);

 private:
  EmbeddedKeys(std::filesystem::path file, Random& random)
      : file_(std::move(file)), random_(random) {}
  Result<void> load() REQUIRES(mutex_);
  Result<void> save() REQUIRES(mutex_);

  const std::filesystem::path file_;
  Random& random_;
  Mutex mutex_;
  Keyring* ring_ GUARDED_BY(mutex_) = nullptr;
  std::map<ProjectId, crypto::LockedKey> keys_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::vault
