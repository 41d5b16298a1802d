#include "store/sqlite/writer.h"

#include <malloc.h>

#ifdef GUILDHALL_MUTANT_ACK_EARLY
#include <unistd.h>
#endif

#include <cstdlib>
#include <exception>

#include "base/limits.h"
#include "base/log.h"
#include "store/nested.h"

namespace guildhall::store::sqlite {
namespace {

constexpr int kGuardedGroups = 64;
constexpr std::int64_t kMaxLogPages = kMaxWalBytes / kPageBytes;  // then bulk waits for a pass
#ifdef GUILDHALL_MUTANT_ACK_EARLY
constexpr unsigned kMutantDelayUs = 100'000;
#endif

Error store_failed() {
  return {Fault::unavailable, "store-failed", "the store has failed and must be opened again", {}};
}

void end_process() {
  log_line(LogLevel::error, "store-fsync-failed");
  std::abort();
}

Result<void> call(const TxBody& body, Tx& tx) {
  InsideWrite inside;
  try {
    return body(tx);
  } catch (const std::exception&) {
    return fail(Fault::internal, "store-closure", "a write closure threw");
  }
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, std::string path, const Clock& clock,
               Sealer* sealer, std::function<void()> on_broken)
    : connection_(std::move(connection)),
      clock_(clock),
      sealer_(sealer),
      on_broken_(on_broken ? std::move(on_broken) : end_process),
      checkpoint_at_(kCheckpointPages),
      checkpointer_(std::move(path), [this] {
        MutexLock lock(mutex_);
        arrived_.notify_one();
      }) {
  sqlite3_wal_hook(connection_->handle(), note_log_size, this);
  thread_ = std::thread([this] { loop(); });
}

Writer::~Writer() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    arrived_.notify_one();
  }
  thread_.join();
}

Result<void> Writer::write(const TxBody& body) { return enqueue(&Writer::queue_, body); }

Result<void> Writer::write_bulk(const TxBody& body) { return enqueue(&Writer::bulk_, body); }

Result<void> Writer::enqueue(Queue Writer::* queue, const TxBody& body) {
  TRY(refuse_nested());
  Job job{.body = &body, .queued_ms = monotonic_ms(), .result = {}, .done = {}};
  {
    MutexLock lock(mutex_);
    if (stopping_) return fail(Fault::unavailable, "store-closing", "the store is closing");
    if (queue_.size() + bulk_.size() >= kMaxWriteQueue) {
      return fail(Fault::unavailable, "store-busy", "too many writes wait");
    }
    (this->*queue).push_back(&job);
    if (idle_) arrived_.notify_one();
  }
  job.done.wait();
  return std::move(job.result);
}

StoreStats Writer::stats() const {
  MutexLock lock(mutex_);
  return {.commits = commits_.load(),
          .transactions = transactions_.load(),
          .queue = static_cast<std::int64_t>(queue_.size() + bulk_.size())};
}

// False when there is nothing to do and never will be.
bool Writer::wait_for_work() {
  MutexLock lock(mutex_);
  while (queue_.empty() && !bulk_is_due() && !checkpointer_.finished()) {
    if (stopping_ && bulk_.empty()) return false;
    idle_ = true;
    bool came = arrived_.wait_for_ms(mutex_, kSqliteCalmMs);
    idle_ = false;
    if (!came) break;
  }
  return true;
}

bool Writer::bulk_is_due() const {
  bool log_is_full = pass_asked_ && log_pages_ >= kMaxLogPages;
  if (bulk_.empty() || ((second_pass_ || log_is_full) && !stopping_)) return false;
  return queue_.empty() || monotonic_ms() - bulk_.front()->queued_ms >= kMaxBulkWaitMs;
}

// Adds what waits to `jobs`, up to kMaxGroup.
void Writer::take(std::vector<Job*>& jobs) {
  MutexLock lock(mutex_);
  while (!queue_.empty() && jobs.size() < kMaxGroup) {
    jobs.push_back(queue_.front());
    queue_.pop_front();
  }
}

void Writer::take_bulk(std::vector<Job*>& jobs) {
  MutexLock lock(mutex_);
  if (!bulk_is_due()) return;
  jobs.push_back(bulk_.front());
  bulk_.pop_front();
}

void Writer::loop() {
  std::vector<Job*> jobs;
  jobs.reserve(kMaxGroup);
  auto run = [&](bool bulk) {
    if (jobs.empty()) return;
    run_group(jobs, bulk);
    for (Job* job : jobs) job->done.wake();
    jobs.clear();
    after_commit();
  };
  while (wait_for_work()) {
    if (checkpointer_.finished()) after_commit();
    take(jobs);
    run(false);
    take_bulk(jobs);
    run(true);
    give_back_memory();
  }
}

// A load of writes leaves the page cache full; once few come, what it held is the machine's again.
void Writer::give_back_memory() {
  std::int64_t now_ms = monotonic_ms();
  if (now_ms - calm_since_ms_ < kSqliteCalmMs) return;
  bool calm = transactions_ - calm_from_ < kSqliteCalmWrites;
  calm_since_ms_ = now_ms;
  calm_from_ = transactions_;
  int held = 0;
  int most = 0;
  sqlite3_db_status(connection_->handle(), SQLITE_DBSTATUS_CACHE_USED, &held, &most, 0);
  if (!calm || held < kSqliteCalmCache) return;
  sqlite3_db_release_memory(connection_->handle());
  malloc_trim(0);
}

void Writer::run_group(std::vector<Job*>& jobs, bool bulk) {
  auto fail_all = [&](const Error& error) {
    for (Job* job : jobs) job->result = std::unexpected(error);
  };
  if (broken_) return fail_all(store_failed());
  bool guard = guarded_groups_ > 0;
  if (guard) --guarded_groups_;
  Result<void> done;
  while (true) {
    done = begin(guard);
    if (!done) break;
    Ran ran = run_all(jobs, bulk);
    if (ran == Ran::done) {
#ifdef GUILDHALL_MUTANT_ACK_EARLY
      // Only in the server that tests/fault must catch: under load, callers hear of success before
      // the commit.
      if (jobs.size() > 1) {
        for (Job* job : jobs) job->done.wake();
        jobs.clear();
        usleep(kMutantDelayUs);
      }
#endif
      done = commit();
      break;
    }
    roll_back();
    if (ran == Ran::lost) {
      done = std::unexpected(connection_->error(last_code_));
      break;
    }
    guard = true;
    guarded_groups_ = kGuardedGroups;
  }
  if (done) {
    ++commits_;
    transactions_ += static_cast<std::int64_t>(jobs.size());
    return;
  }
  fail_all(done.error());
  if (is_sync_failure(last_code_)) break_store();
}

Result<void> Writer::begin(bool guard) {
  TRY(step("BEGIN IMMEDIATE"));
  // Another process (a command beside the server) may have written: its tick is the newest then.
  auto version = connection_->cached("PRAGMA data_version");
  if (!version) return std::unexpected(std::move(version).error());
  sqlite3_stmt* statement = (*version)->handle;
  std::int64_t seen =
      sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -2;
  sqlite3_reset(statement);
  if (seen != data_version_) {
    auto newest = connection_->number("SELECT tick FROM store_tick WHERE id = 1");
    if (!newest) {
      roll_back();
      return std::unexpected(std::move(newest).error());
    }
    last_tick_ = *newest;
    data_version_ = seen;
  }
  group_ = {.tick = last_tick_ + 1, .guard = guard};
  return {};
}

// Runs the group's closures, and those that arrive meanwhile; a bulk closure stays alone.
Writer::Ran Writer::run_all(std::vector<Job*>& jobs, bool bulk) {
  std::int64_t close_ms = monotonic_ms() + kMaxGroupMs;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    Ran ran = run_one(*jobs[i], jobs.size() == 1);
    if (ran != Ran::done || bulk) return ran;
    if (monotonic_ms() >= close_ms) {
      // The rest keeps its order at the head of the queue.
      MutexLock lock(mutex_);
      queue_.insert(queue_.begin(), jobs.begin() + static_cast<std::ptrdiff_t>(i) + 1, jobs.end());
      jobs.resize(i + 1);
      break;
    }
    if (i + 1 == jobs.size()) take(jobs);
  }
  return Ran::done;
}

Writer::Ran Writer::run_one(Job& job, bool alone) {
  SqliteTx tx(*connection_, clock_, sealer_, group_);
  job.result = call(*job.body, tx);
  // A statement that failed is not forgiven, so that both stores mean the same.
  if (tx.failed() && job.result) job.result = std::unexpected(tx.failure());
  if (sqlite3_get_autocommit(connection_->handle()) != 0) {
    last_code_ = tx.failed_code();  // SQLite itself has rolled everything back (disk, memory)
    return Ran::lost;
  }
  if (!tx.wrote()) return Ran::done;
  if (tx.guarded()) {
    auto settled = job.result ? step("RELEASE closure") : undo_to_savepoint();
    return settled ? Ran::done : Ran::lost;
  }
  if (job.result) return Ran::done;
  if (!alone) return Ran::again;
  roll_back();
  return begin(false) ? Ran::done : Ran::lost;
}

Result<void> Writer::undo_to_savepoint() {
  TRY(step("ROLLBACK TO closure"));
  return step("RELEASE closure");
}

Result<void> Writer::commit() {
  if (group_.tick_used) {
    auto update = connection_->cached("UPDATE store_tick SET tick = $1 WHERE id = 1");
    if (!update) {
      roll_back();
      return std::unexpected(std::move(update).error());
    }
    sqlite3_bind_int64((*update)->handle, 1, group_.tick);
    int code = sqlite3_step((*update)->handle);
    sqlite3_reset((*update)->handle);
    if (code != SQLITE_DONE) {
      last_code_ = code;
      Error error = connection_->error(code);
      roll_back();
      return std::unexpected(std::move(error));
    }
  }
  auto done = step("COMMIT");
  if (!done) {
    roll_back();
    return done;
  }
  if (group_.tick_used) last_tick_ = group_.tick;
  return done;
}

void Writer::roll_back() {
  if (sqlite3_get_autocommit(connection_->handle()) == 0) {
    int kept = last_code_;
    (void)step("ROLLBACK");
    last_code_ = kept;
  }
}

Result<void> Writer::step(const char* sql) {
  auto statement = connection_->cached(sql);
  if (!statement) return std::unexpected(std::move(statement).error());
  int code = sqlite3_step((*statement)->handle);
  if (code == SQLITE_DONE) {
    last_code_ = SQLITE_OK;
    sqlite3_reset((*statement)->handle);
    return {};
  }
  last_code_ = code;
  Error error = connection_->error(code);
  sqlite3_reset((*statement)->handle);
  return std::unexpected(std::move(error));
}

int Writer::note_log_size(void* writer, sqlite3*, const char*, int pages) {
  static_cast<Writer*>(writer)->log_pages_ = pages;
  return SQLITE_OK;
}

// Between two groups: ask for a checkpoint when the log has grown, or finish one.
void Writer::after_commit() {
  bool finished = checkpointer_.take_finished();
  if (broken_) return;
  if (finished) {
    pass_asked_ = false;
    bool long_tail = log_pages_ - pass_from_ > kCheckpointTailPages;
    if (long_tail && !second_pass_) {
      second_pass_ = true;
      ask_for_pass();
    } else {
      second_pass_ = false;
      int code = sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr,
                                           SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
      if (is_sync_failure(code)) return break_store();
    }
  }
  if (checkpointer_.sync_failed()) return break_store();
  // The log began anew.
  if (log_pages_ + kCheckpointPages < checkpoint_at_) checkpoint_at_ = kCheckpointPages;
  if (log_pages_ >= checkpoint_at_ && !pass_asked_) {
    checkpoint_at_ = log_pages_ + kCheckpointPages;
    ask_for_pass();
  }
}

void Writer::ask_for_pass() {
  pass_from_ = log_pages_;
  pass_asked_ = true;
  checkpointer_.request();
}

void Writer::break_store() {
  broken_ = true;
  on_broken_();
}

}  // namespace guildhall::store::sqlite
