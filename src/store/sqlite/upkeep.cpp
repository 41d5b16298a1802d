#include "store/sqlite/upkeep.h"

#include <cstdlib>

#include "base/sync_file.h"
#include "store/sqlite/connection.h"

namespace guildhall::store::sqlite {
namespace {

std::string file_of(const std::string& folder) { return folder + "/room.db"; }

}  // namespace

// VACUUM's temporary file holds the new store whole: it goes to a disk that has room for it, and
// not into memory.
Result<void> compact(const std::string& folder) {
  setenv("SQLITE_TMPDIR", folder.c_str(), 1);
  auto connection = TRY(Connection::open(file_of(folder), {}));
  TRY(connection->run("PRAGMA temp_store=FILE;VACUUM"));
  auto busy = TRY(connection->number("PRAGMA wal_checkpoint(TRUNCATE)"));
  if (busy == 0) return {};
  return fail(Fault::unavailable, "store-busy", "Another process holds the store.");
}

Result<void> copy_to(const std::string& folder, const std::filesystem::path& file) {
  setenv("SQLITE_TMPDIR", file.parent_path().c_str(), 1);
  auto connection = TRY(Connection::open(file_of(folder), {}));
  auto statement = TRY(connection->prepare("VACUUM INTO $1"));
  std::string name = file.string();
  Param params[] = {name};
  TRY(Connection::bind(*statement, params));
  int code = sqlite3_step(statement->handle);
  if (code != SQLITE_DONE) return std::unexpected(connection->error(code));
  return sync_file(file);
}

}  // namespace guildhall::store::sqlite
