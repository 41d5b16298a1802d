#include "store/sqlite/checkpointer.h"

#include "base/log.h"
#include "store/sqlite/connection.h"

namespace guildhall::store::sqlite {
namespace {

// SQLite flushes the database file only when it has copied the log's very last page, which beside
// a busy writer is left to the writer's own short copy: it would wait for the flush of everything
// that the pass has written. So the pass flushes what it wrote. (By SQLite's own descriptor:
// closing another one would drop the process's locks.)
int sync_database_file(sqlite3* db) {
  sqlite3_file* file = nullptr;
  int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
  if (code != SQLITE_OK || file == nullptr || file->pMethods == nullptr) return code;
  code = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
  return code == SQLITE_OK ? code : SQLITE_IOERR_FSYNC;
}

}  // namespace

Checkpointer::Checkpointer(std::string path, std::function<void()> on_finished)
    : path_(std::move(path)), on_finished_(std::move(on_finished)), thread_([this] { loop(); }) {}

Checkpointer::~Checkpointer() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    asked_.notify_one();
  }
  thread_.join();
}

void Checkpointer::request() {
  MutexLock lock(mutex_);
  wanted_ = true;
  asked_.notify_one();
}

void Checkpointer::loop() {
  while (true) {
    {
      MutexLock lock(mutex_);
      while (!wanted_ && !stopping_) asked_.wait(mutex_);
      if (stopping_) return;
      wanted_ = false;
    }
    pass();
    finished_ = true;
    on_finished_();
  }
}

// The connection lives for one pass: an idle server keeps none.
void Checkpointer::pass() {
  auto connection = Connection::open(path_, {.read_only = false, .cache_kb = 256});
  if (!connection) {
    log_line(LogLevel::warning, "store-checkpoint-open");
    return;
  }
  sqlite3* db = (*connection)->handle();
  int code = sqlite3_wal_checkpoint_v2(db, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (code == SQLITE_OK) code = sync_database_file(db);
  if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY) return;
  log_line(LogLevel::warning, "store-checkpoint", {{"code", code}});
  if (is_sync_failure(code)) sync_failed_ = true;
}

}  // namespace guildhall::store::sqlite
