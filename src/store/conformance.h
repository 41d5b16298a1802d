// For tests only: the schema and the stores that the conformance suite runs on.
//
// Concurrency: call from the test's thread.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "store/database.h"
#include "store/postgres/fixture.h"

namespace guildhall::store {

inline constexpr Migration kTestSchema[] = {
    {1, "keys",
     "CREATE TABLE key_block(room BIGINT NOT NULL, next BIGINT NOT NULL, PRIMARY KEY(room))"
     "{{clustered}};"},
    {2, "items",
     "CREATE TABLE item(id BIGINT NOT NULL PRIMARY KEY, count BIGINT NOT NULL, word TEXT,"
     " body {{blob}}) {{clustered}};\n"
     "CREATE TABLE part(id BIGINT NOT NULL PRIMARY KEY, item BIGINT NOT NULL REFERENCES "
     "item(id));\n"
     "@sqlite CREATE TABLE only_here(sqlite BIGINT);\n"
     "@postgres CREATE TABLE only_here(postgres BIGINT);\n"},
};

class TempFolder {
 public:
  TempFolder() {
    char place[] = "/tmp/guildhall-store-XXXXXX";
    path_ = mkdtemp(place);
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline OpenOptions test_options() {
  OpenOptions options;
  options.schema = std::span<const Migration>(kTestSchema);
  return options;
}

inline std::unique_ptr<Database> open_for_test(const std::string& url,
                                               const OpenOptions& options = test_options()) {
  auto database = open_database(url, options);
  REQUIRE_MESSAGE(database.has_value(), database.error().detail);
  return *std::move(database);
}

// Runs `body(url)` on an empty store of each kind, as a subcase each.
template <class Body>
void on_both_stores(Body body) {
  SUBCASE("sqlite") {
    TempFolder folder;
    body("sqlite:" + folder.path());
  }
  SUBCASE("postgres") {
    if (!postgres::test_server()) return;
    body(postgres::test_database());
  }
}

inline Result<void> add_item(Tx& tx, std::int64_t id, std::int64_t count = 0) {
  TRY(tx.exec("INSERT INTO item(id, count) VALUES ($1, $2)", {id, count}));
  return {};
}

// -1 when the read failed.
inline std::int64_t count_items(Database& database) {
  auto count = database.read_as([](Tx& tx) -> Result<std::int64_t> {
    auto found = TRY(
        tx.first("SELECT COUNT(*) FROM item", {}, [](const Row& row) { return row.integer(0); }));
    return found.value_or(-1);
  });
  return count.value_or(-1);
}

}  // namespace guildhall::store
