#include "stats.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>

namespace guildhall::bench {
namespace {

std::int64_t micros(const timeval& at) {
  return static_cast<std::int64_t>(at.tv_sec) * 1'000'000 + at.tv_usec;
}

}  // namespace

std::int64_t now_us() {
  timespec at{};
  clock_gettime(CLOCK_MONOTONIC, &at);
  return static_cast<std::int64_t>(at.tv_sec) * 1'000'000 + at.tv_nsec / 1'000;
}

std::int64_t cpu_us() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return micros(used.ru_utime) + micros(used.ru_stime);
}

void sleep_until_us(std::int64_t at_us) {
  timespec at{at_us / 1'000'000, (at_us % 1'000'000) * 1'000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr) != 0) {
  }
}

void Latencies::merge(const Latencies& other) {
  all_.insert(all_.end(), other.all_.begin(), other.all_.end());
}

std::int64_t Latencies::percentile_us(double share) {
  if (all_.empty()) return 0;
  auto rank = static_cast<std::size_t>(share * static_cast<double>(all_.size()));
  auto at = all_.begin() + static_cast<std::ptrdiff_t>(std::min(rank, all_.size() - 1));
  std::nth_element(all_.begin(), at, all_.end());
  return *at;
}

std::string Latencies::json() {
  return fmt::format(R"({{"n":{},"p50_us":{},"p99_us":{},"p999_us":{},"max_us":{}}})", count(),
                     percentile_us(0.5), percentile_us(0.99), percentile_us(0.999),
                     percentile_us(1.0));
}

}  // namespace guildhall::bench
