// What a vault keeps of its keepers across its own end: the newest counter of each, what it
// withdrew, and which key every project is sealed under (its id, not the key). JSON, replaced
// whole.
//
//   {"format": "guildhall leases v1",
//    "keepers": [{"id": "keeper1:…", "counter": "n", "room_withdrawn": b, "withdrawn": [n, …]}],
//    "keys": {"project": base64url of 16 bytes}}
//
// Who can write this file can make the vault take again what a keeper took back in an older
// statement, but not a lease: those answer a challenge that only lived in memory.
//
// Concurrency: any thread; one vault at a time (it holds the log beside it). Limits: kMaxVaultKeys.
#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include "base/mutex.h"
#include "vault/lease.h"

namespace guildhall::vault {

class LeaseFile final : public LeaseStore {
 public:
  // `keepers` are those of the room now: one that is new, or of another epoch, begins anew, and
  // what is no longer named is forgotten. Error: invalid/"bad-lease-file".
  static Result<std::unique_ptr<LeaseFile>> open(std::filesystem::path file,
                                                 const std::vector<KeeperId>& keepers);

  std::vector<KeeperRecord> keepers() const EXCLUDES(mutex_);
  std::string key_id(ProjectId project) const EXCLUDES(mutex_);  // empty: no key yet

  Result<void> save_keeper(const KeeperRecord& keeper) override EXCLUDES(mutex_);
  Result<void> save_key_id(ProjectId project, std::string_view key_id) override EXCLUDES(mutex_);

 private:
  explicit LeaseFile(std::filesystem::path file) : file_(std::move(file)) {}
  Result<void> load(const std::vector<KeeperId>& known) REQUIRES(mutex_);
  Result<void> save() REQUIRES(mutex_);

  const std::filesystem::path file_;
  mutable Mutex mutex_;
  std::vector<KeeperRecord> keepers_ GUARDED_BY(mutex_);
  std::map<ProjectId, std::string> key_ids_ GUARDED_BY(mutex_);
};

// The keepers that a room names: one `keeper1:…` a line in DIR/room.keepers, and none where there
// is no such file. Error: invalid/"bad-keeper-id".
Result<std::vector<KeeperId>> read_keepers(const std::filesystem::path& file);

}  // namespace guildhall::vault
