// `guildhall room restore BACKUP --to DIR`: checks a backup as anybody could, and makes a room of
// it in a folder of its own.
//
// A restored room is another one to whoever watches: its log gets a new signing key, and its first
// new leaf ("room.restore") names the checkpoint it goes on from. The key of before is in no
// backup, so a backup can never go on in its name, a fork that nobody is told of. The keeper and
// everybody who verifies must be given the new key, which is what makes them ask why. Inner keys
// that were given out after the backup are passed over; sessions are ended.
//
// Concurrency: one at a time for each target. Limits: kMaxManifest, kRestoredKeys.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "room/backup_manifest.h"

namespace guildhall::room {

struct RestoreOptions {
  std::filesystem::path backup;
  std::filesystem::path to;
  std::string store;           // empty: SQLite in `to`
  std::filesystem::path keys;  // folder with room.key and room.keys; empty: the backup's
  std::string key;             // the log's vkey, known from elsewhere; empty: the backup's word
  std::string machine_key;     // empty: the user's
};

// What a check can find besides the log's own faults (verify/finding.h): the exit code.
enum class BackupFault : int {
  damaged_list = 20,  // backup.json
  missing_file = 21,
  altered_file = 22,
  unlisted_file = 23,
  other_list = 24,  // the log names another backup.json
};

struct BackupFinding {
  int code;
  std::string sentence;
};
template <class T = void>
using CheckedBackup = std::expected<T, BackupFinding>;

struct SoundBackup {
  BackupManifest manifest;
  std::uint64_t entries = 0;  // of the first log
};
// Reads all of it. `key` as above.
CheckedBackup<SoundBackup> check_backup(const std::filesystem::path& backup,
                                        const std::string& key);

int run_restore(const RestoreOptions& options);

}  // namespace guildhall::room
