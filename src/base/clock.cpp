#include "base/clock.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>

#include "base/boot_clock.h"

namespace guildhall {
namespace {

std::int64_t read_clock_ms(clockid_t id) {
  timespec ts{};
  clock_gettime(id, &ts);
  return static_cast<std::int64_t>(ts.tv_sec) * 1000 + ts.tv_nsec / 1'000'000;
}

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  auto [end, error] = std::from_chars(text.data() + at, text.data() + at + count, value);
  if (error != std::errc() || end != text.data() + at + count || value < 0) return std::nullopt;
  return value;
}

// ±HH:MM or Z, in minutes.
std::optional<int> zone_minutes(std::string_view zone) {
  if (zone == "Z" || zone == "z") return 0;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return {};
  auto hours = digits(zone, 1, 2);
  auto minutes = digits(zone, 4, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return {};
  return (zone[0] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
}

void write_digits(char* out, unsigned number, std::size_t count) {
  for (std::size_t i = count; i-- > 0; number /= 10) out[i] = static_cast<char>('0' + number % 10);
}

class BootClock final : public Clock {
 public:
  TimeMs now_ms() const override { return read_clock_ms(CLOCK_BOOTTIME); }
};

class SystemClock final : public Clock {
 public:
  TimeMs now_ms() const override { return read_clock_ms(CLOCK_REALTIME); }
};

}  // namespace

const Clock& boot_clock() {
  static const BootClock clock;
  return clock;
}

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::int64_t monotonic_ms() { return read_clock_ms(CLOCK_MONOTONIC); }

void write_rfc3339(std::span<char, kRfc3339Bytes> out, TimeMs time_ms) {
  using std::chrono::days;
  using std::chrono::milliseconds;
  std::chrono::sys_time<milliseconds> at{milliseconds(time_ms)};
  auto day = std::chrono::floor<days>(at);
  std::chrono::year_month_day date(day);
  auto rest = static_cast<unsigned>((at - day).count());
  std::ranges::copy(std::string_view("0000-00-00T00:00:00.000Z"), out.begin());
  char* text = out.data();
  write_digits(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  write_digits(text + 5, static_cast<unsigned>(date.month()), 2);
  write_digits(text + 8, static_cast<unsigned>(date.day()), 2);
  write_digits(text + 11, rest / 3'600'000, 2);
  write_digits(text + 14, rest / 60'000 % 60, 2);
  write_digits(text + 17, rest / 1'000 % 60, 2);
  write_digits(text + 20, rest % 1'000, 3);
}

void append_rfc3339(std::string& out, TimeMs time_ms) {
  char text[kRfc3339Bytes];
  write_rfc3339(text, time_ms);
  out.append(text, sizeof text);
}

std::string rfc3339(TimeMs time_ms) {
  std::string out;
  append_rfc3339(out, time_ms);
  return out;
}

std::optional<TimeMs> parse_rfc3339(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':') {
    return {};
  }
  auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return {};
  if (*month < 1 || *month > 12 || *day < 1 || *day > 31 || *hour > 23 || *minute > 59 ||
      *second > 60) {
    return {};
  }
  std::size_t at = 19;
  std::int64_t ms = 0;
  if (text[at] == '.') {
    int scale = 100;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10) {
      ms += (text[at] - '0') * scale;
    }
  }
  auto zone = zone_minutes(text.substr(at));
  if (!zone) return {};
  std::tm parts{};
  parts.tm_year = *year - 1900;
  parts.tm_mon = *month - 1;
  parts.tm_mday = *day;
  parts.tm_hour = *hour;
  parts.tm_min = *minute;
  parts.tm_sec = *second;
  return (static_cast<std::int64_t>(timegm(&parts)) - *zone * 60) * 1000 + ms;
}

}  // namespace guildhall
