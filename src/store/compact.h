// Rewrites a store so that nothing which was replaced or deleted stays in its files: free pages,
// write-ahead log, dead rows.
//
// SQLite: VACUUM (its temporary file beside the store), and the log cut to nothing. PostgreSQL:
// VACUUM FULL of the content; what the server keeps of its own log (pg_wal and its archives) only
// its administrator can let go of. Blocks that a file system gives free are not overwritten.
//
// Concurrency: nobody else has the store open. Limits: needs as much space again as the store has.
#pragma once

#include <string_view>

#include "base/result.h"

namespace guildhall::store {

Result<void> compact_store(std::string_view url);

}  // namespace guildhall::store
