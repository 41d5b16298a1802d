#include "store/sqlite/sqlite_database.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <exception>

#include "base/limits.h"
#include "store/migrate.h"
#include "store/sqlite/turn.h"
#include "store/sqlite/writer.h"

namespace guildhall::store::sqlite {
namespace {

class SqliteSchema final : public SchemaPort {
 public:
  explicit SqliteSchema(Connection& connection) : connection_(connection) {}
  Dialect dialect() const override { return Dialect::sqlite; }
  Result<void> script(const std::string& sql) override { return connection_.run(sql.c_str()); }
  Result<std::int64_t> number(const std::string& sql) override {
    return connection_.number(sql.c_str());
  }

 private:
  Connection& connection_;
};

// Holds DIR/room.lock while the schema is brought up to date.
class FolderLock {
 public:
  explicit FolderLock(const std::string& folder)
      : descriptor_(::open((folder + "/room.lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600)) {
    while (descriptor_ >= 0 && flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~FolderLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  bool held() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(std::unique_ptr<Connection> connection, std::string folder,
                 const OpenOptions& options)
      : folder_(std::move(folder)),
        path_(folder_ + "/room.db"),
        clock_(*options.clock),
        sealer_(options.sealer),
        spare_(options.read_connections),
        writer_(std::move(connection), path_, clock_, sealer_, options.on_broken) {}

  ~SqliteDatabase() override EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    while (reading_ > 0) freed_.wait(mutex_);
    // The writer's connection closes last: it can empty the log, a reader cannot.
    readers_.clear();
  }

  Dialect dialect() const override { return Dialect::sqlite; }
  Result<void> write(const TxBody& body) override { return writer_.write(body); }
  Result<void> write_bulk(const TxBody& body) override { return writer_.write_bulk(body); }
  StoreStats stats() const override { return writer_.stats(); }
  std::unique_ptr<Turn> turn(RoomId room) override { return make_turn(folder_, room); }
  Result<void> read(const TxBody& body) override;

 private:
  Result<std::unique_ptr<Connection>> take_reader() EXCLUDES(mutex_);
  void give_back(std::unique_ptr<Connection> reader) EXCLUDES(mutex_);

  std::string folder_;
  std::string path_;
  const Clock& clock_;
  Sealer* sealer_;
  Mutex mutex_;
  CondVar freed_;
  std::vector<std::unique_ptr<Connection>> readers_ GUARDED_BY(mutex_);
  int spare_ GUARDED_BY(mutex_);  // connections that may still be opened
  int reading_ GUARDED_BY(mutex_) = 0;
  Writer writer_;
};

Result<std::unique_ptr<Connection>> SqliteDatabase::take_reader() {
  {
    MutexLock lock(mutex_);
    std::int64_t until_ms = monotonic_ms() + kReadWaitMs;
    while (readers_.empty() && spare_ == 0) {
      std::int64_t left_ms = until_ms - monotonic_ms();
      if (left_ms <= 0) return fail(Fault::unavailable, "store-busy", "too many reads run");
      freed_.wait_for_ms(mutex_, left_ms);
    }
    ++reading_;
    if (!readers_.empty()) {
      auto reader = std::move(readers_.back());
      readers_.pop_back();
      return reader;
    }
    --spare_;
  }
  auto opened = Connection::open(path_, {.read_only = true});
  if (!opened) give_back(nullptr);
  return opened;
}

void SqliteDatabase::give_back(std::unique_ptr<Connection> reader) {
  MutexLock lock(mutex_);
  --reading_;
  if (reader) {
    readers_.push_back(std::move(reader));
  } else {
    ++spare_;
  }
  freed_.notify_one();  // who waits for the end waits alone
}

Result<void> SqliteDatabase::read(const TxBody& body) {
  auto reader = TRY(take_reader());
  auto ran = [&]() -> Result<void> {
    auto* begin = TRY(reader->cached("BEGIN"));
    int code = sqlite3_step(begin->handle);
    sqlite3_reset(begin->handle);
    if (code != SQLITE_DONE) return std::unexpected(reader->error(code));
    SqliteTx::Group group{.reading = true};
    SqliteTx tx(*reader, clock_, sealer_, group);
    Result<void> result;
    try {
      result = body(tx);
    } catch (const std::exception&) {
      result = fail(Fault::internal, "store-closure", "a read closure threw");
    }
    if (tx.failed() && result) result = std::unexpected(tx.failure());
    return result;
  }();
  if (sqlite3_get_autocommit(reader->handle()) == 0) {
    auto end = reader->cached("ROLLBACK");
    if (end) {
      sqlite3_step((*end)->handle);
      sqlite3_reset((*end)->handle);
    }
  }
  bool clean = sqlite3_get_autocommit(reader->handle()) != 0;
  if (!clean) reader.reset();
  give_back(std::move(reader));
  return ran;
}

}  // namespace

Result<std::unique_ptr<Database>> open(const std::string& folder, const OpenOptions& options) {
  if (folder.empty()) return fail(Fault::invalid, "store-url", "sqlite: names no folder");
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail(Fault::unavailable, "store-folder", "the store's folder cannot be made");
  }
  FolderLock lock(folder);
  if (!lock.held()) {
    return fail(Fault::unavailable, "store-folder", "the store's folder cannot be written");
  }
  std::string path = folder + "/room.db";
  auto connection =
      TRY(Connection::open(path, {.read_only = false, .cache_kb = options.write_cache_kb}));
  SqliteSchema schema(*connection);
  TRY(migrate(schema, options.schema.value_or(migrations()), options.clock->now_ms()));
  return std::make_unique<SqliteDatabase>(std::move(connection), folder, options);
}

}  // namespace guildhall::store::sqlite
