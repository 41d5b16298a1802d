#include <cstddef>
#include <cstdint>
#include <string_view>

#include "room/backup_manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto parsed = guildhall::room::parse_manifest(text);
  if (!parsed) return 0;
  // What was understood is written so that it is understood again.
  auto again = guildhall::room::parse_manifest(guildhall::room::manifest_text(*parsed));
  if (!again || again->files.size() != parsed->files.size()) __builtin_trap();
  return 0;
}
