#include "base/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <string>

#include "base/clock.h"
#include "base/json.h"

namespace guildhall {
namespace {

std::atomic<LogLevel> least_level{LogLevel::info};
constexpr std::string_view kNames[] = {"debug", "info", "warning", "error"};

}  // namespace

void set_log_level(LogLevel least) { least_level = least; }

void log_line(LogLevel level, std::string_view what, std::initializer_list<LogField> fields) {
  if (level < least_level.load(std::memory_order_relaxed)) return;
  std::string line = fmt::format("{} {} {}", rfc3339(system_clock().now_ms()),
                                 kNames[static_cast<int>(level)], what);
  for (const auto& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
      line += std::to_string(*number);
    } else {
      write_json_string(line, std::get<std::string_view>(field.value));
    }
  }
  line += '\n';
  // A log line that cannot be written has nowhere to be reported.
  [[maybe_unused]] auto written = write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace guildhall
