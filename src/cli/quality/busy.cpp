#include "cli/quality/busy.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>

namespace guildhall::cli {

Busy::Busy(std::string what) : what_(std::move(what)) {
  if (::isatty(STDERR_FILENO) == 1) {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
}

Busy::~Busy() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  if (drawn_) fmt::print(stderr, "\r\x1b[K");
}

void Busy::now(std::string what) {
  std::scoped_lock lock(mutex_);
  what_ = std::move(what);
  done_ = -1;
}

void Busy::run(const std::stop_token& stop) {
  const auto began = std::chrono::steady_clock::now();
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  while (!changed.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; }) &&
         !stop.stop_requested()) {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - began);
    const double done = done_;
    std::scoped_lock drawing(mutex_);
    fmt::print(stderr, "\r\x1b[K{}{}, {} s", what_,
               done < 0 ? "" : fmt::format(" {:.0f} %", done * 100), seconds.count());
    drawn_ = true;
  }
}

}  // namespace guildhall::cli
