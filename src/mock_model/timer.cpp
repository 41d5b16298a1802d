#include "mock_model/timer.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "base/clock.h"
#include "base/log.h"

namespace guildhall::mock_model {

Timer::Timer() {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // signals belong to the main thread
  if (pthread_create(&thread_, nullptr, &Timer::main, this) != 0) {
    log_line(LogLevel::error, "no thread for the timer");
    std::abort();  // at start only
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Timer::~Timer() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  pthread_join(thread_, nullptr);
}

void Timer::at(std::int64_t due_ms, std::function<void()> call) {
  MutexLock lock(mutex_);
  entries_.push({due_ms, ++last_, std::move(call)});
  if (due_ms < waits_until_ms_) changed_.notify_one();
}

void* Timer::main(void* self) {
  static_cast<Timer*>(self)->work();
  return nullptr;
}

void Timer::take_due(std::int64_t now_ms, std::vector<std::function<void()>>& out) {
  while (!entries_.empty() && entries_.top().due_ms <= now_ms) {
    // Only its order is looked at while it is taken out.
    out.push_back(std::move(const_cast<Entry&>(entries_.top()).call));
    entries_.pop();
  }
}

void Timer::work() {
  constexpr std::int64_t kIdleMs = 1'000;
  std::vector<std::function<void()>> due;
  mutex_.lock();
  while (!stopping_) {
    const std::int64_t now_ms = monotonic_ms();
    take_due(now_ms, due);
    if (!due.empty()) {
      waits_until_ms_ = 0;
      mutex_.unlock();
      for (auto& call : due) call();
      due.clear();
      mutex_.lock();
      continue;
    }
    const std::int64_t next_ms = entries_.empty() ? now_ms + kIdleMs : entries_.top().due_ms;
    waits_until_ms_ = next_ms;
    changed_.wait_for_ms(mutex_, std::min(next_ms - now_ms, kIdleMs));
  }
  mutex_.unlock();
}

}  // namespace guildhall::mock_model
