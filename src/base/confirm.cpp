#include "base/confirm.h"

#include <fmt/format.h>
#include <unistd.h>

#include <string>

namespace guildhall {

bool is_typed(std::string_view question, std::string_view word) {
  fmt::print(stderr, "{}", question);
  std::string line;
  char c = '\0';
  while (line.size() <= word.size() && read(STDIN_FILENO, &c, 1) == 1 && c != '\n') line += c;
  return line == word;
}

}  // namespace guildhall
