#include "room/progress_bar.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/clock.h"

namespace guildhall::room {
namespace {

constexpr std::int64_t kTerminalMs = 500;
constexpr std::int64_t kLineMs = 10'000;
constexpr std::int64_t kWidth = 30;

std::string time_text(std::int64_t seconds) {
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 7'200) return fmt::format("{} min", (seconds + 59) / 60);
  return fmt::format("{} h {} min", seconds / 3'600, seconds % 3'600 / 60);
}

}  // namespace

std::string progress_text(std::int64_t done, std::int64_t all, std::int64_t passed_ms,
                          const std::string& unit) {
  done = std::clamp<std::int64_t>(done, 0, all);
  std::int64_t part = all == 0 ? 1'000 : done * 1'000 / all;
  std::string bar(static_cast<std::size_t>(kWidth * part / 1'000), '#');
  auto text = fmt::format("[{:{}}] {:3} %  {} of {} {}", bar, kWidth, part / 10, done, all, unit);
  if (done == 0 || passed_ms < 1'000) return text;
  double rate = static_cast<double>(done) * 1'000 / static_cast<double>(passed_ms);
  auto left = static_cast<std::int64_t>(static_cast<double>(all - done) / rate);
  return text + fmt::format(", {:.0f}/s, {} left", rate, time_text(left));
}

ProgressBar::ProgressBar(std::string unit)
    : unit_(std::move(unit)), terminal_(isatty(STDERR_FILENO) == 1), began_ms_(monotonic_ms()) {}

ProgressBar::~ProgressBar() {
  if (shown_ && terminal_) fmt::print(stderr, "\n");
}

void ProgressBar::show(std::int64_t done, std::int64_t all) {
  std::int64_t now = monotonic_ms();
  if (now < next_ms_ && done < all) return;
  next_ms_ = now + (terminal_ ? kTerminalMs : kLineMs);
  auto text = progress_text(done, all, now - began_ms_, unit_);
  if (terminal_) {
    fmt::print(stderr, "\r{}\033[K", text);
  } else {
    fmt::print(stderr, "{}\n", text);
  }
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace guildhall::room
