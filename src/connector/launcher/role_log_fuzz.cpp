// What a role, which may have been taken over, writes to its launcher: nothing of it is passed on.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "connector/launcher/role_log.h"

namespace guildhall::connector {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view line(reinterpret_cast<const char*>(data), size);
  auto said = read_role_line(line);
  if (!said) return 0;
  auto inside = [&](std::string_view text) {
    return !text.empty() && text.data() >= line.data() && text.data() < line.data() + line.size();
  };
  if (said->text.empty() || inside(said->text) || inside(said->reason)) std::abort();
  return 0;
}

}  // namespace guildhall::connector
