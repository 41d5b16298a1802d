// A store copied while it is in use, as one consistent snapshot, and put back.
//
// SQLite: `room.db`, by VACUUM INTO. PostgreSQL: `room.pgdump`, by pg_dump and pg_restore of the
// server's package (--format=custom, not compressed: sealed content cannot be).
//
// Concurrency: copying beside writers; restoring into a store that nobody uses.
// Limits: as much space again as the store has.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace guildhall::store {

// The name of the file in `folder` that holds the copy. Errors: those of the store;
// unavailable/"pg-tool" where pg_dump is not there or fails.
Result<std::string> copy_store(std::string_view url, const std::filesystem::path& folder);

// From a file that copy_store made. Errors: invalid/"other-store" where it is for the other kind;
// conflict/"store-not-empty" where there is something already.
Result<void> restore_store(const std::filesystem::path& file, std::string_view url);

}  // namespace guildhall::store
