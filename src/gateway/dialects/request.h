// A client's request to a model: what must be known of it before it is dispatched, and the same
// request as it goes to the provider.
//
// A closed list says which members may pass. Refused are those that cannot be bounded or that make
// the provider fetch, run or keep something: stored or background responses, references to earlier
// ones, tools that the provider executes, addresses of images and files. The provider's bytes are
// the client's, with the model's name and the few members below spliced in; nothing else is written
// anew.
//
// Concurrency: a value; const members are pure.
// Limits: kMaxModelBody bytes, kMaxModelName, kMaxChoices, kMaxOutputTokens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "gateway/dialects/dialect.h"
#include "gateway/dialects/raw_json.h"

namespace guildhall::gateway {

struct RequestFacts {
  std::string model;  // as the client named it; empty for `models`
  bool stream = false;
  bool wants_usage = false;  // the client asked for the usage chunk of a chat stream
  bool tools = false;
  std::int64_t choices = 1;
  // Of all choices together; absent when the client set no limit. 0 where nothing is generated.
  std::optional<std::int64_t> max_output_tokens;
  // Never fewer than the provider will count: a token is at least one byte, an image or a document
  // at most what limits.h states.
  std::int64_t input_tokens_bound = 0;
};

// What is written into a request on its way.
struct Rewrite {
  std::string_view model;  // the provider's name of it
  // Set where the client set none, per choice.
  std::optional<std::int64_t> max_output_tokens;
};

class Request {
 public:
  // Errors: malformed/"bad-json"; too_large/"body-too-large"; invalid/"invalid-request" with the
  // member; forbidden/"refused-by-policy" with the member.
  static Result<Request> read(Operation operation, std::string body);

  Operation operation() const { return operation_; }
  const RequestFacts& facts() const { return facts_; }
  std::string_view body() const { return body_; }
  // To a provider of the same dialect. Besides `how`: a chat stream asks for its usage, and a
  // response is not stored (`store` is true there unless said otherwise).
  std::string for_upstream(const Rewrite& how) const;

 private:
  Request(Operation operation, std::string body) : operation_(operation), body_(std::move(body)) {}

  Operation operation_;
  std::string body_;
  RequestFacts facts_;
};

}  // namespace guildhall::gateway
