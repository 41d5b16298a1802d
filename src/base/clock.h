// Time as a port. All time is 64-bit milliseconds since the Unix epoch, UTC.
//
// Concurrency: clocks may be read from any thread. The only reading of the system's clocks in the
// source is in clock.cpp.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace guildhall {

using TimeMs = std::int64_t;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimeMs now_ms() const = 0;
};

// The wall clock.
const Clock& system_clock();

// Milliseconds of CLOCK_MONOTONIC: for durations and deadlines inside one process.
std::int64_t monotonic_ms();

// A clock that a test moves by hand.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(TimeMs start_ms = 1'750'000'000'000) : now_(start_ms) {}
  TimeMs now_ms() const override { return now_.load(); }
  void advance_ms(std::int64_t by_ms) { now_ += by_ms; }

 private:
  std::atomic<TimeMs> now_;
};

// RFC 3339 with milliseconds, e.g. 2026-03-24T10:39:00.000Z.
std::string rfc3339(TimeMs time_ms);
void append_rfc3339(std::string& out, TimeMs time_ms);
// The same where nothing may be allocated: a signal handler.
inline constexpr std::size_t kRfc3339Bytes = 24;
void write_rfc3339(std::span<char, kRfc3339Bytes> out, TimeMs time_ms);
// Any RFC 3339 time, cut to milliseconds; nothing for what is none.
std::optional<TimeMs> parse_rfc3339(std::string_view text);

}  // namespace guildhall
