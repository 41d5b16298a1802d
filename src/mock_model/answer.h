// What the mock answers: decided once from the request, the behaviour and the seed, before any
// dialect has its say.
//
// Concurrency: pure. Limits: kMaxMockTokens pieces, kMaxMockBytes of text, kMaxMockCalls.
#pragma once

#include <string>
#include <vector>

#include "mock_model/ask.h"
#include "mock_model/behaviour.h"

namespace guildhall::mock_model {

struct ToolCall {
  std::string id;  // without a dialect's prefix
  std::string name;
  std::string arguments;  // JSON text
};

struct Answer {
  std::string id;                     // 16 hexadecimal digits
  std::vector<std::string> thinking;  // pieces
  std::vector<std::string> pieces;    // of the text; none where it calls tools
  std::vector<ToolCall> calls;
  bool cut_short = false;  // by the request's maximum
  std::int64_t input_tokens = 0;
  std::int64_t thinking_tokens = 0;
  std::int64_t output_tokens = 0;  // thinking and calls, too

  std::string text() const;
  std::string thought() const;
};

Answer make_answer(const Ask& ask, const Behaviour& behaviour, std::uint64_t seed);

}  // namespace guildhall::mock_model
