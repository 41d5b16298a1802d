// What a request asks of a model, whichever dialect it came in.
//
// Concurrency: values. Limits: the body's, and the depth of its JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace guildhall::mock_model {

enum class Dialect : unsigned char { chat, responses, messages };

struct Tool {
  std::string name;
  json::value parameters;  // a JSON Schema, or null
};

struct Ask {
  Dialect dialect = Dialect::chat;
  std::string model;
  bool stream = false;
  bool include_usage = false;  // chat: only where the stream was asked to
  bool thinking = false;
  std::optional<std::int64_t> max_tokens;
  std::string system;
  std::string last_user;
  std::vector<std::string> texts;  // all there are, the system's too, in order
  int turns = 0;                   // messages of the user
  bool user_is_last = true;        // and not, say, a tool's result
  std::vector<Tool> tools;
  bool tool_required = false;
  std::string tool_named;             // the one that must be called
  std::optional<json::value> schema;  // that the answer must have
};

// Error: malformed/"bad-request", which names the field.
Result<Ask> parse_ask(Dialect dialect, std::string_view body);

// ceil(bytes / 4): what this model counts as tokens.
inline std::int64_t count_tokens(std::size_t bytes) {
  return static_cast<std::int64_t>((bytes + 3) / 4);
}
std::int64_t input_tokens(const Ask& ask);

}  // namespace guildhall::mock_model
