// One line per event on standard error: time, level, what, and named values. Never content, never
// a parameter, never a secret: the only values that fit are numbers and fixed words.
//
// Concurrency: any thread; a line is one write(2).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <variant>

namespace guildhall {

enum class LogLevel : unsigned char { debug, info, warning, error };

struct LogField {
  std::string_view name;
  std::variant<std::int64_t, std::string_view> value;
};

void log_line(LogLevel level, std::string_view what, std::initializer_list<LogField> fields = {});
void set_log_level(LogLevel least);

}  // namespace guildhall
