#include "store/database.h"

#include "store/postgres/postgres_database.h"
#include "store/sqlite/sqlite_database.h"
#include "store/store_url.h"

namespace guildhall::store {

Result<std::unique_ptr<Database>> open_database(std::string_view url, const OpenOptions& options) {
  auto store = TRY(parse_store_url(url));
  if (store.dialect == Dialect::sqlite) return sqlite::open(store.rest, options);
  return postgres::open(store.rest, options);
}

}  // namespace guildhall::store
