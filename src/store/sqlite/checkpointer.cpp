#include "store/sqlite/checkpointer.h"

#include "base/log.h"
#include "store/sqlite/connection.h"

namespace guildhall::store::sqlite {

Checkpointer::Checkpointer(std::string path)
    : path_(std::move(path)), thread_([this] { loop(); }) {}

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
  }
}

// The connection lives for one pass: an idle server keeps none.
void Checkpointer::pass() {
  auto connection = Connection::open(path_, {.read_only = false, .cache_kb = 256});
  if (!connection) {
    log_line(LogLevel::warning, "store-checkpoint-open");
    return;
  }
  int code = sqlite3_wal_checkpoint_v2((*connection)->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                       nullptr, nullptr);
  if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY) return;
  log_line(LogLevel::warning, "store-checkpoint", {{"code", code}});
  if (is_sync_failure(code)) sync_failed_ = true;
}

}  // namespace guildhall::store::sqlite
