#include "base/clock.h"

#include <fmt/format.h>

#include <ctime>

namespace guildhall {
namespace {

std::int64_t read_clock_ms(clockid_t id) {
  timespec ts{};
  clock_gettime(id, &ts);
  return static_cast<std::int64_t>(ts.tv_sec) * 1000 + ts.tv_nsec / 1'000'000;
}

class SystemClock final : public Clock {
 public:
  TimeMs now_ms() const override { return read_clock_ms(CLOCK_REALTIME); }
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::int64_t monotonic_ms() { return read_clock_ms(CLOCK_MONOTONIC); }

std::string rfc3339(TimeMs time_ms) {
  auto seconds = static_cast<std::time_t>(time_ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     time_ms % 1000);
}

}  // namespace guildhall
