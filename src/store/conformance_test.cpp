// What every Database promises (database.h), on both adapters.
#include "store/conformance.h"

#include <atomic>
#include <thread>

namespace guildhall::store {
namespace {

template <class F>
void in_threads(int count, F body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back([&body, i] { body(i); });
  for (auto& thread : threads) thread.join();
}

}  // namespace

TEST_CASE("store: a commit is visible, also after reopening") {
  on_both_stores([](const std::string& url) {
    {
      auto db = open_for_test(url);
      CHECK(db->write([](Tx& tx) { return add_item(tx, 1); }).has_value());
      CHECK(count_items(*db) == 1);
    }
    auto db = open_for_test(url);
    CHECK(count_items(*db) == 1);
  });
}

TEST_CASE("store: values come back as they went in") {
  on_both_stores([](const std::string& url) {
    auto db = open_for_test(url);
    std::string bytes;
    for (int i = 0; i < 300; ++i) bytes.push_back(static_cast<char>(i));
    constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
    auto done = db->write([&](Tx& tx) -> Result<void> {
      // Out of order, and one twice.
      TRY(tx.exec("INSERT INTO item(word, body, count, id) VALUES ($3, $4, $2, $1)",
                  {1, kLeast, "word", Blob{bytes}}));
      TRY(tx.exec("INSERT INTO item(id, count, word, body) VALUES ($1, $1, $2, $3)",
                  {2, Null{}, Null{}}));
      TRY(tx.exec("INSERT INTO item(id, count, word, body) VALUES ($1, $1, $2, $3)",
                  {3, "", Blob{""}}));
      return {};
    });
    REQUIRE(done.has_value());
    int rows = 0;
    auto read = db->read([&](Tx& tx) -> Result<void> {
      TRY(tx.query("SELECT id, count, word, body FROM item ORDER BY id", {}, [&](const Row& row) {
        ++rows;
        CHECK(row.integer(0) == rows);
        CHECK(row.integer(1) == (rows == 1 ? kLeast : rows));
        CHECK(row.is_null(2) == (rows == 2));
        CHECK(row.is_null(3) == (rows == 2));
        CHECK(row.bytes(2) == (rows == 1 ? "word" : ""));
        CHECK(row.bytes(3) == (rows == 1 ? bytes : ""));
        return true;
      }));
      auto sum = TRY(tx.first("SELECT SUM(id), SUM(-id * 100000) FROM item", {},
                              [](const Row& r) { return std::pair(r.integer(0), r.integer(1)); }));
      CHECK(*sum == std::pair<std::int64_t, std::int64_t>(6, -600'000));
      return {};
    });
    CHECK(read.has_value());
    CHECK(rows == 3);
  });
}

TEST_CASE("store: row counts, early stop, RETURNING, exec_many") {
  on_both_stores([](const std::string& url) {
    auto db = open_for_test(url);
    auto done = db->write([](Tx& tx) -> Result<void> {
      std::vector<std::vector<Param>> rows;
      for (int i = 1; i <= 1'000; ++i) rows.push_back({i, i % 10});
      CHECK(TRY(tx.exec_many({"INSERT INTO item(id, count) VALUES ($1, $2)",
                              "INSERT INTO item(id, count) SELECT * FROM"
                              " unnest($1::bigint[], $2::bigint[])"},
                             rows)) == 1'000);
      CHECK(TRY(tx.exec("UPDATE item SET count = 10 WHERE count = $1", {3})) == 100);
      CHECK(TRY(tx.exec("DELETE FROM item WHERE count = $1 RETURNING id", {4})) == 100);
      int seen = 0;
      TRY(tx.query("UPDATE item SET count = 11 WHERE count = $1 RETURNING id", {5},
                   [&](const Row&) { return ++seen < 2; }));
      CHECK(seen == 2);
      // The statement ran to its end although nobody looked at the rest.
      auto changed = TRY(tx.first("SELECT COUNT(*) FROM item WHERE count = 11", {},
                                  [](const Row& row) { return row.integer(0); }));
      CHECK(changed == 100);
      auto none = TRY(tx.first("SELECT id FROM item WHERE id = $1", {-1},
                               [](const Row& row) { return row.integer(0); }));
      CHECK_FALSE(none.has_value());
      return {};
    });
    CHECK(done.has_value());
  });
}

TEST_CASE("store: a sink may run statements, its own text too") {
  on_both_stores([](const std::string& url) {
    auto db = open_for_test(url);
    constexpr Sql kById("SELECT count FROM item WHERE id <= $1 ORDER BY id");
    auto done = db->write([&](Tx& tx) -> Result<void> {
      TRY(add_item(tx, 1));
      TRY(add_item(tx, 2));
      int inner = 0;
      auto outer = TRY(tx.query(kById, {2}, [&](const Row&) {
        return tx.query(kById, {1}, [&](const Row&) { return ++inner > 0; }).has_value();
      }));
      CHECK(outer == 2);
      CHECK(inner == 2);
      return {};
    });
    CHECK(done.has_value());
  });
}

TEST_CASE("store: an error leaves nothing and does not disturb its neighbours") {
  on_both_stores([](const std::string& url) {
    auto db = open_for_test(url);
    std::atomic<int> refused = 0;
    in_threads(16, [&](int thread) {
      for (int i = 0; i < 60; ++i) {
        bool bad = (thread + i) % 5 == 0;
        auto done = db->write([&](Tx& tx) -> Result<void> {
          TRY(add_item(tx, thread * 1'000 + i));
          if (bad) return fail(Fault::conflict, "test-refusal", "refused");
          return {};
        });
        CHECK(done.has_value() == !bad);
        if (!done && done.error().type == "test-refusal") ++refused;
      }
    });
    CHECK(refused == 16 * 12);
    CHECK(count_items(*db) == 16 * 48);
  });
}

TEST_CASE("store: a failed statement fails its closure, even when the closure does not mind") {
  on_both_stores([](const std::string& url) {
    auto db = open_for_test(url);
    REQUIRE(db->write([](Tx& tx) { return add_item(tx, 1); }).has_value());
    auto ignored = db->write([](Tx& tx) -> Result<void> {
      TRY(add_item(tx, 2));
      auto twice = add_item(tx, 1);
      CHECK_FALSE(twice.has_value());
      CHECK_FALSE(add_item(tx, 3).has_value());
      return {};
    });
    REQUIRE_FALSE(ignored.has_value());
    CHECK(ignored.error().type == "already-exists");
    CHECK(ignored.error().fault == Fault::conflict);
    CHECK(count_items(*db) == 1);
    // The closure's own words win.
    auto own = db->write([](Tx& tx) -> Result<void> {
      if (!add_item(tx, 1)) return fail(Fault::conflict, "test-own", "own words");
      return {};
    });
    CHECK(own.error().type == "test-own");
    auto orphan = db->write([](Tx& tx) -> Result<void> {
      TRY(tx.exec("INSERT INTO part(id, item) VALUES ($1, $2)", {1, 99}));
      return {};
    });
    CHECK(orphan.error().type == "missing-reference");
  });
}

TEST_CASE("store: errors carry no parameter") {
  on_both_stores([](const std::string& url) {
    auto db = open_for_test(url);
    constexpr std::string_view kCanary = "canary-in-a-parameter";
    auto done = db->write([&](Tx& tx) -> Result<void> {
      TRY(tx.exec("INSERT INTO item(id, count, word) VALUES (length($1) + 'x', 0, $1)", {kCanary}));
      TRY(tx.exec("INSERT INTO item(id, count, word) VALUES (NULL, 0, $1)", {kCanary}));
      return {};
    });
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().detail.find(kCanary) == std::string::npos);
    auto wrong = db->write([&](Tx& tx) -> Result<void> {
      TRY(tx.exec("SELECT nothing FROM nowhere WHERE word = $1", {kCanary}));
      return {};
    });
    REQUIRE_FALSE(wrong.has_value());
    CHECK(wrong.error().type == "store-statement");
    CHECK(wrong.error().detail.find(kCanary) == std::string::npos);
  });
}

TEST_CASE("store: a read sees one snapshot and may not write") {
  on_both_stores([](const std::string& url) {
    auto db = open_for_test(url);
    constexpr Sql kCount("SELECT COUNT(*) FROM item");
    auto count = [&](Tx& tx) -> Result<std::int64_t> {
      return *TRY(tx.first(kCount, {}, [](const Row& row) { return row.integer(0); }));
    };
    auto read = db->read([&](Tx& tx) -> Result<void> {
      CHECK(TRY(count(tx)) == 0);
      std::thread([&] {
        CHECK(db->write([](Tx& w) { return add_item(w, 1); }).has_value());
      }).join();
      CHECK(TRY(count(tx)) == 0);
      return {};
    });
    CHECK(read.has_value());
    CHECK(count_items(*db) == 1);
    auto written = db->read([](Tx& tx) { return add_item(tx, 2); });
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().type == "store-read-only");
    CHECK(count_items(*db) == 1);
  });
}

TEST_CASE("store: a write inside a write is refused, not waited for") {
  on_both_stores([](const std::string& url) {
    auto db = open_for_test(url);
    auto done = db->write([&](Tx&) { return db->write([](Tx& tx) { return add_item(tx, 1); }); });
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().type == "store-nested");
    CHECK(db->write([](Tx& tx) { return add_item(tx, 1); }).has_value());
  });
}

TEST_CASE("store: many callers share commits") {
  on_both_stores([](const std::string& url) {
    auto db = open_for_test(url);
    std::atomic<int> failed = 0;
    in_threads(32, [&](int thread) {
      for (int i = 0; i < 50; ++i) {
        auto done = db->write([&](Tx& tx) { return add_item(tx, thread * 1'000 + i); });
        if (!done) ++failed;
      }
    });
    CHECK(failed == 0);
    CHECK(count_items(*db) == 1'600);
    auto stats = db->stats();
    CHECK(stats.transactions == 1'600);
    CHECK(stats.commits < stats.transactions);
    CHECK(stats.queue == 0);
  });
}

TEST_CASE("store: a counter that everybody adds to loses nothing") {
  on_both_stores([](const std::string& url) {
    auto db = open_for_test(url);
    REQUIRE(db->write([](Tx& tx) { return add_item(tx, 1); }).has_value());
    in_threads(8, [&](int) {
      for (int i = 0; i < 40; ++i) {
        auto done = db->write([&](Tx& tx) -> Result<void> {
          TRY(tx.exec("UPDATE item SET count = count + 1 WHERE id = $1", {1}));
          return {};
        });
        CHECK(done.has_value());
      }
    });
    auto sum = db->read_as([](Tx& tx) -> Result<std::int64_t> {
      return *TRY(
          tx.first("SELECT count FROM item", {}, [](const Row& r) { return r.integer(0); }));
    });
    CHECK(sum == 320);
  });
}

TEST_CASE("store: closing while busy answers everybody") {
  on_both_stores([](const std::string& url) {
    auto db = open_for_test(url);
    std::atomic<int> inside = 0;
    std::atomic<int> done = 0;
    std::vector<std::thread> callers;
    for (int i = 0; i < 16; ++i) {
      callers.emplace_back([&, i, raw = db.get()] {
        ++inside;
        auto result = raw->write([&](Tx& tx) -> Result<void> {
          TRY(add_item(tx, i));
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
          return {};
        });
        if (result) ++done;
      });
    }
    while (inside < 16 || db->stats().queue == 0) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    db.reset();
    for (auto& caller : callers) caller.join();
    CHECK(done == 16);
    CHECK(count_items(*open_for_test(url)) == 16);
  });
}

TEST_CASE("store: of all that serve a room one has the turn, until it gives it back or ends") {
  on_both_stores([](const std::string& url) {
    auto one = open_for_test(url);
    auto two = open_for_test(url);
    auto mine = one->turn(RoomId{7});
    auto theirs = two->turn(RoomId{7});
    CHECK(mine->take() == true);
    CHECK(mine->take() == true);
    CHECK(theirs->take() == false);
    CHECK(two->turn(RoomId{8})->take() == true);  // another room's
    mine->give_back();
    CHECK(theirs->take() == true);
    CHECK(mine->take() == false);
    CHECK(theirs->take() == true);
    theirs.reset();
    CHECK(mine->take() == true);
    one.reset();
    CHECK(two->turn(RoomId{7})->take() == false);
    mine.reset();
    CHECK(two->turn(RoomId{7})->take() == true);
  });
}

TEST_CASE("store: an unknown URL is refused without repeating it") {
  auto database = open_database("mysql://user:secret@host/name", {});
  REQUIRE_FALSE(database.has_value());
  CHECK(database.error().detail.find("secret") == std::string::npos);
}

}  // namespace guildhall::store
