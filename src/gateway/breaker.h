// Whether a target is worth an attempt: closed until kBreakerFaults faults in a row, then open for
// kBreakerRestMs; after it one attempt is let through (half open), which closes it again or doubles
// the rest, up to kMaxBreakerRestMs. An attempt that is let through and never told of is forgotten
// after another rest.
//
// Concurrency: any thread. Limits: one breaker a target; the owner keeps as many as there are.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mutex.h"

namespace guildhall::gateway {

class Breaker {
 public:
  enum class State : unsigned char { closed, open, half_open };

  explicit Breaker(const Clock& clock) : clock_(clock) {}

  // Takes the attempt: the half-open one is taken once.
  bool admits() EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    if (state_ == State::closed) return true;
    TimeMs now = clock_.now_ms();
    if (now < next_ms_) return false;
    state_ = State::half_open;
    next_ms_ = now + rest_ms_;
    return true;
  }
  void succeeded() EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    state_ = State::closed;
    faults_ = 0;
    rest_ms_ = kBreakerRestMs;
  }
  void failed() EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    ++faults_;
    bool trial = state_ == State::half_open;
    if (!trial && (state_ == State::open || faults_ < kBreakerFaults)) return;
    if (trial) rest_ms_ = std::min(rest_ms_ * 2, kMaxBreakerRestMs);
    state_ = State::open;
    next_ms_ = clock_.now_ms() + rest_ms_;
  }
  State state() const EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return state_;
  }

 private:
  const Clock& clock_;
  mutable Mutex mutex_;
  State state_ GUARDED_BY(mutex_) = State::closed;
  int faults_ GUARDED_BY(mutex_) = 0;
  std::int64_t rest_ms_ GUARDED_BY(mutex_) = kBreakerRestMs;
  TimeMs next_ms_ GUARDED_BY(mutex_) = 0;  // when it may be tried
};

}  // namespace guildhall::gateway
