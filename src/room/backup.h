// `guildhall room backup DIR --to FOLDER`: one consistent copy of a room, while it is served or
// not, checked before success is said.
//
//   FOLDER/backup.json   what is here (backup_manifest.h)
//   FOLDER/store/…       the store, one snapshot (store/copy.h)
//   FOLDER/blobs/…       files
//   FOLDER/room.json, room.keepers, vault/leases.json   which room, and what it knows of its
//   keepers FOLDER/room.key, room.keys   only by --with-keys FOLDER/vault/log/…   the log, up to a
//   checkpoint that covers every deed of the snapshot and the
//                        leaf that names backup.json
//
// Keys that sign are never in it. It is made beside its place and renamed when it is whole.
//
// Concurrency: one backup at a time for each target. Limits: kBackupWaitMs, kMaxManifest.
#pragma once

#include <filesystem>
#include <string>

#include "room/backup_manifest.h"

namespace guildhall::room {

struct BackupOptions {
  std::filesystem::path dir;
  std::filesystem::path to;
  std::string store;  // empty: room.json's
  bool with_keys = false;
  std::string passphrase_file;  // of room.keys, where no server runs
};

struct BackupReport {
  BackupManifest manifest;
  std::uint64_t entries = 0;  // of the first log
};

// Errors: conflict/"exists"; unavailable/"log-behind"; those of stores, files and logs.
Result<BackupReport> make_backup(const BackupOptions& options);

int run_backup(const BackupOptions& options);

}  // namespace guildhall::room
