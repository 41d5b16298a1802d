// What is to be done a little later, or not on the thread that asks: one thread, in order of time.
//
// Concurrency: any thread. What is given must not throw; it may give more. Limits: the callers'.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <thread>

#include "base/mutex.h"

namespace guildhall::room {

class Conductor {
 public:
  Conductor();
  ~Conductor();
  Conductor(const Conductor&) = delete;
  Conductor& operator=(const Conductor&) = delete;

  void after(std::int64_t ms, std::function<void()> what) EXCLUDES(mutex_);
  // What is not due is dropped.
  void stop() EXCLUDES(mutex_);

 private:
  void run() EXCLUDES(mutex_);

  Mutex mutex_;
  CondVar changed_;
  std::multimap<std::int64_t, std::function<void()>> due_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace guildhall::room
