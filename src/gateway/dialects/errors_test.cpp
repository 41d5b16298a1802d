#include "gateway/dialects/errors.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "base/limits.h"

namespace guildhall::gateway {
namespace {

std::string header(const Refusal& refusal, std::string_view name) {
  for (const auto& [key, value] : refusal.headers) {
    if (key == name) return value;
  }
  return "";
}

TEST_CASE("gateway errors: an exhausted budget is not tried again") {
  const Error error{Fault::too_many, kBudgetExhausted, "The budget is used up.", {}};
  const Refusal chat = refusal(error, Dialect::chat, 5'000);
  CHECK(chat.status == 429);
  CHECK(header(chat, "x-should-retry") == "false");
  CHECK(header(chat, "retry-after") == "");
  CHECK(chat.body == R"({"error":{"message":"The budget is used up.","type":"insufficient_quota",)"
                     R"("param":null,"code":"insufficient_quota"}})");
  const Refusal messages = refusal(error, Dialect::messages);
  CHECK(messages.status == 402);
  CHECK(messages.body == R"({"type":"error","error":{"type":"billing_error",)"
                         R"("message":"The budget is used up."}})");
}

TEST_CASE("gateway errors: a rate limit says when to come again") {
  const Error error{Fault::too_many, kRateLimited, "Too fast.", {}};
  for (Dialect dialect : {Dialect::chat, Dialect::responses, Dialect::messages}) {
    const Refusal told = refusal(error, dialect, 1'001);
    CHECK(told.status == 429);
    CHECK(header(told, "retry-after-ms") == "1001");
    CHECK(header(told, "retry-after") == "2");
    CHECK(header(told, "x-should-retry") == "");
  }
}

TEST_CASE("gateway errors: each refusal in both dialects") {
  struct Case {
    Error error;
    int chat, messages;
    std::string_view chat_type, messages_type, code;
  };
  const Case kCases[] = {
      {{Fault::not_found, kUnknownModel, "x", "model"},
       404,
       404,
       "invalid_request_error",
       "not_found_error",
       "model_not_found"},
      {{Fault::unavailable, kUpstreamTimeout, "x", {}},
       504,
       504,
       "timeout_error",
       "timeout_error",
       "upstream_timeout"},
      {{Fault::unavailable, kUpstreamUnavailable, "x", {}},
       503,
       529,
       "server_error",
       "overloaded_error",
       "upstream_unavailable"},
      {{Fault::malformed, kUpstreamMalformed, "x", {}},
       502,
       502,
       "server_error",
       "api_error",
       "upstream_malformed"},
      {{Fault::too_large, "body-too-large", "x", {}},
       413,
       413,
       "invalid_request_error",
       "request_too_large",
       "body_too_large"},
      {{Fault::locked, "locked", "x", {}},
       423,
       423,
       "permission_error",
       "permission_error",
       "locked"},
      {{Fault::forbidden, kRefusedByPolicy, "x", "/store"},
       403,
       403,
       "permission_error",
       "permission_error",
       "refused_by_policy"},
      {{Fault::invalid, kNotTranslatable, "x", "/seed"},
       400,
       400,
       "invalid_request_error",
       "invalid_request_error",
       "not_translatable"},
      {{Fault::malformed, "bad-json", "x", {}},
       400,
       400,
       "invalid_request_error",
       "invalid_request_error",
       "bad_json"},
      {{Fault::unauthenticated, "no-key", "x", {}},
       401,
       401,
       "authentication_error",
       "authentication_error",
       "no_key"},
      {{Fault::internal, "internal", "x", {}}, 500, 500, "server_error", "api_error", "internal"},
  };
  for (const Case& one : kCases) {
    const Refusal chat = refusal(one.error, Dialect::chat);
    const Refusal messages = refusal(one.error, Dialect::messages);
    CHECK(chat.status == one.chat);
    CHECK(messages.status == one.messages);
    const json::value chat_body = *parse_json(chat.body);
    const json::value& said = *find(chat_body, "error");
    CHECK(view(*find_string(said, "type")) == one.chat_type);
    CHECK(view(*find_string(said, "code")) == one.code);
    CHECK((find(said, "param")->is_null() || view(*find_string(said, "param")) == one.error.field));
    const json::value messages_body = *parse_json(messages.body);
    CHECK(view(*find_string(*find(messages_body, "error"), "type")) == one.messages_type);
  }
}

TEST_CASE("gateway errors: what a provider says is understood, in any of its shapes") {
  const auto kind = [](std::string_view text, int status) {
    return read_error(*RawJson::parse(text), status).kind;
  };
  CHECK(kind(R"({"error":{"code":429,"message":"x"}})", 0) == ErrorKind::rate_limit);
  CHECK(kind(R"({"error":{"type":"overloaded_error"}})", 0) == ErrorKind::overloaded);
  CHECK(kind(R"({"error":{"type":"x","code":"insufficient_quota"}})", 429) == ErrorKind::billing);
  CHECK(kind(R"({"error":{"type":"requests","code":"rate_limit_exceeded"}})", 429) ==
        ErrorKind::rate_limit);
  CHECK(kind(R"({"error":"plain words"})", 0) == ErrorKind::api);
  CHECK(kind(R"({"type":"error","code":"server_error","message":"m"})", 0) == ErrorKind::api);
  CHECK(kind(R"({})", 529) == ErrorKind::overloaded);
  CHECK(read_error(*RawJson::parse(R"({"error":"plain words"})"), 0).message == "plain words");
  CHECK(read_error(RawJson(), 500).message.find("without a message") != std::string::npos);
  const std::string cut =
      read_error(*RawJson::parse(R"({"error":"a)" + std::string(4'094, 'b') + R"(éé"})"), 0)
          .message;
  CHECK(cut.size() == 4'095);  // not within a character
}

}  // namespace
}  // namespace guildhall::gateway
