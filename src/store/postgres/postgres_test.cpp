// What only PostgreSQL can do to a transaction: deadlocks, lost sessions, older transactions.
#include <atomic>
#include <thread>

#include "store/conformance.h"
#include "store/postgres/values.h"

namespace guildhall::store {
namespace {

// The room's sessions: one that writes, one that flushes, and one that reads where there was a
// read. Ended means gone: a process that is only told to go may yet answer a statement.
constexpr const char* kKillOthers =
    "SELECT COUNT(*) FILTER (WHERE pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = 'guildhall'";

Result<void> bump(Tx& tx, std::int64_t id) {
  TRY(tx.exec("UPDATE item SET count = count + 1 WHERE id = $1", {id}));
  return {};
}

}  // namespace

TEST_CASE("postgres: a deadlock is run again and nothing is lost") {
  if (!postgres::test_server()) return;
  auto url = postgres::test_database();
  auto db = open_for_test(url);
  auto other = open_for_test(url);
  REQUIRE(db->write([](Tx& tx) -> Result<void> {
              TRY(add_item(tx, 1));
              return add_item(tx, 2);
            }).has_value());
  std::atomic<int> runs = 0;
  std::atomic<int> met = 0;
  auto cross = [&](Database& store, std::int64_t first, std::int64_t second) {
    bool waited = false;
    auto done = store.write([&](Tx& tx) -> Result<void> {
      ++runs;
      TRY(bump(tx, first));
      if (!waited) {
        waited = true;
        ++met;
        while (met < 2) std::this_thread::yield();
      }
      return bump(tx, second);
    });
    CHECK(done.has_value());
  };
  std::thread one([&] { cross(*db, 1, 2); });
  std::thread two([&] { cross(*other, 2, 1); });
  one.join();
  two.join();
  CHECK(runs == 3);
  CHECK(postgres::test_sql(url, "SELECT SUM(count) FROM item") == 4);
}

// What a fresh import's statistics have led to: a sort, or all content read for each row joined to.
TEST_CASE("postgres: no session may plan a sort, a hash or a copy of a join's inner side") {
  if (!postgres::test_server()) return;
  auto db = open_for_test(postgres::test_database());
  int plans = 0;
  auto on = [&](Tx& tx) -> Result<void> {
    TRY(
        tx.query("SELECT 1 FROM pg_settings WHERE setting = 'on' AND name IN ('enable_seqscan',"
                 " 'enable_bitmapscan', 'enable_sort', 'enable_hashjoin', 'enable_mergejoin',"
                 " 'enable_material', 'enable_memoize', 'jit')",
                 {}, [&](const Row&) {
                   ++plans;
                   return true;
                 }));
    return {};
  };
  REQUIRE(db->read(on).has_value());
  REQUIRE(db->write(on).has_value());
  CHECK(plans == 0);
}

TEST_CASE("postgres: sessions that lie idle may be ended by the server") {
  if (!postgres::test_server()) return;
  auto url = postgres::test_database();
  auto db = open_for_test(url);
  for (int i = 1; i <= 3; ++i) {
    CHECK(db->write([&](Tx& tx) { return add_item(tx, i); }).has_value());
    CHECK(count_items(*db) == i);
    CHECK(postgres::test_sql(url, kKillOthers) >= 2);
  }
}

TEST_CASE("postgres: a session ended inside a closure is opened again, the closure runs again") {
  if (!postgres::test_server()) return;
  auto url = postgres::test_database();
  auto db = open_for_test(url);
  int runs = 0;
  auto done = db->write([&](Tx& tx) -> Result<void> {
    ++runs;
    TRY(add_item(tx, 1));
    if (runs == 1) CHECK(postgres::test_sql(url, kKillOthers) == 2);
    return add_item(tx, 2);
  });
  CHECK(done.has_value());
  CHECK(runs == 2);
  CHECK(count_items(*db) == 2);
  // Every time: the attempts end.
  runs = 0;
  auto never = db->write([&](Tx& tx) -> Result<void> {
    ++runs;
    TRY(add_item(tx, 3));
    postgres::test_sql(url, kKillOthers);
    return add_item(tx, 4);
  });
  REQUIRE_FALSE(never.has_value());
  CHECK(never.error().fault == Fault::unavailable);
  CHECK(never.error().type == "store-failed");
  CHECK(runs == kWriteAttempts);
  CHECK(count_items(*db) == 2);
}

TEST_CASE("postgres: lost when COMMIT is sent, the answer is commit-unknown and it ran once") {
  if (!postgres::test_server()) return;
  auto url = postgres::test_database();
  auto db = open_for_test(url);
  int runs = 0;
  auto done = db->write([&](Tx& tx) -> Result<void> {
    ++runs;
    TRY(add_item(tx, 1));
    // The session dies after the closure's last statement: only COMMIT will notice.
    CHECK(postgres::test_sql(url, kKillOthers) == 2);
    return {};
  });
  REQUIRE_FALSE(done.has_value());
  CHECK(done.error().type == "commit-unknown");
  CHECK(runs == 1);
  CHECK(db->write([&](Tx& tx) { return add_item(tx, 2); }).has_value());
}

TEST_CASE("postgres: a commit that nobody can vouch for is commit-unknown, not acknowledged") {
  if (!postgres::test_server()) return;
  auto url = postgres::test_database();
  auto db = open_for_test(url);
  constexpr const char* kKillFlusher =
      "SELECT COUNT(*) FILTER (WHERE pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE"
      " datname = current_database() AND application_name = 'guildhall' AND"
      " query LIKE '%pg_logical_emit_message%'";
  REQUIRE(db->write([](Tx& tx) { return add_item(tx, 1); }).has_value());
  auto done = db->write([&](Tx& tx) -> Result<void> {
    CHECK(postgres::test_sql(url, kKillFlusher) == 1);
    return add_item(tx, 2);
  });
  REQUIRE_FALSE(done.has_value());
  CHECK(done.error().type == "commit-unknown");
  CHECK(db->write([](Tx& tx) { return add_item(tx, 3); }).has_value());
  CHECK(count_items(*db) == 3);
  // Ended while it lay idle, it is replaced before anything rests on it.
  CHECK(postgres::test_sql(url, kKillFlusher) == 1);
  CHECK(db->write([](Tx& tx) { return add_item(tx, 4); }).has_value());
}

TEST_CASE("postgres: an open older transaction holds settled() back") {
  if (!postgres::test_server()) return;
  auto url = postgres::test_database();
  auto db = open_for_test(url);
  auto settled = [&] {
    return db->read_as([](Tx& tx) -> Result<std::int64_t> { return tx.settled(); }).value_or(-1);
  };
  std::int64_t older = 0;
  auto done = db->write([&](Tx& tx) -> Result<void> {
    TRY(add_item(tx, 1));
    older = tx.tick();
    std::int64_t newer = 0;
    std::thread([&] {
      CHECK(db->write([&](Tx& w) -> Result<void> {
                newer = w.tick();
                return add_item(w, 2);
              }).has_value());
    }).join();
    CHECK(newer > older);
    CHECK(settled() == older);  // although the newer one is committed
    return {};
  });
  CHECK(done.has_value());
  CHECK(settled() > older + 1);
}

TEST_CASE("postgres: the turn goes with its session, and whoever had it is told") {
  if (!postgres::test_server()) return;
  auto url = postgres::test_database();
  auto db = open_for_test(url);
  auto mine = db->turn(RoomId{7});
  auto theirs = db->turn(RoomId{7});
  constexpr const char* kEndHolder =
      "SELECT COUNT(*) FILTER (WHERE pg_terminate_backend(pid, 5000)) FROM pg_locks"
      " WHERE locktype = 'advisory' AND granted";
  CHECK(mine->take() == true);
  CHECK(theirs->take() == false);
  CHECK(postgres::test_sql(url, kEndHolder) == 1);
  CHECK(mine->take() == false);  // once, although nobody else has it
  CHECK(mine->take() == true);
  CHECK(postgres::test_sql(url, kEndHolder) == 1);
  CHECK(theirs->take() == true);
  CHECK(mine->take() == false);
  CHECK(mine->take() == false);
}

TEST_CASE("postgres: ticks go on after the data has moved to another cluster") {
  if (!postgres::test_server()) return;
  auto url = postgres::test_database();
  auto tick = [&] {
    auto db = open_for_test(url);
    auto got = db->write_as([](Tx& tx) -> Result<std::int64_t> { return tx.tick(); });
    return got.value_or(-1);
  };
  std::int64_t before = tick();
  CHECK(tick() > before);
  CHECK(tick() < before + 1'000);
  // What a dump restored elsewhere looks like: the row names another cluster.
  REQUIRE(postgres::test_sql(url, "UPDATE store_tick SET cluster = 1") == 0);
  CHECK(tick() > before + (1LL << 43));
  CHECK(tick() < before + (1LL << 45));
}

TEST_CASE("postgres: a role without privileges can hold the store") {
  if (!postgres::test_server()) return;
  auto url = postgres::test_database();
  postgres::test_sql(url, "CREATE ROLE plain LOGIN");
  REQUIRE(postgres::test_sql(url, "GRANT CREATE, USAGE ON SCHEMA public TO plain") == 0);
  std::string plain = url;
  plain.replace(plain.find("postgres@"), 9, "plain@");
  auto db = open_for_test(plain);
  CHECK(db->write([](Tx& tx) { return add_item(tx, tx.tick()); }).has_value());
}

TEST_CASE("postgres: whole numbers in NUMERIC's wire format") {
  auto wire = [](std::initializer_list<int> shorts) {
    std::string out;
    for (int value : shorts) {
      out.push_back(static_cast<char>(value >> 8));
      out.push_back(static_cast<char>(value));
    }
    return out;
  };
  CHECK(postgres::numeric_value(wire({0, 0, 0, 0})) == 0);
  CHECK(postgres::numeric_value(wire({1, 0, 0, 0, 7})) == 7);
  CHECK(postgres::numeric_value(wire({1, 1, 0, 0, 12})) == 120'000);  // trailing zeros left out
  CHECK(postgres::numeric_value(wire({2, 1, 0x4000, 0, 12, 34})) == -120'034);
  CHECK(postgres::numeric_value(wire({2, 0, 0, 4, 3, 5'000})) == 3);  // 3.5
  CHECK(postgres::numeric_value("") == 0);
}

}  // namespace guildhall::store
