// Order over restarts and processes: ticks, `settled`, inner keys, migrations. On both adapters.
#include <algorithm>
#include <atomic>
#include <thread>

#include "base/limits.h"
#include "store/conformance.h"
#include "store/keys.h"
#include "store/migrate.h"

namespace guildhall::store {
namespace {

Result<std::int64_t> ticked(Database& db, std::int64_t id) {
  return db.write_as([&](Tx& tx) -> Result<std::int64_t> {
    TRY(add_item(tx, id, tx.tick()));
    CHECK(tx.settled() <= tx.tick());
    return tx.tick();
  });
}

std::int64_t settled_now(Database& db) {
  auto settled = db.read_as([](Tx& tx) -> Result<std::int64_t> { return tx.settled(); });
  return settled.value_or(-1);
}

}  // namespace

TEST_CASE("store: ticks only grow, over reopening and between two that share the store") {
  on_both_stores([](const std::string& url) {
    std::int64_t last = 0;
    std::int64_t id = 0;
    for (int round = 0; round < 3; ++round) {
      auto one = open_for_test(url);
      auto two = open_for_test(url);
      for (int i = 0; i < 10; ++i) {
        auto tick = ticked(i % 3 == 0 ? *two : *one, ++id);
        REQUIRE(tick.has_value());
        CHECK(*tick > last);
        last = *tick;
        // Both see at once that it is finished, whoever wrote it.
        CHECK(settled_now(*one) > last);
        CHECK(settled_now(*two) > last);
      }
    }
  });
}

TEST_CASE("store: what lies below settled() is finished and visible") {
  on_both_stores([](const std::string& url) {
    auto db = open_for_test(url);
    std::atomic<bool> stop = false;
    std::vector<std::thread> writers;
    for (int thread = 0; thread < 6; ++thread) {
      writers.emplace_back([&, thread] {
        for (int i = 0; i < 60; ++i) CHECK(ticked(*db, thread * 1'000 + i).has_value());
      });
    }
    // A feed that advances to settled() each time must have met every row in the end.
    std::int64_t cursor = 0;
    std::int64_t met = 0;
    auto advance = [&] {
      auto read = db->read([&](Tx& tx) -> Result<void> {
        std::int64_t until = tx.settled();
        CHECK(until >= cursor);
        met += TRY(tx.query("SELECT id FROM item WHERE count >= $1 AND count < $2", {cursor, until},
                            [](const Row&) { return true; }));
        cursor = until;
        return {};
      });
      CHECK(read.has_value());
    };
    std::thread joiner([&] {
      for (auto& writer : writers) writer.join();
      stop = true;
    });
    while (!stop) advance();
    joiner.join();
    advance();
    CHECK(met == 360);
  });
}

TEST_CASE("store: now() is one time for a transaction") {
  on_both_stores([](const std::string& url) {
    auto db = open_for_test(url);
    auto done = db->write([](Tx& tx) -> Result<void> {
      TimeMs first = tx.now();
      CHECK(std::abs(first - system_clock().now_ms()) < 1'000);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      TRY(add_item(tx, 1));
      CHECK(tx.now() == first);
      return {};
    });
    CHECK(done.has_value());
    // A PostgreSQL connection that has lain idle asks the server again.
    std::this_thread::sleep_for(std::chrono::milliseconds(kClockAgeMs + 50));
    auto later = db->write_as([](Tx& tx) -> Result<TimeMs> { return tx.now(); });
    REQUIRE(later.has_value());
    CHECK(std::abs(*later - system_clock().now_ms()) < 1'000);
  });
}

TEST_CASE("store: keys are unique between databases, threads and closures") {
  on_both_stores([](const std::string& url) {
    auto one = open_for_test(url);
    auto two = open_for_test(url);
    Keys first(*one, RoomId{1});
    Keys second(*two, RoomId{1});
    Mutex mutex;
    std::vector<std::int64_t> all;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, thread] {
        Keys& keys = thread % 2 == 0 ? first : second;
        std::int64_t last = 0;
        std::vector<std::int64_t> mine;
        for (int i = 0; i < 3'000; ++i) {
          int count = i % 100 == 0 ? 1'500 : 1;
          auto key = keys.take(count);
          REQUIRE(key.has_value());
          CHECK(*key > last);
          last = *key + count - 1;
          for (std::int64_t k = *key; k <= last; ++k) mine.push_back(k);
        }
        MutexLock lock(mutex);
        all.insert(all.end(), mine.begin(), mine.end());
      });
    }
    for (auto& thread : threads) thread.join();
    std::ranges::sort(all);
    CHECK(std::ranges::adjacent_find(all) == all.end());
    CHECK(all.front() >= kFirstKey);
    CHECK(all.size() == 4U * (2'970 + 30 * 1'500));

    auto inside = one->write_as([&](Tx&) -> Result<std::int64_t> { return first.next(); });
    CHECK(inside.has_value());
    CHECK_FALSE(first.take(0).has_value());
    CHECK_FALSE(first.take(static_cast<int>(kKeyBlock) + 1).has_value());
    // Another room has keys of its own.
    Keys other(*one, RoomId{2});
    CHECK(other.next() == kFirstKey);
  });
}

TEST_CASE("store: keys run out inside a closure with an error, not a deadlock") {
  on_both_stores([](const std::string& url) {
    OpenOptions options = test_options();
    options.write_connections = 1;
    auto db = open_for_test(url, options);
    Keys keys(*db, RoomId{1});
    auto drained = db->write([&](Tx&) -> Result<void> {
      for (int i = 0; i < 3; ++i) TRY(keys.take(static_cast<int>(kKeyBlock)));
      return {};
    });
    REQUIRE_FALSE(drained.has_value());
    CHECK(drained.error().type == "keys-exhausted");
    // Outside it waits for the next block.
    CHECK(keys.take(static_cast<int>(kKeyBlock)).has_value());
    CHECK(keys.next().has_value());
  });
}

TEST_CASE("store: a room's last key is its last") {
  on_both_stores([](const std::string& url) {
    auto db = open_for_test(url);
    REQUIRE(db->write([](Tx& tx) -> Result<void> {
                TRY(tx.exec("INSERT INTO key_block(room, next) VALUES ($1, $2)", {1, kKeyCeiling}));
                return {};
              }).has_value());
    Keys keys(*db, RoomId{1});
    auto none = keys.next();
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().type == "keys-exhausted");
  });
}

TEST_CASE("store: migrations apply once, whoever starts") {
  on_both_stores([](const std::string& url) {
    std::vector<std::thread> starters;
    std::atomic<int> opened = 0;
    for (int i = 0; i < 6; ++i) {
      starters.emplace_back([&] {
        auto db = open_database(url, test_options());
        if (db && (*db)->write([](Tx&) -> Result<void> { return {}; })) ++opened;
      });
    }
    for (auto& starter : starters) starter.join();
    CHECK(opened == 6);
    auto db = open_for_test(url);
    auto steps = db->read_as([](Tx& tx) -> Result<std::int64_t> {
      return *TRY(tx.first("SELECT COUNT(*) FROM schema_migration", {},
                           [](const Row& row) { return row.integer(0); }));
    });
    CHECK(steps == 2);
  });
}

TEST_CASE("store: a migration that fails leaves nothing; a newer schema is refused") {
  on_both_stores([](const std::string& url) {
    OpenOptions options = test_options();
    const Migration broken[] = {
        kTestSchema[0],
        kTestSchema[1],
        {3, "broken", "CREATE TABLE half(id BIGINT); INSERT INTO no VALUES(1);"}};
    options.schema = std::span<const Migration>(broken);
    CHECK_FALSE(open_database(url, options).has_value());
    const Migration mended[] = {
        kTestSchema[0], kTestSchema[1], {3, "mended", "CREATE TABLE half(id BIGINT);"}};
    options.schema = std::span<const Migration>(mended);
    CHECK(open_database(url, options).has_value());
    auto older = open_database(url, test_options());
    REQUIRE_FALSE(older.has_value());
    CHECK(older.error().type == "schema-newer");
  });
}

TEST_CASE("store: migration texts speak both dialects") {
  CHECK(render("a {{blob}}\n@sqlite s\n@postgres p\nz", Dialect::sqlite) == "a BLOB\ns\nz");
  CHECK(render("a {{blob}}{{clustered}}\n@sqlite s\n@postgres p", Dialect::postgres) ==
        "a BYTEA\np");
  CHECK_FALSE(render("{{unknown}}", Dialect::sqlite).has_value());
  CHECK_FALSE(render("{{blob", Dialect::sqlite).has_value());
  CHECK(render("", Dialect::sqlite) == "");
}

TEST_CASE("store: the product's own schema applies to both") {
  on_both_stores([](const std::string& url) {
    auto database = open_database(url, {});
    REQUIRE_MESSAGE(database.has_value(), database.error().detail);
    CHECK(open_database(url, {}).has_value());
  });
}

}  // namespace guildhall::store
