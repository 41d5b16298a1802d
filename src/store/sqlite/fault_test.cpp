// The n-th write or sync fails, for every n: a shim between SQLite and the disk. Whatever was
// acknowledged is there afterwards, whatever was refused is not, and the store goes on when the
// fault is gone; after a failed sync it does not go on until it is opened again.
#include <sqlite3.h>

#include <atomic>
#include <set>
#include <thread>

#include "base/mutex.h"
#include "store/conformance.h"

namespace guildhall::store {
namespace {

struct Plan {
  std::atomic<bool> writes = false;  // which calls count: writes, or syncs
  std::atomic<bool> lasting = false;
  std::atomic<int> code = SQLITE_OK;
  std::atomic<int> left = 0;  // calls until the fault; 0 is none
  std::atomic<int> hits = 0;

  void arm(bool on_writes, int n, int fault, bool lasts) {
    writes = on_writes;
    lasting = lasts;
    code = fault;
    hits = 0;
    left = n;
  }
  void disarm() { left = 0; }
  int next(bool is_write) {
    if (left == 0 || is_write != writes) return SQLITE_OK;
    if (left > 1) {
      --left;
      return SQLITE_OK;
    }
    ++hits;
    if (!lasting) left = 0;
    return code;
  }
};

Plan g_plan;  // SQLite's callbacks take no context; cases run one after another
sqlite3_vfs* g_real = nullptr;

struct File {
  sqlite3_file base;
  sqlite3_io_methods methods;
  const sqlite3_io_methods* real_methods;
};

// The real file lies behind ours; only three methods differ.
sqlite3_file* real_of(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(file) + 1);
}

template <auto Method, class... Args>
int forward(sqlite3_file* file, Args... args) {
  sqlite3_file* real = real_of(file);
  return (real->pMethods->*Method)(real, args...);
}

int shim_write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
  int fault = g_plan.next(true);
  return fault != SQLITE_OK ? fault : forward<&sqlite3_io_methods::xWrite>(file, data, size, at);
}

int shim_sync(sqlite3_file* file, int flags) {
  int fault = g_plan.next(false);
  return fault != SQLITE_OK ? fault : forward<&sqlite3_io_methods::xSync>(file, flags);
}

void shim_barrier(sqlite3_file* file) {
  sqlite3_file* real = real_of(file);
  real->pMethods->xShmBarrier(real);
}

int shim_open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
  auto* own = reinterpret_cast<File*>(file);
  own->base.pMethods = nullptr;
  int code = g_real->xOpen(g_real, name, real_of(file), flags, out);
  if (code != SQLITE_OK) return code;
  using M = sqlite3_io_methods;
  M& m = own->methods;
  m = {};
  m.iVersion = 2;
  m.xClose = [](sqlite3_file* f) { return forward<&M::xClose>(f); };
  m.xRead = [](sqlite3_file* f, void* d, int n, sqlite3_int64 at) {
    return forward<&M::xRead>(f, d, n, at);
  };
  m.xWrite = shim_write;
  m.xTruncate = [](sqlite3_file* f, sqlite3_int64 n) { return forward<&M::xTruncate>(f, n); };
  m.xSync = shim_sync;
  m.xFileSize = [](sqlite3_file* f, sqlite3_int64* n) { return forward<&M::xFileSize>(f, n); };
  m.xLock = [](sqlite3_file* f, int l) { return forward<&M::xLock>(f, l); };
  m.xUnlock = [](sqlite3_file* f, int l) { return forward<&M::xUnlock>(f, l); };
  m.xCheckReservedLock = [](sqlite3_file* f, int* l) {
    return forward<&M::xCheckReservedLock>(f, l);
  };
  m.xFileControl = [](sqlite3_file* f, int op, void* arg) {
    return forward<&M::xFileControl>(f, op, arg);
  };
  m.xSectorSize = [](sqlite3_file* f) { return forward<&M::xSectorSize>(f); };
  m.xDeviceCharacteristics = [](sqlite3_file* f) { return forward<&M::xDeviceCharacteristics>(f); };
  m.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** at) {
    return forward<&M::xShmMap>(f, page, size, extend, at);
  };
  m.xShmLock = [](sqlite3_file* f, int at, int n, int how) {
    return forward<&M::xShmLock>(f, at, n, how);
  };
  m.xShmBarrier = shim_barrier;
  m.xShmUnmap = [](sqlite3_file* f, int gone) { return forward<&M::xShmUnmap>(f, gone); };
  own->base.pMethods = &own->methods;
  return SQLITE_OK;
}

// Everything opened while it lives goes through the shim.
class Shim {
 public:
  Shim() {
    g_real = sqlite3_vfs_find(nullptr);
    vfs_ = *g_real;
    vfs_.zName = "guildhall-fault";
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + g_real->szOsFile;
    vfs_.xOpen = shim_open;
    sqlite3_vfs_register(&vfs_, 1);
  }
  ~Shim() {
    g_plan.disarm();
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(g_real, 1);
  }
  Shim(const Shim&) = delete;
  Shim& operator=(const Shim&) = delete;

 private:
  sqlite3_vfs vfs_;
};

std::set<std::int64_t> items(Database& db) {
  std::set<std::int64_t> found;
  auto read = db.read([&](Tx& tx) -> Result<void> {
    TRY(tx.query("SELECT id FROM item", {},
                 [&](const Row& row) { return found.insert(row.integer(0)).second; }));
    return {};
  });
  CHECK(read.has_value());
  return found;
}

// Writes until something was hit, on four threads so that groups form. What was acknowledged.
std::set<std::int64_t> write_some(Database& db, std::int64_t from, std::string_view expected) {
  std::set<std::int64_t> acknowledged;
  Mutex mutex;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::int64_t id = from + thread * 100; id < from + thread * 100 + 8; ++id) {
        std::string body(20'000, 'x');
        auto done = db.write([&](Tx& tx) -> Result<void> {
          TRY(tx.exec("INSERT INTO item(id, count, body) VALUES ($1, $2, $3)",
                      {id, tx.tick(), Blob{body}}));
          return {};
        });
        MutexLock lock(mutex);
        if (done) acknowledged.insert(id);
        if (!done) CHECK(done.error().type == expected);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  return acknowledged;
}

}  // namespace

TEST_CASE("sqlite: the n-th write finds the disk full, for every n") {
  Shim shim;
  int refused = 0;
  for (int n = 1; n <= 120; n += (n < 20 ? 1 : 9)) {
    TempFolder folder;
    std::set<std::int64_t> acknowledged;
    {
      auto db = open_for_test("sqlite:" + folder.path());
      g_plan.arm(true, n, SQLITE_FULL, n % 2 == 0);
      acknowledged = write_some(*db, 0, "disk-full");
      refused += static_cast<int>(32 - acknowledged.size());
      g_plan.disarm();
      CHECK(items(*db) == acknowledged);
      // Space is back: it goes on.
      auto later = write_some(*db, 1'000, "never");
      CHECK(later.size() == 32);
      acknowledged.merge(later);
    }
    CHECK(items(*open_for_test("sqlite:" + folder.path())) == acknowledged);
  }
  CHECK(refused > 100);
}

TEST_CASE("sqlite: after a failed sync nothing is acknowledged until the store is opened again") {
  Shim shim;
  int broken_stores = 0;
  for (int n = 1; n <= 8; ++n) {
    TempFolder folder;
    std::set<std::int64_t> acknowledged;
    {
      OpenOptions options = test_options();
      std::atomic<int> broken = 0;
      options.on_broken = [&] { ++broken; };
      auto db = open_for_test("sqlite:" + folder.path(), options);
      g_plan.arm(false, n, SQLITE_IOERR_FSYNC, false);
      acknowledged = write_some(*db, 0, "store-failed");
      g_plan.disarm();
      if (g_plan.hits > 0) {
        ++broken_stores;
        CHECK(broken == 1);
        // The disk works again, and still nothing is promised.
        auto later = db->write([](Tx& tx) { return add_item(tx, 5'000); });
        REQUIRE_FALSE(later.has_value());
        CHECK(later.error().type == "store-failed");
      }
    }
    auto again = open_for_test("sqlite:" + folder.path());
    auto found = items(*again);
    for (std::int64_t id : acknowledged) CHECK(found.contains(id));
    CHECK_FALSE(found.contains(5'000));
    CHECK(again->write([](Tx& tx) { return add_item(tx, 6'000); }).has_value());
  }
  CHECK(broken_stores >= 4);
}

TEST_CASE("sqlite: the log is copied back beside the writer and stays bounded") {
  TempFolder folder;
  auto db = open_for_test("sqlite:" + folder.path());
  std::string body(400'000, 'x');
  for (int i = 0; i < 500; ++i) {
    auto done = db->write([&](Tx& tx) -> Result<void> {
      TRY(tx.exec("INSERT INTO item(id, count, body) VALUES ($1, 0, $2)", {i, Blob{body}}));
      return {};
    });
    REQUIRE(done.has_value());
  }
  // 200 MB were written.
  CHECK(std::filesystem::file_size(folder.path() + "/room.db-wal") <
        static_cast<std::uintmax_t>(2 * kMaxWalBytes));
  CHECK(count_items(*db) == 500);
}

}  // namespace guildhall::store
