// One thread that calls back at given times.
//
// Operation. What is due is taken out all at once and called without the lock; a time that is
// earlier than all others wakes the thread.
//
// Concurrency: `at` from any thread; calls come from the timer's, and must not block.
// Limits: the caller's: one entry for each stream and each answer that waits.
#pragma once

#include <pthread.h>

#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "base/mutex.h"

namespace guildhall::mock_model {

class Timer {
 public:
  Timer();
  ~Timer();  // what is not due yet is not called
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // In monotonic_ms().
  void at(std::int64_t due_ms, std::function<void()> call);

 private:
  struct Entry {
    std::int64_t due_ms = 0;
    std::uint64_t number = 0;  // of the same time, in the order in which they were given
    std::function<void()> call;
    bool operator>(const Entry& other) const {
      return due_ms != other.due_ms ? due_ms > other.due_ms : number > other.number;
    }
  };
  static void* main(void* self);
  void work();
  void take_due(std::int64_t now_ms, std::vector<std::function<void()>>& out) REQUIRES(mutex_);

  pthread_t thread_{};
  Mutex mutex_;
  CondVar changed_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::uint64_t last_ GUARDED_BY(mutex_) = 0;
  std::int64_t waits_until_ms_ GUARDED_BY(mutex_) = 0;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> entries_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::mock_model
