// What a backup's folder holds: backup.json, whose SHA-256 is in the room's log as the leaf
// "room.backup", so that a signed checkpoint answers for every byte of it.
//
//   {"format": "guildhall backup v1", "room": n, "at": milliseconds since 1970, "store": file's
//   path,
//    "logs": [{"folder": "vault", "key": vkey, "size": n}, …],
//    "files": [{"path": …, "bytes": n, "sha256": hex}, …]}
//
// `size` is how many entries the log had when the backup began. The logs are not among the files:
// they go on until they hold the leaf, and are checked by their own keys.
//
// Concurrency: values. Limits: kMaxManifest; paths are plain names below the folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"

namespace guildhall::room {

struct BackupFile {
  std::string path;
  std::int64_t bytes = 0;
  std::string sha256;  // hexadecimal
};
struct BackupLog {
  std::string folder;  // "vault", "vault-2", …
  std::string key;
  std::int64_t size = 0;
};
struct BackupManifest {
  RoomId room;
  TimeMs at = 0;
  std::string store;
  std::vector<BackupLog> logs;
  std::vector<BackupFile> files;
};

std::string manifest_text(const BackupManifest& manifest);
// Error: malformed/"bad-backup".
Result<BackupManifest> parse_manifest(std::string_view text);

}  // namespace guildhall::room
