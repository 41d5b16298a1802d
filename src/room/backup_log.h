// A room's log as a backup sees it: which logs there are, a copy of one at a checkpoint while it is
// being written, and the leaf that names a backup.
//
// Concurrency: beside the log's writer, in whatever process. Limits: none of its own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "room/backup_manifest.h"
#include "tlog/checkpoint.h"

namespace guildhall::room {

// Every log below the room's folder, the first one first, with its size now.
Result<std::vector<BackupLog>> logs_of(const std::filesystem::path& room_dir);

// Copies what the newest checkpoint covers, and no more.
Result<tlog::Checkpoint> copy_log(const std::filesystem::path& from,
                                  const std::filesystem::path& to);

// Is the leaf "room.backup" of this manifest among the entries of one of these logs, below `dir`,
// from their sizes on? Each size becomes the first entry that was not looked at.
Result<bool> names_backup(const std::filesystem::path& dir, std::vector<BackupLog>& logs,
                          std::string_view manifest_hash);

}  // namespace guildhall::room
