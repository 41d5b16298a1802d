// The embedded store: DIR/room.db, one writer thread, a pool of read-only snapshots.
//
// Concurrency: as Database says. Threads: one writer (writer.h), one that checkpoints
// (checkpointer.h). A second process may open the same store (a command beside the server):
// SQLite's locks and the tick kept in the file hold between them.
// Limits: OpenOptions::read_connections snapshots at once; kReadWaitMs to get one.
#pragma once

#include <memory>
#include <string>

#include "store/database.h"

namespace guildhall::store::sqlite {

// Makes the folder (one level, mode 0700) and the file when they are not there.
Result<std::unique_ptr<Database>> open(const std::string& folder, const OpenOptions& options);

}  // namespace guildhall::store::sqlite
