#include "store/copy.h"

#include "base/sync_file.h"
#include "store/postgres/upkeep.h"
#include "store/sqlite/upkeep.h"
#include "store/store_url.h"

namespace guildhall::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSqliteCopy = "room.db";
constexpr std::string_view kPostgresCopy = "room.pgdump";

Result<void> put_file(const fs::path& file, const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  auto to = folder / kSqliteCopy;
  if (fs::exists(to, error)) {
    return fail(Fault::conflict, "store-not-empty", "There is a store already.");
  }
  fs::copy_file(file, to, error);
  if (error) return fail(Fault::unavailable, "file-failed", "The store cannot be put back.");
  fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write, error);
  return sync_file(to);
}

}  // namespace

Result<std::string> copy_store(std::string_view url, const fs::path& folder) {
  auto store = TRY(parse_store_url(url));
  std::string name(store.dialect == Dialect::sqlite ? kSqliteCopy : kPostgresCopy);
  if (store.dialect == Dialect::sqlite) {
    TRY(sqlite::copy_to(store.rest, folder / name));
  } else {
    TRY(postgres::dump(store.rest, folder / name));
  }
  return name;
}

Result<void> restore_store(const fs::path& file, std::string_view url) {
  auto store = TRY(parse_store_url(url));
  bool is_sqlite = file.filename() == kSqliteCopy;
  if (is_sqlite != (store.dialect == Dialect::sqlite)) {
    return fail(Fault::invalid, "other-store",
                "A backup of SQLite goes into SQLite, one of PostgreSQL into PostgreSQL: --store.");
  }
  return is_sqlite ? put_file(file, store.rest) : postgres::undump(file, store.rest);
}

}  // namespace guildhall::store
