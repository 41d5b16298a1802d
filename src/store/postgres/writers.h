// Write closures on their way to PostgreSQL.
//
// Operation. There are no threads here: a caller that finds a free connection runs its closure
// itself. Callers that find none queue and park; whoever gives a connection back hands it to the
// first of them, together with a fair share of the others that wait (at most `group`). That
// caller runs them all in one transaction with one COMMIT and wakes the rest. Nobody sends
// savepoints: if a closure of the group has to be undone, the whole transaction is, and each
// closure runs again alone (docs/decisions/0002-commit-grouping.md).
//
// A commit frees its connection and its rows at once; it is told when it is durable (flusher.h).
//
// Failures. Deadlock and serialization failures, and a connection lost before COMMIT was sent:
// again, at most kWriteAttempts times. Lost after COMMIT was sent and before it was durable:
// unavailable/"commit-unknown".
//
// Concurrency: `write` from any thread. Limits: kMaxWriteQueue, kWriteAttempts, `group`.
#pragma once

#include <atomic>
#include <deque>

#include "store/parker.h"
#include "store/postgres/flusher.h"
#include "store/postgres/pool.h"
#include "store/postgres/tx.h"

namespace guildhall::store::postgres {

class Writers {
 public:
  // `clock` outlives it.
  Writers(std::string url, std::int64_t base, ServerClock& clock, const OpenOptions& options);
  ~Writers();  // waits for the closures that run or wait

  Result<void> write(const TxBody& body) EXCLUDES(mutex_);
  StoreStats stats() const EXCLUDES(mutex_);
  Flusher& flusher() { return flusher_; }

 private:
  struct Job {
    const TxBody* body = nullptr;
    Result<void> result;
    // Set before waking: a connection and companions make this caller run them all.
    bool leads = false;
    Slot slot;
    std::vector<Job*> others;
    std::int64_t flusher = 0;  // committed, to be vouched for by this connection of the flusher's
    Parker ready;
  };
  enum class Ended : unsigned char { done, again };

  void lead(Job& job);
  void hand_on(Slot slot) EXCLUDES(mutex_);
  Ended run_group(Slot& slot, std::span<Job* const> jobs);
  void run_alone(Slot& slot, Job& job);
  Ended attempt(Slot& slot, Job& job);
  Outcome<std::int64_t> ready(Slot& slot);
  Ended commit(Slot& slot, Transaction& transaction, std::span<Job* const> jobs,
               std::int64_t flusher);
  void make_durable(std::span<Job* const> jobs);
  void undo(Slot& slot, Transaction& transaction);

  const std::string url_;
  ServerClock& clock_;
  const std::int64_t base_;
  Sealer* const sealer_;
  const std::size_t group_;
  const std::size_t connections_;
  Flusher flusher_;
  std::atomic<std::int64_t> commits_{0};
  std::atomic<std::int64_t> transactions_{0};

  mutable Mutex mutex_;
  CondVar freed_;
  std::vector<Slot> idle_ GUARDED_BY(mutex_);
  std::deque<Job*> queue_ GUARDED_BY(mutex_);
  std::size_t callers_ GUARDED_BY(mutex_) = 0;
  bool stopping_ GUARDED_BY(mutex_) = false;
};

}  // namespace guildhall::store::postgres
