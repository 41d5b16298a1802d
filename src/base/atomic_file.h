// A small file that is replaced whole: after a crash there is the old one or the new one, never
// part of either, and what was acknowledged is on the disk.
//
// Concurrency: writers of one path take turns by a lock of their own. Readers need none.
// Limits: the whole file is in memory.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace guildhall {

// The file has the mode 0600, whatever it had before. `<path>.new` is its own to use and remove.
// Errors: internal/"file-write", no_space/"disk-full": then the old file stands, or the new one
// where only the folder could not be written to the disk.
Result<void> replace_file(const std::filesystem::path& path, std::string_view bytes);

struct FileBytes {
  std::string bytes;
  bool owner_only = false;  // nobody but its owner may read it, and that is who we are (or root)
};

// Errors: not_found/"no-file", too_large/"file-too-large", internal/"file-read".
Result<FileBytes> read_file(const std::filesystem::path& path, std::size_t max_bytes);

}  // namespace guildhall
