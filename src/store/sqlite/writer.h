// The one thread that writes to a SQLite store.
//
// Callers queue closures and park. The thread takes all that wait (at most kMaxGroup, for at most
// kMaxGroupMs), runs them one after another in one SQLite transaction, commits with one fsync and
// wakes their callers. Closures run without savepoints as long as none of them has to be undone;
// when one does, the group is rolled back and run again, each behind a savepoint, and so are the
// next kGuardedGroups groups: closures are re-runnable, refusals after a write are rare, and a
// savepoint copies every page that is touched after it.
//
// Two queues: what people wait for, and bulk. A bulk closure has a transaction of its own, and its
// turn when nobody else waits or when it has given way for kMaxBulkWaitMs: who writes beside an
// import waits for one of its slices at most.
//
// A failed fsync is never retried: what the kernel has dropped looks clean to the next call. The
// store is broken from then on (OpenOptions::on_broken).
//
// The write-ahead log is copied back by a second thread (Checkpointer); the writer only copies the
// short tail that was added meanwhile, between two groups, after which SQLite begins the log anew.
// Where a pass left a long tail (kCheckpointTailPages), bulk waits for a second pass first, and
// where the log has grown to kMaxWalBytes before the pass was over, for that.
//
// Its page cache grows with what is written, and is given back when few writes come.
//
// Concurrency: `write` and `write_bulk` from any thread but the writer's. Limits: kMaxWriteQueue,
// kMaxGroup, kMaxGroupMs, kMaxBulkWaitMs, kCheckpointPages, kCheckpointTailPages.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <thread>

#include "base/mutex.h"
#include "store/parker.h"
#include "store/sqlite/checkpointer.h"
#include "store/sqlite/tx.h"

namespace guildhall::store::sqlite {

class Writer {
 public:
  Writer(std::unique_ptr<Connection> connection, std::string path, const Clock& clock,
         Sealer* sealer, std::function<void()> on_broken);
  ~Writer();  // finishes what waits

  Result<void> write(const TxBody& body) EXCLUDES(mutex_);
  Result<void> write_bulk(const TxBody& body) EXCLUDES(mutex_);
  StoreStats stats() const EXCLUDES(mutex_);

 private:
  struct Job {
    const TxBody* body;
    std::int64_t queued_ms;
    Result<void> result;
    Parker done;
  };
  using Queue = std::deque<Job*>;
  enum class Ran : unsigned char { done, again, lost };

  Result<void> enqueue(Queue Writer::* queue, const TxBody& body) EXCLUDES(mutex_);
  void loop();
  bool wait_for_work() EXCLUDES(mutex_);
  bool bulk_is_due() const REQUIRES(mutex_);
  void take(std::vector<Job*>& jobs) EXCLUDES(mutex_);
  void take_bulk(std::vector<Job*>& jobs) EXCLUDES(mutex_);
  void run_group(std::vector<Job*>& jobs, bool bulk);
  Result<void> begin(bool guard);
  Ran run_all(std::vector<Job*>& jobs, bool bulk);
  Ran run_one(Job& job, bool alone);
  Result<void> undo_to_savepoint();
  Result<void> commit();
  void roll_back();
  Result<void> step(const char* sql);
  void after_commit();
  void give_back_memory();
  void ask_for_pass();
  void break_store();
  static int note_log_size(void* writer, sqlite3* db, const char* name, int pages);

  std::unique_ptr<Connection> connection_;
  const Clock& clock_;
  Sealer* sealer_;
  std::function<void()> on_broken_;

  // The writer thread's own.
  SqliteTx::Group group_;
  std::int64_t last_tick_ = 0;
  std::int64_t data_version_ = -1;
  int guarded_groups_ = 0;
  int log_pages_ = 0;
  int checkpoint_at_ = 0;
  int pass_from_ = 0;  // length of the log when the pass under way was asked for
  bool pass_asked_ = false;
  bool second_pass_ = false;  // bulk waits for it
  int last_code_ = 0;
  std::int64_t calm_since_ms_ = 0;  // of the time in which writes are counted
  std::int64_t calm_from_ = 0;      // transactions before it

  std::atomic<bool> broken_{false};
  std::atomic<std::int64_t> commits_{0};
  std::atomic<std::int64_t> transactions_{0};

  mutable Mutex mutex_;
  CondVar arrived_;
  Queue queue_ GUARDED_BY(mutex_);
  Queue bulk_ GUARDED_BY(mutex_);
  bool idle_ GUARDED_BY(mutex_) = false;
  bool stopping_ GUARDED_BY(mutex_) = false;
  Checkpointer checkpointer_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace guildhall::store::sqlite
