// The keys of a room that has no keeper: a file beside it, each key made when its project is first
// needed and durable before anything is sealed under it. The file is under a passphrase, or under
// none: then whoever has the disk has the room. A keeper is for those who want more.
//
// Concurrency: any thread, and several processes: a lock beside the file.
// Limits: kMaxVaultKeys.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include "base/random.h"
#include "base/secret.h"
#include "vault/keyring.h"

namespace guildhall::vault {

class EmbeddedKeys final : public KeySource {
 public:
  // Reads the file; where there is none, `want` will make it. An empty passphrase: none.
  // Error: invalid/"bad-passphrase".
  static Result<std::unique_ptr<EmbeddedKeys>> open(std::filesystem::path file, Random& random,
                                                    Secret passphrase = Secret());
  // An empty file under that passphrase. Error: conflict/"keys-exist".
  static Result<void> create(const std::filesystem::path& file, Secret passphrase);
  // False where there is no file yet.
  static Result<bool> needs_passphrase(const std::filesystem::path& file);
  // Every key into `ring`, and each that is made from now on.
  void fill(Keyring& ring) EXCLUDES(mutex_);

  bool leased(ProjectId) const override { return true; }
  // locked/"locked" for a project that was shredded.
  Result<void> want(ProjectId project) override EXCLUDES(mutex_);
  // What the file's blocks held before is the disk's matter.
  Result<void> shred(ProjectId project) override EXCLUDES(mutex_);

 private:
  EmbeddedKeys(std::filesystem::path file, Random& random, Secret passphrase)
      : file_(std::move(file)), random_(random), passphrase_(std::move(passphrase)) {}
  Result<void> load() REQUIRES(mutex_);
  Result<void> save() REQUIRES(mutex_);

  const std::filesystem::path file_;
  Random& random_;
  const Secret passphrase_;
  Mutex mutex_;
  Keyring* ring_ GUARDED_BY(mutex_) = nullptr;
  std::map<ProjectId, crypto::LockedKey> keys_ GUARDED_BY(mutex_);
  std::set<ProjectId> shredded_ GUARDED_BY(mutex_);  // in the file: without a key
};

}  // namespace guildhall::vault
