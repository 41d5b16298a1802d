// What is done to a whole store file: written anew without what was deleted, and copied while it is
// in use.
//
// Concurrency: `compact` with nobody else on the store; `copy_to` beside writers.
// Limits: as much space again as the store has.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace guildhall::store::sqlite {

Result<void> compact(const std::string& folder);
// One consistent snapshot, without free pages, durable. `file` must not be there.
Result<void> copy_to(const std::string& folder, const std::filesystem::path& file);

}  // namespace guildhall::store::sqlite
