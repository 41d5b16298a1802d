// The address of a store: sqlite:DIR or postgres://….
//
// Concurrency: pure. Limits: none.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/database.h"

namespace guildhall::store {

struct StoreUrl {
  Dialect dialect;
  std::string rest;  // the folder; the whole address on PostgreSQL
};

// Error: invalid/"store-url". It does not repeat the address, which may hold a password.
Result<StoreUrl> parse_store_url(std::string_view url);

}  // namespace guildhall::store
