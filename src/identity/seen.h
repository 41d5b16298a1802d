// When sessions and tokens were last seen, gathered in memory and written in one transaction from
// time to time, so that no request waits for it. What a crash loses is at most the time between
// two flushes, against an idle limit of hours.
//
// Concurrency: any thread. Limits: kMaxSeenPending; further sightings wait for their next request.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mutex.h"

namespace guildhall::identity {

class Seen {
 public:
  using Times = std::unordered_map<std::string, TimeMs>;

  void note(std::string_view hash, TimeMs at) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    if (times_.size() >= kMaxSeenPending) return;
    times_.insert_or_assign(std::string(hash), at);
  }
  Times take() EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return std::exchange(times_, {});
  }

 private:
  Mutex mutex_;
  Times times_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::identity
