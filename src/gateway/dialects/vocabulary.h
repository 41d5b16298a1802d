// The words that whole replies and streams share: usage, finish reasons, and the chat dialect's
// chunks, read from one dialect and said in another.
//
// Concurrency: pure. Limits: none of its own.
#pragma once

#include <optional>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "gateway/dialects/dialect.h"
#include "gateway/dialects/errors.h"
#include "gateway/dialects/raw_json.h"

namespace guildhall::gateway {

// Takes what a `usage` says over what was known; later counts replace earlier ones.
void take_usage(std::optional<Usage>& known, const RawJson& usage, Dialect dialect);
void write_usage(JsonWriter& out, const Usage& usage, Dialect dialect);

// A chat reply's finish_reason as a stop_reason, a stop_reason as a finish_reason; nullopt for
// words that the other dialect has no word for. A reply cut off at its limit says so also when it
// was calling a tool, as its arguments may be cut too; else a tool makes it tool_use, whatever the
// provider calls it.
std::optional<std::string_view> stop_reason_of(std::string_view finish_reason, bool tools);
std::optional<std::string_view> finish_reason_of(std::string_view stop_reason);

// Where chat replies and deltas carry what the model thought: no part of OpenAI's own format, and
// named differently by those who serve other models.
RawJson reasoning_of(const RawJson& message);
inline constexpr std::string_view kReasoning = "reasoning_content";

inline std::unexpected<Error> malformed_reply(std::string why) {
  return fail(Fault::malformed, kUpstreamMalformed, std::move(why));
}

}  // namespace guildhall::gateway
