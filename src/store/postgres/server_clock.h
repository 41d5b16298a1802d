// The server's clock as all connections of this process know it together: what it said, less how
// late that arrived, carried on by the local monotonic clock. Of what was said lately the least
// late counts, so that a slow answer does not put one connection's time behind another's.
//
// A server clock that is set forward is followed at once, one that is set back within two windows.
//
// Concurrency: any thread. Limits: kClockAgeMs, kClockWindowMs.
#pragma once

#include <algorithm>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mutex.h"

namespace guildhall::store::postgres {

class ServerClock {
 public:
  // The server said `server_ms`, and that arrived at `here_ms` of the monotonic clock.
  void learn(TimeMs server_ms, std::int64_t here_ms) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    std::int64_t ahead_ms = server_ms - here_ms;
    bool first = learned_ms_ == 0;
    if (first || here_ms - window_ms_ > kClockWindowMs) {
      before_ms_ = first ? ahead_ms : ahead_ms_;
      ahead_ms_ = ahead_ms;
      window_ms_ = here_ms;
    }
    ahead_ms_ = std::max(ahead_ms_, ahead_ms);
    learned_ms_ = here_ms;
  }

  // Nothing, or nothing lately, was learned.
  bool is_old(std::int64_t here_ms) const EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return learned_ms_ == 0 || here_ms - learned_ms_ > kClockAgeMs;
  }

  TimeMs at(std::int64_t here_ms) const EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return here_ms + std::max(before_ms_, ahead_ms_);
  }

 private:
  mutable Mutex mutex_;
  std::int64_t ahead_ms_ GUARDED_BY(mutex_) = 0;   // of the monotonic clock, in this window
  std::int64_t before_ms_ GUARDED_BY(mutex_) = 0;  // in the one before
  std::int64_t window_ms_ GUARDED_BY(mutex_) = 0;  // when this window began
  std::int64_t learned_ms_ GUARDED_BY(mutex_) = 0;
};

}  // namespace guildhall::store::postgres
