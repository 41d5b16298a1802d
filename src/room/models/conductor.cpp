#include "room/models/conductor.h"

#include <algorithm>

#include "base/clock.h"

namespace guildhall::room {

Conductor::Conductor() : thread_([this] { run(); }) {}

Conductor::~Conductor() { stop(); }

void Conductor::after(std::int64_t ms, std::function<void()> what) {
  MutexLock lock(mutex_);
  if (stopping_) return;
  due_.emplace(monotonic_ms() + ms, std::move(what));
  changed_.notify_one();
}

void Conductor::stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    due_.clear();
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Conductor::run() {
  while (true) {
    std::function<void()> next;
    {
      MutexLock lock(mutex_);
      while (!stopping_ && (due_.empty() || due_.begin()->first > monotonic_ms())) {
        auto wait_ms = due_.empty() ? 60'000 : due_.begin()->first - monotonic_ms();
        (void)changed_.wait_for_ms(mutex_, std::max<std::int64_t>(wait_ms, 1));
      }
      if (stopping_) return;
      next = std::move(due_.begin()->second);
      due_.erase(due_.begin());
    }
    next();
  }
}

}  // namespace guildhall::room
