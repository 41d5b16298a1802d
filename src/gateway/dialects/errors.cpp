#include "gateway/dialects/errors.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/limits.h"
#include "gateway/dialects/sse.h"

namespace guildhall::gateway {
namespace {

// One kind in both dialects' words.
struct KindWords {
  ErrorKind kind;
  int openai_status;
  std::string_view openai_type;
  int anthropic_status;
  std::string_view anthropic_type;
};
constexpr KindWords kKindWords[] = {
    {ErrorKind::invalid, 400, "invalid_request_error", 400, "invalid_request_error"},
    {ErrorKind::authentication, 401, "authentication_error", 401, "authentication_error"},
    {ErrorKind::billing, 429, "insufficient_quota", 402, "billing_error"},
    {ErrorKind::permission, 403, "permission_error", 403, "permission_error"},
    {ErrorKind::not_found, 404, "invalid_request_error", 404, "not_found_error"},
    {ErrorKind::conflict, 409, "conflict_error", 409, "invalid_request_error"},
    {ErrorKind::too_large, 413, "invalid_request_error", 413, "request_too_large"},
    {ErrorKind::rate_limit, 429, "rate_limit_error", 429, "rate_limit_error"},
    {ErrorKind::timeout, 504, "timeout_error", 504, "timeout_error"},
    {ErrorKind::api, 500, "server_error", 500, "api_error"},
    {ErrorKind::overloaded, 503, "server_error", 529, "overloaded_error"},
};

const KindWords& words_of(ErrorKind kind) {
  return *std::ranges::find(kKindWords, kind, &KindWords::kind);
}

// What providers call a kind, in `type` or `code`.
struct Word {
  std::string_view word;
  ErrorKind kind;
};
constexpr Word kWords[] = {
    {"api_error", ErrorKind::api},
    {"authentication_error", ErrorKind::authentication},
    {"billing_error", ErrorKind::billing},
    {"context_length_exceeded", ErrorKind::invalid},
    {"insufficient_quota", ErrorKind::billing},
    {"invalid_api_key", ErrorKind::authentication},
    {"invalid_request_error", ErrorKind::invalid},
    {"model_not_found", ErrorKind::not_found},
    {"not_found_error", ErrorKind::not_found},
    {"overloaded", ErrorKind::overloaded},
    {"overloaded_error", ErrorKind::overloaded},
    {"permission_error", ErrorKind::permission},
    {"rate_limit_error", ErrorKind::rate_limit},
    {"rate_limit_exceeded", ErrorKind::rate_limit},
    {"request_too_large", ErrorKind::too_large},
    {"requests", ErrorKind::rate_limit},
    {"server_error", ErrorKind::api},
    {"timeout_error", ErrorKind::timeout},
    {"tokens", ErrorKind::rate_limit},
};

std::optional<ErrorKind> kind_of_word(const RawJson& word) {
  if (auto number = word.integer(); number && *number >= 400 && *number < 600) {
    return kind_of(static_cast<int>(*number));
  }
  const auto* known =
      std::ranges::find_if(kWords, [&](const Word& one) { return word.is(one.word); });
  return known == std::end(kWords) ? std::nullopt : std::optional(known->kind);
}

// Our own slugs. `final`: asking again changes nothing until a person does something.
struct SlugRow {
  std::string_view slug;
  ErrorKind kind;
  int status;  // 0: the kind's
  std::string_view code;
  bool final;
};
constexpr SlugRow kSlugs[] = {
    {kBudgetExhausted, ErrorKind::billing, 0, "insufficient_quota", true},
    {"budget-paused", ErrorKind::billing, 0, "budget_paused", true},
    {"unknown-price", ErrorKind::invalid, 0, "unknown_price", true},
    {kRateLimited, ErrorKind::rate_limit, 0, "rate_limit_exceeded", false},
    {kUnknownModel, ErrorKind::not_found, 0, "model_not_found", true},
    {kRefusedByPolicy, ErrorKind::permission, 0, "refused_by_policy", true},
    {kUpstreamTimeout, ErrorKind::timeout, 0, "upstream_timeout", false},
    {kUpstreamUnavailable, ErrorKind::overloaded, 0, "upstream_unavailable", false},
    {kUpstreamMalformed, ErrorKind::api, 502, "upstream_malformed", false},
    {kUpstreamCut, ErrorKind::api, 502, "upstream_cut", false},
    {kUpstreamError, ErrorKind::api, 502, "upstream_error", false},
    {"locked", ErrorKind::permission, 423, "locked", true},
};

const SlugRow* slug_row(std::string_view slug) {
  const auto* row = std::ranges::find(kSlugs, slug, &SlugRow::slug);
  return row == std::end(kSlugs) ? nullptr : row;
}

ErrorKind kind_of_fault(Fault fault) {
  switch (fault) {
    case Fault::unauthenticated: return ErrorKind::authentication;
    case Fault::forbidden:
    case Fault::locked: return ErrorKind::permission;
    case Fault::not_found:
    case Fault::not_allowed:
    case Fault::gone: return ErrorKind::not_found;
    case Fault::timeout: return ErrorKind::timeout;
    case Fault::conflict: return ErrorKind::conflict;
    case Fault::too_large: return ErrorKind::too_large;
    case Fault::too_many: return ErrorKind::rate_limit;
    case Fault::internal: return ErrorKind::api;
    case Fault::unavailable:
    case Fault::no_space: return ErrorKind::overloaded;
    case Fault::malformed:
    case Fault::unsupported:
    case Fault::range:
    case Fault::invalid: return ErrorKind::invalid;
  }
  return ErrorKind::api;
}

JsonWriter& text_or_null(JsonWriter& out, std::string_view name, std::string_view text) {
  out.key(name);
  return text.empty() ? out.null() : out.string(text);
}

}  // namespace

int status_of(ErrorKind kind, Dialect dialect) {
  const KindWords& words = words_of(kind);
  return dialect == Dialect::messages ? words.anthropic_status : words.openai_status;
}

ErrorKind kind_of(int status) {
  switch (status) {
    case 401: return ErrorKind::authentication;
    case 402: return ErrorKind::billing;
    case 403: return ErrorKind::permission;
    case 404: return ErrorKind::not_found;
    case 408:
    case 504: return ErrorKind::timeout;
    case 409: return ErrorKind::conflict;
    case 413: return ErrorKind::too_large;
    case 429: return ErrorKind::rate_limit;
    case 503:
    case 529: return ErrorKind::overloaded;
    default: return status >= 400 && status < 500 ? ErrorKind::invalid : ErrorKind::api;
  }
}

bool holds_error(const RawJson& body) {
  const RawJson error = body.member("error");
  const bool truthy = error && !error.is_false() && error.text() != "\"\"" && error.text() != "0";
  return truthy || body.member("type").is("error");
}

ModelError read_error(const RawJson& body, int status) {
  RawJson error = body.member("error");
  if (!error) error = body.at("response", "error");  // of response.failed
  if (!error) error = body;                          // responses' event says it at the top
  ModelError said;
  const RawJson code = error.member("code");
  const RawJson type = error.member("type");
  auto word = kind_of_word(code);
  if (!word) word = kind_of_word(type);
  if (status != 0) said.kind = kind_of(status);
  // One status stands for two things: too fast, and paid up.
  if (word && (status == 0 || (status == 429 && *word == ErrorKind::billing))) said.kind = *word;
  said.message =
      clipped((error.is_string() ? error : error.member("message")).decoded(), kMaxUpstreamMessage);
  if (said.message.empty()) said.message = "The provider reported an error without a message.";
  if (code) said.code = code.is_string() ? code.decoded() : std::string(code.text());
  said.code = clipped(said.code, kMaxUpstreamWord);
  said.param = clipped(error.member("param").decoded(), kMaxUpstreamWord);
  return said;
}

std::string error_body(const ModelError& error, Dialect dialect) {
  const KindWords& words = words_of(error.kind);
  JsonWriter out;
  out.begin_object();
  if (dialect == Dialect::messages) {
    out.field("type", "error").key("error").begin_object();
    out.field("type", words.anthropic_type).field("message", error.message).end_object();
    return out.end_object().take();
  }
  out.key("error").begin_object().field("message", error.message);
  out.field("type", words.openai_type);
  text_or_null(out, "param", error.param);
  text_or_null(out, "code", error.code).end_object();
  return out.end_object().take();
}

void write_error_event(std::string& out, const ModelError& error, Dialect dialect,
                       std::int64_t sequence) {
  if (dialect != Dialect::responses) {
    write_sse(out, dialect == Dialect::messages ? "error" : "", error_body(error, dialect));
    return;
  }
  JsonWriter event;
  event.begin_object().field("type", "error");
  text_or_null(event, "code", error.code.empty() ? words_of(error.kind).openai_type : error.code);
  event.field("message", error.message);
  text_or_null(event, "param", error.param).field("sequence_number", sequence).end_object();
  write_sse(out, "error", event.text());
}

ModelError model_error(const Error& error) {
  const SlugRow* row = slug_row(error.type);
  ModelError told{row ? row->kind : kind_of_fault(error.fault), error.detail, {}, error.field};
  told.code = row ? row->code : error.type;
  std::ranges::replace(told.code, '-', '_');
  return told;
}

Refusal refusal(const Error& error, Dialect dialect, std::optional<std::int64_t> retry_after_ms) {
  const SlugRow* row = slug_row(error.type);
  const ModelError told = model_error(error);
  Refusal made;
  made.status = row && row->status != 0 ? row->status : status_of(told.kind, dialect);
  made.headers.emplace_back("content-type", "application/json");
  if (row && row->final) {
    made.headers.emplace_back("x-should-retry", "false");
  } else if (retry_after_ms && *retry_after_ms > 0) {
    made.headers.emplace_back("retry-after-ms", std::to_string(*retry_after_ms));
    made.headers.emplace_back("retry-after", std::to_string((*retry_after_ms + 999) / 1'000));
  }
  made.body = error_body(told, dialect);
  return made;
}

}  // namespace guildhall::gateway
