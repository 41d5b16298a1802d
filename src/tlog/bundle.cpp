#include "tlog/bundle.h"

#include "tlog/tile_path.h"

namespace guildhall::tlog {

void append_entry(std::string& bundle, std::string_view entry) {
  bundle += static_cast<char>(entry.size() >> 8);
  bundle += static_cast<char>(entry.size() & 255);
  bundle += entry;
}

Result<std::vector<std::string_view>> read_bundle(std::string_view bundle) {
  std::vector<std::string_view> entries;
  while (!bundle.empty()) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bundle[i]); };
    const std::size_t length = bundle.size() < 2 ? 0 : byte(0) * 256U + byte(1);
    if (bundle.size() < 2 + length || entries.size() == kTileWidth)
      return fail(Fault::malformed, "bad-entry-bundle",
                  "The bundle of entries is not well formed.");
    entries.push_back(bundle.substr(2, length));
    bundle.remove_prefix(2 + length);
  }
  return entries;
}

}  // namespace guildhall::tlog
