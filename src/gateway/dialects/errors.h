// Errors in the dialects' own words: the gateway's refusals, and what providers say, told in the
// client's dialect. An error is a kind and a sentence; each dialect has a word and a status per
// kind.
//
// Concurrency: pure. Limits: kMaxUpstreamMessage bytes of a provider's sentence are told on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "gateway/dialects/dialect.h"
#include "gateway/dialects/raw_json.h"

namespace guildhall::gateway {

// Slugs of Error::type that are told in a way of their own; others go by their fault.
inline constexpr std::string_view kBudgetExhausted = "budget-exhausted";
inline constexpr std::string_view kRateLimited = "rate-limited";
inline constexpr std::string_view kUnknownModel = "no-model";
inline constexpr std::string_view kInvalidRequest = "invalid-request";
inline constexpr std::string_view kRefusedByPolicy = "refused-by-policy";
inline constexpr std::string_view kNotTranslatable = "not-translatable";
inline constexpr std::string_view kUpstreamTimeout = "upstream-timeout";
inline constexpr std::string_view kUpstreamUnavailable = "upstream-unavailable";
inline constexpr std::string_view kUpstreamMalformed = "upstream-malformed";
inline constexpr std::string_view kUpstreamCut = "upstream-cut";      // no terminal event
inline constexpr std::string_view kUpstreamError = "upstream-error";  // it said so itself

enum class ErrorKind : unsigned char {
  invalid,
  authentication,
  billing,
  permission,
  not_found,
  conflict,
  too_large,
  rate_limit,
  timeout,
  api,
  overloaded,
};

struct ModelError {
  ErrorKind kind = ErrorKind::api;
  std::string message;
  std::string code;   // OpenAI's `code`; empty is null
  std::string param;  // OpenAI's `param`; empty is null
};

int status_of(ErrorKind kind, Dialect dialect);
ErrorKind kind_of(int status);

// What a provider said, in either dialect: a body, or an event's data. `status` is of the HTTP
// reply and 0 inside a stream, where the words alone tell the kind.
ModelError read_error(const RawJson& body, int status);
// Does this value hold an error (a truthy top-level `error`, or `"type":"error"`)?
bool holds_error(const RawJson& body);

// A whole body of an error reply.
std::string error_body(const ModelError& error, Dialect dialect);
// An event in the middle of a stream. `sequence` is used by responses only.
void write_error_event(std::string& out, const ModelError& error, Dialect dialect,
                       std::int64_t sequence);

ModelError model_error(const Error& error);

// The gateway's own refusal, ready to be sent.
struct Refusal {
  int status = 500;
  std::vector<std::pair<std::string_view, std::string>> headers;
  std::string body;
};

// `retry_after_ms` is told where trying again makes sense (rate limits, saturation, timeouts); an
// exhausted budget and a locked room say x-should-retry: false instead.
Refusal refusal(const Error& error, Dialect dialect,
                std::optional<std::int64_t> retry_after_ms = std::nullopt);

}  // namespace guildhall::gateway
