// The bounded pool of workers behind the loop.
//
// Operation. Two lanes: requests (bounded, whoever is refused a place answers 503) and stream
// steps (pieces of long replies, polls of event streams; each stream has at most one in here, so
// the number of streams bounds it). Requests go first, but at most a quarter of the workers run
// stream steps at once and one of four free workers takes a step even while requests wait, so
// neither starves. Idle workers are woken last-in first-out, so that under light load few threads
// run and their caches stay warm; a worker that finds more work wakes the next.
//
// Concurrency: any thread. Limits: the request lane's places, the number of workers.
#pragma once

#include <pthread.h>

#include <atomic>
#include <deque>
#include <memory>
#include <vector>

#include "base/mutex.h"

namespace guildhall::net {

// Something a worker runs once per push.
class Job {
 public:
  virtual ~Job() = default;
  virtual void run() noexcept = 0;
};

class WorkQueue {
 public:
  WorkQueue(int workers, int places);
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  // A place is taken before the connection is suspended, since there is no way back after.
  bool reserve();
  void push_reserved(std::shared_ptr<Job> job);
  void push_step(std::shared_ptr<Job> job);

  // Refuses new places, runs what is queued, then ends the workers. No step may be pushed after.
  void stop();
  int waiting() const { return reserved_.load(std::memory_order_relaxed); }

 private:
  struct Worker {
    WorkQueue* queue = nullptr;
    pthread_t thread{};
    CondVar wake;
    bool woken = false;
  };
  static void* main(void* worker);
  void work(Worker& worker);
  std::shared_ptr<Job> take(bool& step) REQUIRES(mutex_);
  void wake_one() REQUIRES(mutex_);

  const int places_;
  std::atomic<int> reserved_{0};
  std::atomic<bool> closed_{false};
  Mutex mutex_;
  std::deque<std::shared_ptr<Job>> requests_ GUARDED_BY(mutex_);
  std::deque<std::shared_ptr<Job>> steps_ GUARDED_BY(mutex_);
  std::vector<Worker*> idle_ GUARDED_BY(mutex_);
  int waking_ GUARDED_BY(mutex_) = 0;
  int stepping_ GUARDED_BY(mutex_) = 0;
  unsigned turn_ GUARDED_BY(mutex_) = 0;
  bool stopping_ GUARDED_BY(mutex_) = false;
  int max_stepping_ = 1;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace guildhall::net
