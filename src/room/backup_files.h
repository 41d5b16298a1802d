// The files of a backup: copied and hashed, and compared with their list.
//
// Concurrency: free functions. Limits: none of their own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "room/backup_manifest.h"

namespace guildhall::room {

// What `root/path` is now. Errors: not_found/"no-file", unavailable/"file-failed".
Result<BackupFile> describe(const std::filesystem::path& root, const std::string& path);

// Copies `from` to `root/path`, whole and flushed, mode 0600; it must not be there.
Result<void> copy_into(const std::filesystem::path& from, const std::filesystem::path& root,
                       const std::string& path);

// Every file below, by relative path, sorted; links too.
Result<std::vector<std::string>> files_below(const std::filesystem::path& root);

}  // namespace guildhall::room
