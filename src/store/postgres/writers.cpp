#include "store/postgres/writers.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <thread>

#include "base/limits.h"
#include "store/nested.h"

namespace guildhall::store::postgres {
namespace {

using Kind = Failure::Kind;

constexpr const char* kCommitEarly = "SET synchronous_commit=off";  // flusher.h

Error commit_unknown() {
  return {Fault::unavailable,
          "commit-unknown",
          "the connection was lost while the commit was in doubt",
          {}};
}

Result<void> call(const TxBody& body, PostgresTx& tx) {
  InsideWrite inside;
  Result<void> result;
  try {
    result = body(tx);
  } catch (const std::exception&) {
    result = fail(Fault::internal, "store-closure", "a write closure threw");
  }
  // A statement that failed is not forgiven: PostgreSQL has aborted the transaction.
  if (tx.failure() && result) result = std::unexpected(tx.failure()->error);
  return result;
}

}  // namespace

Writers::Writers(std::string url, std::int64_t base, ServerClock& clock, const OpenOptions& options)
    : url_(std::move(url)),
      clock_(clock),
      base_(base),
      sealer_(options.sealer),
      group_(std::clamp<std::size_t>(options.postgres_group, 1, kMaxGroup)),
      connections_(static_cast<std::size_t>(options.write_connections)),
      flusher_(url_),
      idle_(connections_) {}

Writers::~Writers() {
  MutexLock lock(mutex_);
  stopping_ = true;
  while (idle_.size() < connections_ || callers_ > 0) freed_.wait(mutex_);
}

Result<void> Writers::write(const TxBody& body) {
  TRY(refuse_nested());
  Job job{.body = &body};
  {
    MutexLock lock(mutex_);
    if (stopping_) return fail(Fault::unavailable, "store-closing", "the store is closing");
    if (queue_.size() >= kMaxWriteQueue) {
      return fail(Fault::unavailable, "store-busy", "too many writes wait");
    }
    ++callers_;
    if (!idle_.empty()) {
      job.slot = std::move(idle_.back());
      idle_.pop_back();
      job.leads = true;
    } else {
      queue_.push_back(&job);
    }
  }
  if (!job.leads) job.ready.wait();
  if (job.leads) lead(job);
  MutexLock lock(mutex_);
  --callers_;
  if (stopping_) freed_.notify_all();
  return std::move(job.result);
}

StoreStats Writers::stats() const {
  MutexLock lock(mutex_);
  return {.commits = commits_.load(),
          .transactions = transactions_.load(),
          .queue = static_cast<std::int64_t>(queue_.size())};
}

void Writers::lead(Job& job) {
  Slot slot = std::move(job.slot);
  std::vector<Job*> others = std::move(job.others);
  std::vector<Job*> all{&job};
  all.insert(all.end(), others.begin(), others.end());
  if (all.size() == 1 || run_group(slot, all) == Ended::again) {
    for (Job* one : all) run_alone(slot, *one);
  }
  hand_on(std::move(slot));
  make_durable(all);
  for (Job* other : others) other->ready.wake();
}

void Writers::make_durable(std::span<Job* const> jobs) {
  std::int64_t flusher = 0;
  std::int64_t count = 0;
  for (const Job* job : jobs) {
    flusher = std::max(flusher, job->flusher);
    count += job->flusher != 0;
  }
  if (count == 0) return;
  auto flushed = flusher_.flush(flusher);
  flusher_.pending -= count;
  for (Job* job : jobs) {
    if (job->flusher == 0 || !job->result) continue;
    if (!flushed || job->flusher != flusher) job->result = std::unexpected(commit_unknown());
  }
}

// To the first that waits, with its share of the others; to the idle ones when nobody does.
void Writers::hand_on(Slot slot) {
  Job* next = nullptr;
  {
    MutexLock lock(mutex_);
    if (queue_.empty()) {
      idle_.push_back(std::move(slot));
      freed_.notify_all();
      return;
    }
    std::size_t share = (queue_.size() + connections_ - 1) / connections_;
    next = queue_.front();
    queue_.pop_front();
    for (std::size_t i = 1; i < std::min(share, group_); ++i) {
      next->others.push_back(queue_.front());
      queue_.pop_front();
    }
  }
  next->slot = std::move(slot);
  next->leads = true;
  next->ready.wake();
}

// Connected, and so is whoever will vouch for the commit.
Outcome<std::int64_t> Writers::ready(Slot& slot) {
  auto flusher = flusher_.ready();
  if (!flusher) return flusher;
  auto ready = slot.ready(url_, kCommitEarly);
  if (!ready) return std::unexpected(std::move(ready).error());
  return flusher;
}

// One transaction for all; `again` means that nothing is kept and each must run alone.
Writers::Ended Writers::run_group(Slot& slot, std::span<Job* const> jobs) {
  auto flusher = ready(slot);
  if (!flusher) return Ended::again;
  Transaction transaction{
      .connection = slot.connection.get(), .clock = &clock_, .base = base_, .sealer = sealer_};
  for (Job* job : jobs) {
    PostgresTx tx(transaction);
    job->result = call(*job->body, tx);
    if (tx.failure() && tx.failure()->kind == Kind::lost) {
      slot.connection.reset();
      return Ended::again;
    }
    if (tx.failure() || (!job->result && tx.wrote())) {
      undo(slot, transaction);
      return Ended::again;
    }
  }
  return commit(slot, transaction, jobs, *flusher);
}

void Writers::run_alone(Slot& slot, Job& job) {
  std::int64_t pause_ms = kRetryPauseMs;
  for (int i = 1; attempt(slot, job) == Ended::again && i < kWriteAttempts; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms));
    pause_ms *= 2;
  }
}

// Once, in a transaction of its own. After `again` the job holds the error of this attempt.
Writers::Ended Writers::attempt(Slot& slot, Job& job) {
  auto flusher = ready(slot);
  if (!flusher) {
    bool again = flusher.error().kind == Kind::lost;
    job.result = std::unexpected(std::move(flusher).error().error);
    return again ? Ended::again : Ended::done;
  }
  Transaction transaction{
      .connection = slot.connection.get(), .clock = &clock_, .base = base_, .sealer = sealer_};
  PostgresTx tx(transaction);
  job.result = call(*job.body, tx);
  if (tx.failure() && tx.failure()->kind == Kind::lost) {
    slot.connection.reset();
    job.result = std::unexpected(tx.failure()->error);
    return Ended::again;
  }
  if (!job.result) {
    undo(slot, transaction);
    bool again = tx.failure() && tx.failure()->kind == Kind::retry;
    return again ? Ended::again : Ended::done;
  }
  Job* one = &job;
  return commit(slot, transaction, {&one, 1}, *flusher);
}

Writers::Ended Writers::commit(Slot& slot, Transaction& transaction, std::span<Job* const> jobs,
                               std::int64_t flusher) {
  auto count = static_cast<std::int64_t>(jobs.size());
  if (!transaction.touched()) {
    transactions_ += count;
    return Ended::done;
  }
  flusher_.pending += count;  // before anybody can see it
  auto sent = slot.connection->send("COMMIT", {});
  Outcome<std::vector<ResultPtr>> answer;
  if (sent) answer = slot.connection->collect();
  if (sent && answer && std::string_view(PQcmdStatus(answer->back().get())) == "COMMIT") {
    ++commits_;
    transactions_ += count;
    for (Job* job : jobs) job->flusher = flusher;
    return Ended::done;
  }
  flusher_.pending -= count;
  // The server answers ROLLBACK to the COMMIT of an aborted transaction.
  Failure failure{Kind::statement, {Fault::internal, "store-statement", "rolled back", {}}};
  if (!sent) {
    failure = std::move(sent).error();
  } else if (!answer) {
    failure = std::move(answer).error();
  }
  if (failure.kind == Kind::lost) {
    // COMMIT may have arrived: only the caller's own key can tell.
    slot.connection.reset();
    failure.error = commit_unknown();
  }
  // A statement that was put off may have failed in front of COMMIT: then it is still open.
  if (failure.kind != Kind::lost) undo(slot, transaction);
  bool again = failure.kind != Kind::lost && (failure.kind == Kind::retry || jobs.size() > 1);
  for (Job* job : jobs) {
    if (job->result) job->result = std::unexpected(failure.error);
  }
  return again ? Ended::again : Ended::done;
}

void Writers::undo(Slot& slot, Transaction& transaction) {
  if (!transaction.touched() || !slot.connection) return;
  // A failure among the queued statements keeps the first from being run.
  for (int i = 0; i < 2; ++i) {
    auto sent = slot.connection->send("ROLLBACK", {});
    if (sent && slot.connection->collect()) return;
  }
  slot.connection.reset();
}

}  // namespace guildhall::store::postgres
