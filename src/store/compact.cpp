#include "store/compact.h"

#include "store/postgres/upkeep.h"
#include "store/sqlite/upkeep.h"
#include "store/store_url.h"

namespace guildhall::store {

Result<void> compact_store(std::string_view url) {
  auto store = TRY(parse_store_url(url));
  if (store.dialect == Dialect::sqlite) return sqlite::compact(store.rest);
  return postgres::compact(store.rest);
}

}  // namespace guildhall::store
