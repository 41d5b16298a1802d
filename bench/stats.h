// Latencies and how they are told: percentiles of all samples, no histogram in between.
//
// Concurrency: one thread each; merge afterwards.
// Limits: 4 bytes a sample, up to 71 minutes each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace guildhall::bench {

std::int64_t now_us();  // CLOCK_MONOTONIC
std::int64_t cpu_us();  // of this process, user and system
void sleep_until_us(std::int64_t at_us);

class Latencies {
 public:
  void add(std::int64_t us) { all_.push_back(static_cast<std::uint32_t>(us)); }
  void merge(const Latencies& other);
  std::size_t count() const { return all_.size(); }
  // 0 < share <= 1; 0 when there are none.
  std::int64_t percentile_us(double share);
  // {"n", "p50_us", "p99_us", "p999_us", "max_us"}
  std::string json();

 private:
  std::vector<std::uint32_t> all_;
};

}  // namespace guildhall::bench
