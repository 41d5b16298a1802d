// Makes commits durable, many at a time.
//
// Operation. Writers commit with synchronous_commit off: their rows are unlocked and their
// connection is free as soon as the commit stands in the server's log. Before anybody is told,
// `flush` has a connection of its own commit an empty message in the way the server is set up for
// (fsync, replicas): the server's log is durable in order, so everything before it is durable too.
// One flush at a time; who comes meanwhile shares the next one. There are no threads here: the
// first that waits does it for the others.
//
// A server that crashed and came back has lost what was not flushed, and a new connection could
// not tell. So a flush vouches only for what was committed after its own connection was opened
// (`ready`, before the commit is sent), and that connection does not survive a crash.
//
// Concurrency: any thread.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "store/parker.h"
#include "store/postgres/pool.h"

namespace guildhall::store::postgres {

class Flusher {
 public:
  explicit Flusher(std::string url) : url_(std::move(url)) {}

  // Connects where there is no connection; its number.
  Outcome<std::int64_t> ready() EXCLUDES(mutex_);
  // That number, without connecting; 0 before the first.
  std::int64_t number() const { return number_; }
  // Returns when all that was committed before the call is durable; `number` is what `ready` said
  // before it was. unavailable/"commit-unknown" when that cannot be told.
  Result<void> flush(std::int64_t number) EXCLUDES(mutex_);

  // Commits on their way: sent, and not known to be durable.
  std::atomic<std::int64_t> pending{0};

 private:
  struct Waiter {
    std::int64_t number = 0;
    bool leads = false;
    bool durable = false;
    Parker ready;
  };

  void lead() EXCLUDES(mutex_);

  const std::string url_;
  Mutex mutex_;
  // The connection is used by whoever leads, and replaced only while nobody does.
  Slot slot_;
  std::atomic<std::int64_t> number_{0};  // of the connection; grows with each new one
  bool lost_ GUARDED_BY(mutex_) = true;
  bool busy_ GUARDED_BY(mutex_) = false;
  std::vector<Waiter*> queue_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::store::postgres
