// What is done to a whole database: written anew without what was deleted; dumped and restored by
// the programs of the server's package, found on PATH.
//
// Concurrency: `dump` beside writers, the others with nobody else on it.
// Limits: as much space again as the content has.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace guildhall::store::postgres {

Result<void> compact(const std::string& url);
// In one snapshot, durable.
Result<void> dump(const std::string& url, const std::filesystem::path& file);
// Whole or not at all. Error: conflict/"store-not-empty".
Result<void> undump(const std::filesystem::path& file, const std::string& url);

}  // namespace guildhall::store::postgres
