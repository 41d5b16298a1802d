// How the mock answers one request: chosen by the model's name, `BASE:item,item,…`, where an item
// is a word or word=value. What a name does not say is the process's default.
//
// Concurrency: values. Limits: kMaxMockTokens, kMaxMockBytes, kMaxMockDelayMs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace guildhall::mock_model {

struct Behaviour {
  std::string voice;  // the name before the colon: whose way of speaking
  // Time.
  std::int64_t latency_ms = 0;       // before the first token, or the whole answer
  std::int64_t token_ms = 0;         // between tokens of a stream
  std::int64_t slow_headers_ms = 0;  // before the status line
  // What it says.
  std::int64_t tokens = 48;  // pieces of the text
  std::int64_t huge = 0;     // bytes that the text is filled up to
  std::int64_t parallel_tools = 1;
  bool thinking = false;
  bool usage = true;
  bool echo = false;
  bool numbered = false;
  bool obey = false;
  bool judge = false;
  std::optional<std::string> json;  // the text itself
  // Faults before the answer.
  int error = 0;  // an HTTP status
  std::int64_t retry_after = -1;
  int status = 0;  // as `error`, but only for the first `times` of one prompt
  std::int64_t times = 0;
  std::string redirect;
  // Faults in it: after so many tokens.
  std::optional<std::int64_t> cut, reset, stall, error_event;
  bool no_terminal = false;
  bool garbage = false;
  bool malformed_json = false;
};

// Error: invalid/"bad-model-option", which names the item.
Result<Behaviour> parse_behaviour(std::string_view model, const Behaviour& defaults);

// A line for each item, for people.
std::string_view behaviour_help();

}  // namespace guildhall::mock_model
