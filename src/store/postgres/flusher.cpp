#include "store/postgres/flusher.h"

namespace guildhall::store::postgres {
namespace {

// A commit that wrote nothing is not flushed: this writes the smallest record there is.
constexpr const char* kMark = "SELECT 1 FROM pg_logical_emit_message(true, 'guildhall', '')";

}  // namespace

Outcome<std::int64_t> Flusher::ready() {
  MutexLock lock(mutex_);
  // One that was lost while it lay idle is replaced before a commit would rest on it.
  if (!lost_ && !busy_ && !slot_.connection->alive()) lost_ = true;
  if (!lost_) return number_.load();
  if (busy_) {
    return std::unexpected(
        Failure{Failure::Kind::lost,
                {Fault::unavailable, "store-failed", "the database server does not answer", {}}});
  }
  slot_.connection.reset();
  auto opened = slot_.ready(url_);
  if (!opened) return std::unexpected(std::move(opened).error());
  lost_ = false;
  return ++number_;
}

Result<void> Flusher::flush(std::int64_t number) {
  Waiter own;
  own.number = number;
  {
    MutexLock lock(mutex_);
    queue_.push_back(&own);
    own.leads = !busy_;
    busy_ = true;
  }
  if (!own.leads) own.ready.wait();
  if (own.leads) lead();
  if (own.durable) return {};
  return fail(Fault::unavailable, "commit-unknown",
              "the connection was lost while the commit was in doubt");
}

// One flush for all that wait now; then the first of those that came meanwhile leads.
void Flusher::lead() {
  std::vector<Waiter*> mine;
  bool lost = false;
  {
    MutexLock lock(mutex_);
    mine.swap(queue_);
    lost = lost_;
  }
  std::int64_t number = number_;
  bool flushed = false;
  if (!lost) {
    auto sent = slot_.connection->send(kMark, {});
    flushed = sent && slot_.connection->collect();
  }
  Waiter* next = nullptr;
  {
    MutexLock lock(mutex_);
    if (!flushed) lost_ = true;
    if (queue_.empty()) {
      busy_ = false;
    } else {
      next = queue_.front();
      next->leads = true;
    }
  }
  if (next != nullptr) next->ready.wake();
  // Whoever leads is the first of them, awake already: the last to go, since the others are on
  // stacks of their own.
  for (std::size_t i = 0; i < mine.size(); ++i) {
    mine[i]->durable = flushed && mine[i]->number == number;
    if (i > 0) mine[i]->ready.wake();
  }
}

}  // namespace guildhall::store::postgres
