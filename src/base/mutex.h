// A mutex, a lock and a condition variable that clang's thread-safety analysis understands.
// https://clang.llvm.org/docs/ThreadSafetyAnalysis.html
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#if defined(__clang__)
#define GH_ATTRIBUTE(x) __attribute__((x))
#else
#define GH_ATTRIBUTE(x)
#endif
#define GUARDED_BY(x) GH_ATTRIBUTE(guarded_by(x))
#define REQUIRES(...) GH_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define EXCLUDES(...) GH_ATTRIBUTE(locks_excluded(__VA_ARGS__))

namespace guildhall {

class GH_ATTRIBUTE(capability("mutex")) Mutex {
 public:
  void lock() GH_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }
  // For closures that run while their maker holds the lock, which the analysis cannot follow.
  void assert_held() GH_ATTRIBUTE(assert_capability()) {}
  void unlock() GH_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

class GH_ATTRIBUTE(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) GH_ATTRIBUTE(acquire_capability(mutex)) : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() GH_ATTRIBUTE(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits may wake for no reason: loop over the condition.
class CondVar {
 public:
  void wait(Mutex& mutex) REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    cond_.wait(lock);
    lock.release();
  }
  // False when the time ran out.
  bool wait_for_ms(Mutex& mutex, std::int64_t timeout_ms) REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    auto status = cond_.wait_for(lock, std::chrono::milliseconds(timeout_ms));
    lock.release();
    return status == std::cv_status::no_timeout;
  }
  void notify_one() { cond_.notify_one(); }
  void notify_all() { cond_.notify_all(); }

 private:
  std::condition_variable cond_;
};

}  // namespace guildhall
