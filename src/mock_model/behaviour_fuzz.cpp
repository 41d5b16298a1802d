// A model's name, as a request has it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/limits.h"
#include "mock_model/behaviour.h"

namespace guildhall::mock_model {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto behaviour = parse_behaviour(text, {});
  if (!behaviour) return 0;
  if (behaviour->tokens < 0 || behaviour->tokens > kMaxMockTokens) std::abort();
  if (behaviour->huge < 0 || behaviour->huge > kMaxMockBytes) std::abort();
  if (behaviour->latency_ms < 0 || behaviour->latency_ms > kMaxMockDelayMs) std::abort();
  if (!text.starts_with(behaviour->voice)) std::abort();
  return 0;
}

}  // namespace guildhall::mock_model
