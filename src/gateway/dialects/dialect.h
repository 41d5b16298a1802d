// The words that all of the dialects share: which formats there are, what was used, how a reply
// ended. A dialect is a format on the wire; an operation is what a client asks for in one.
//
// Concurrency: values. Limits: kMaxUpstreamWord bytes of each word of Finish.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace guildhall::gateway {

enum class Dialect : unsigned char {
  chat,       // OpenAI chat completions; embeddings and models speak it too
  responses,  // OpenAI responses
  messages,   // Anthropic messages
};

enum class Operation : unsigned char {
  chat,
  responses,
  embeddings,
  models,
  messages,
  count_tokens,
};

constexpr Dialect dialect_of(Operation operation) {
  switch (operation) {
    case Operation::responses: return Dialect::responses;
    case Operation::messages:
    case Operation::count_tokens: return Dialect::messages;
    case Operation::chat:
    case Operation::embeddings:
    case Operation::models: return Dialect::chat;
  }
  return Dialect::chat;
}

// Tokens, as the provider said. Anthropic's three disjoint counts of input are summed into one, as
// OpenAI states them: `cached` and `cache_write` are parts of `input`, `reasoning` of `output`.
struct Usage {
  std::int64_t input = 0;
  std::int64_t cached = 0;
  std::int64_t cache_write = 0;
  std::int64_t output = 0;
  std::int64_t reasoning = 0;
  bool operator==(const Usage&) const = default;
};

enum class Outcome : unsigned char {
  complete,    // the provider said that it had finished
  incomplete,  // it went away, or was stopped, before it said so
  error,       // it said that something went wrong, or what it said cannot be understood
};

// How one reply ended. The words are the provider's own, never the client's dialect's.
struct Finish {
  Outcome outcome = Outcome::incomplete;
  std::optional<Usage> usage;  // what was said so far, also when the reply broke off
  std::string finish_reason;
  std::string id;
  std::string model;
  std::string_view fault;  // a slug of errors.h where the outcome is not complete
};

// The first `limit` bytes of UTF-8 text, or fewer: no character is cut in two.
inline std::string clipped(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80) --limit;
  return std::string(text.substr(0, limit));
}

}  // namespace guildhall::gateway
