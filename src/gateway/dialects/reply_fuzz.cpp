// Whole replies of every operation, to both dialects: what the client gets is one JSON object. The
// first two bytes choose the operation, the client's dialect and the status.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/json.h"
#include "gateway/dialects/reply.h"

namespace guildhall::gateway {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  constexpr int kStatus[] = {200, 400, 429, 529};
  ReplyOptions options;
  options.operation = static_cast<Operation>(data[0] % 6);
  options.to = static_cast<Dialect>(data[1] % 3);
  const int status = kStatus[data[1] / 3 % 4];
  const std::string text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto reply = read_reply(options, status, text);
  if (!reply) return 0;
  const auto value = parse_json(reply->body);
  if (!value || !value->is_object()) std::abort();
  if (reply->finish.outcome == Outcome::error && reply->status < 400) std::abort();
  if (status >= 400 && reply->finish.outcome != Outcome::error) std::abort();
  return 0;
}

}  // namespace guildhall::gateway
