// The reader of events: cutting changes nothing, and no byte is lost.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/dialects/sse.h"

namespace guildhall::gateway {
namespace {

struct FuzzSeen {
  std::string raw, events;
  bool operator==(const FuzzSeen&) const = default;
};

void fuzz_see(FuzzSeen& seen, const SseBlock& block) {
  seen.raw += block.raw;
  if (block.has_data) seen.events.append(block.name).append("|").append(block.data).append("\n");
}

FuzzSeen fuzz_read(std::string_view text, std::size_t step) {
  SseReader reader;
  FuzzSeen seen;
  for (std::size_t at = 0; at < text.size(); at += step) {
    reader.push(text.substr(at, step));
    while (auto block = *reader.next()) fuzz_see(seen, *block);
  }
  if (auto rest = reader.rest()) fuzz_see(seen, *rest);
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const FuzzSeen whole = fuzz_read(text, size + 1);
  if (whole.raw != text) std::abort();
  for (std::size_t step : {1, 2, 7}) {
    if (fuzz_read(text, step) != whole) std::abort();
  }
  return 0;
}

}  // namespace guildhall::gateway
