#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "store/conformance.h"

namespace guildhall::store {

TEST_CASE("sqlite writer: bulk gives way to those who came later") {
  TempFolder folder;
  auto db = open_for_test("sqlite:" + folder.path());
  std::atomic<bool> held = false;
  std::atomic<bool> release = false;
  Mutex mutex;
  std::string order;
  auto note = [&](char who) {
    return [&, who](Tx&) -> Result<void> {
      MutexLock lock(mutex);
      order += who;
      return {};
    };
  };
  std::thread first([&] {
    CHECK(db->write([&](Tx&) -> Result<void> {
      held = true;
      while (!release) std::this_thread::yield();
      return {};
    }));
  });
  while (!held) std::this_thread::yield();
  auto wait_for_queue = [&](std::int64_t size) {
    while (db->stats().queue < size) std::this_thread::yield();
  };
  std::thread bulk([&] { CHECK(db->write_bulk(note('b'))); });
  wait_for_queue(1);
  std::thread person([&] { CHECK(db->write(note('p'))); });
  wait_for_queue(2);
  release = true;
  for (auto* thread : {&first, &bulk, &person}) thread->join();
  CHECK(order == "pb");
}

TEST_CASE("sqlite writer: bulk has its turn under a load that never pauses") {
  TempFolder folder;
  auto db = open_for_test("sqlite:" + folder.path());
  constexpr int kMost = 200'000;
  std::atomic<bool> over = false;
  std::atomic<bool> starved = false;
  std::vector<std::thread> people;
  for (int i = 0; i < 4; ++i) {
    people.emplace_back([&] {
      int n = 0;
      auto nothing = [](Tx&) -> Result<void> { return {}; };
      while (!over && ++n < kMost) CHECK(db->write(nothing));
      if (n == kMost) starved = true;
    });
  }
  for (int i = 0; i < 3; ++i) CHECK(db->write_bulk([](Tx&) -> Result<void> { return {}; }));
  over = true;
  for (auto& thread : people) thread.join();
  CHECK_FALSE(starved);
}

TEST_CASE("sqlite writer: the log begins anew beside a flood of bulk writes") {
  TempFolder folder;
  auto db = open_for_test("sqlite:" + folder.path());
  const std::string body(1 << 20, 'x');
  std::atomic<bool> over = false;
  std::atomic<int> deeds = 0;
  std::thread person([&] {
    while (!over) {
      int id = -++deeds;
      CHECK(db->write([&](Tx& tx) -> Result<void> {
        TRY(tx.exec("INSERT INTO item(id, count, body) VALUES ($1, 0, $2)", {id, Blob{"small"}}));
        return {};
      }));
    }
  });
  constexpr int kMegabytes = 96;
  std::int64_t longest = 0;
  for (int i = 0; i < kMegabytes; ++i) {
    CHECK(db->write_bulk([&](Tx& tx) -> Result<void> {
      TRY(tx.exec("INSERT INTO item(id, count, body) VALUES ($1, 0, $2)", {i, Blob{body}}));
      return {};
    }));
    auto log = std::filesystem::file_size(folder.path() + "/room.db-wal");
    longest = std::max(longest, static_cast<std::int64_t>(log));
  }
  over = true;
  person.join();
  CHECK(longest < kMaxWalBytes + 8 * std::ssize(body));
  db.reset();
  auto again = open_for_test("sqlite:" + folder.path());
  CHECK(count_items(*again) == kMegabytes + deeds);
}

}  // namespace guildhall::store
