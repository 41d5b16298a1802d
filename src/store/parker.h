// One thread waits here until another says go: a futex word on the waiter's stack.
//
// std::atomic::wait would do, but libstdc++ 12 routes it through a shared table with spinning and
// yields, which costs more than the commit it waits for when 64 threads share two cores.
//
// Concurrency: one waiter, one waker. The waker touches the word last when it stores; the wake
// after it only names the address, so the waiter may already have returned.
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

namespace guildhall::store {

class Parker {
 public:
  void wait() {
    while (word_.load(std::memory_order_acquire) == 0) {
      syscall(SYS_futex, &word_, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
    }
  }
  void wake() {
    auto* address = &word_;
    word_.store(1, std::memory_order_release);
    syscall(SYS_futex, address, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
  }

 private:
  std::atomic<std::uint32_t> word_{0};
};

}  // namespace guildhall::store
