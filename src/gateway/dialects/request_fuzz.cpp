// Requests of every operation: what is spliced and what is translated is sound JSON, and asks for
// the model that it was told to ask for. The first byte chooses the operation.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/json.h"
#include "gateway/dialects/translate.h"

namespace guildhall::gateway {
namespace {

void fuzz_sound(const std::string& body) {
  const auto value = parse_json(body);
  const auto* model = value ? find_string(*value, "model") : nullptr;
  if (!model || view(*model) != "upstream") std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto operation = static_cast<Operation>(data[0] % 6);
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto request = Request::read(operation, text);
  if (!request || operation == Operation::models) return 0;
  if (request->facts().input_tokens_bound <= 0) std::abort();
  const std::string upstream = request->for_upstream({"upstream", 9});
  fuzz_sound(upstream);
  // What is spliced may pass again, and has nothing left to splice.
  const auto again = Request::read(operation, upstream);
  if (!again || again->for_upstream({"upstream", 9}) != upstream) std::abort();
  for (Dialect to : {Dialect::chat, Dialect::messages}) {
    const auto translated = translate_request(*request, to, {"upstream", 9});
    if (translated) fuzz_sound(*translated);
  }
  return 0;
}

}  // namespace guildhall::gateway
