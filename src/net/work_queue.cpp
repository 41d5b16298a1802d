#include "net/work_queue.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "base/limits.h"
#include "base/log.h"

namespace guildhall::net {

WorkQueue::WorkQueue(int workers, int places) : places_(places) {
  max_stepping_ = workers / 4 > 0 ? workers / 4 : 1;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kWorkerStackBytes);
  // Signals belong to the main thread.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  sigdelset(&all, SIGSYS);  // a call that a sandbox refuses is answered where it is made
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (int i = 0; i < workers; ++i) {
    auto worker = std::make_unique<Worker>();
    worker->queue = this;
    if (pthread_create(&worker->thread, &attributes, &WorkQueue::main, worker.get()) != 0) {
      log_line(LogLevel::error, "no thread for a worker", {{"worker", i}});
      std::abort();  // at start only: a server with fewer workers than asked for is none
    }
    workers_.push_back(std::move(worker));
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
}

WorkQueue::~WorkQueue() { stop(); }

bool WorkQueue::reserve() {
  // Sequentially consistent with stop(): either it sees the place, or we see it closed.
  if (reserved_.fetch_add(1) < places_ && !closed_.load()) return true;
  reserved_.fetch_sub(1);
  return false;
}

void WorkQueue::push_reserved(std::shared_ptr<Job> job) {
  MutexLock lock(mutex_);
  requests_.push_back(std::move(job));
  if (waking_ == 0) wake_one();
}

void WorkQueue::push_step(std::shared_ptr<Job> job) {
  MutexLock lock(mutex_);
  steps_.push_back(std::move(job));
  if (waking_ == 0) wake_one();
}

// One wake is under way at a time: the woken worker wakes the next when there is more to do. A
// burst of cheap requests is so served by the few workers that are awake already.
void WorkQueue::wake_one() {
  if (idle_.empty()) return;
  Worker* worker = idle_.back();
  idle_.pop_back();
  worker->woken = true;
  ++waking_;
  worker->wake.notify_one();
}

std::shared_ptr<Job> WorkQueue::take(bool& step) {
  bool step_possible = !steps_.empty() && (stepping_ < max_stepping_ || stopping_);
  step = step_possible && (requests_.empty() || ++turn_ % 4 == 0);
  if (!step && requests_.empty()) return nullptr;
  auto& lane = step ? steps_ : requests_;
  std::shared_ptr<Job> job = std::move(lane.front());
  lane.pop_front();
  if (step) {
    ++stepping_;
  } else {
    reserved_.fetch_sub(1, std::memory_order_relaxed);
  }
  return job;
}

void* WorkQueue::main(void* worker) {
  auto* self = static_cast<Worker*>(worker);
  self->queue->work(*self);
  return nullptr;
}

void WorkQueue::work(Worker& worker) {
  mutex_.lock();
  while (true) {
    bool step = false;
    std::shared_ptr<Job> job = take(step);
    if (job) {
      bool more = !requests_.empty() || (!steps_.empty() && stepping_ < max_stepping_);
      if (more && waking_ == 0) wake_one();
      mutex_.unlock();
      job->run();
      job.reset();
      mutex_.lock();
      if (step) --stepping_;
      continue;
    }
    if (stopping_) break;
    idle_.push_back(&worker);
    while (!worker.woken) worker.wake.wait(mutex_);
    worker.woken = false;
    --waking_;
  }
  mutex_.unlock();
}

void WorkQueue::stop() {
  closed_ = true;
  while (reserved_.load() > 0) usleep(1'000);
  {
    MutexLock lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
    while (!idle_.empty()) wake_one();
  }
  for (auto& worker : workers_) pthread_join(worker->thread, nullptr);
}

}  // namespace guildhall::net
