#include "store/database.h"

#include "store/postgres/postgres_database.h"
#include "store/sqlite/sqlite_database.h"

namespace guildhall::store {

Result<std::unique_ptr<Database>> open_database(std::string_view url, const OpenOptions& options) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (url.starts_with(kSqlite)) {
    return sqlite::open(std::string(url.substr(kSqlite.size())), options);
  }
  if (url.starts_with("postgres://") || url.starts_with("postgresql://")) {
    return postgres::open(std::string(url), options);
  }
  // The URL may hold a password: it is not repeated.
  return fail(Fault::invalid, "store-url",
              "the store is sqlite:DIR or postgres://USER@HOST/NAME (see docs/operations.md)");
}

}  // namespace guildhall::store
