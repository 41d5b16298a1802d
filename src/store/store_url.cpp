#include "store/store_url.h"

namespace guildhall::store {

Result<StoreUrl> parse_store_url(std::string_view url) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (url.starts_with(kSqlite)) {
    return StoreUrl{Dialect::sqlite, std::string(url.substr(kSqlite.size()))};
  }
  if (url.starts_with("postgres://") || url.starts_with("postgresql://")) {
    return StoreUrl{Dialect::postgres, std::string(url)};
  }
  return fail(Fault::invalid, "store-url",
              "the store is sqlite:DIR or postgres://USER@HOST/NAME (see docs/operations.md)");
}

}  // namespace guildhall::store
