// A file that somebody else wrote, made durable.
//
// Concurrency: free functions. Limits: none.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace guildhall {

// What was written to it by whatever means is durable after it, and so is its entry.
// Error: unavailable/"file-failed".
Result<void> sync_file(const std::filesystem::path& file);

}  // namespace guildhall
