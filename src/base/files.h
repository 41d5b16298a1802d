// Whole files: read at once, and replaced so that a crash leaves the old one or the new one.
//
// Concurrency: free functions; two that replace one file at once leave one of the two.
// Limits: read_file refuses more than `most` bytes.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace guildhall {

// Errors: not_found/"no-file", too_large/"file-too-large", unavailable/"file-failed".
Result<std::string> read_file(const std::filesystem::path& path, std::size_t most = 64U << 20);

// Written beside it, flushed, renamed over it, and the folder flushed: durable when it returns.
// Its mode is `mode` whatever it was. Errors: no_space/"disk-full", unavailable/"file-failed".
Result<void> replace_file(const std::filesystem::path& path, std::string_view bytes,
                          unsigned mode = 0600);

// The entry of a file that was made, renamed or removed in `folder` is durable after it.
Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace guildhall
