#include "gateway/dialects/request.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/json.h"
#include "base/limits.h"
#include "gateway/dialects/errors.h"
#include "gateway/dialects/request_policy.h"

namespace guildhall::gateway {
namespace {

std::unexpected<Error> refuse_request(std::string why, std::string field) {
  return fail(Fault::invalid, kInvalidRequest, std::move(why), std::move(field));
}

Result<bool> flag(const RawJson& object, std::string_view name) {
  const RawJson value = object.member(name);
  if (value && !value.is_true() && !value.is_false()) {
    return refuse_request("It is true or false.", fmt::format("/{}", name));
  }
  return value.is_true();
}

// A count from 1 to `most`; nullopt where none is given.
Result<std::optional<std::int64_t>> count_of(const RawJson& body, std::string_view name,
                                             std::int64_t most) {
  const RawJson value = body.member(name);
  if (!value) return std::nullopt;
  const auto count = value.integer();
  if (!count || *count < 1 || *count > most) {
    return refuse_request(fmt::format("It is a whole number from 1 to {}.", most),
                          fmt::format("/{}", name));
  }
  return count;
}

Result<std::string> model_of(const RawJson& body) {
  const RawJson model = body.member("model");
  std::string name = model.decoded();
  if (name.empty() || name.size() > kMaxModelName) {
    return refuse_request(fmt::format("It names a model in 1 to {} bytes.", kMaxModelName),
                          "/model");
  }
  return name;
}

bool generates(Operation operation) {
  return operation == Operation::chat || operation == Operation::responses ||
         operation == Operation::messages;
}

// The largest limit that the client states, for one choice.
Result<std::optional<std::int64_t>> output_limit(Operation operation, const RawJson& body) {
  if (!generates(operation)) return 0;
  std::optional<std::int64_t> limit;
  for (const char* name : {"max_tokens", "max_completion_tokens", "max_output_tokens"}) {
    limit = std::max(limit, TRY(count_of(body, name, kMaxOutputTokens)));
  }
  return limit;
}

std::string_view limit_name(Operation operation) {
  if (operation == Operation::chat) return "max_completion_tokens";
  return operation == Operation::responses ? "max_output_tokens" : "max_tokens";
}

// Replaces parts of one text, front to back.
class Splice {
 public:
  explicit Splice(std::string_view text) : text_(text) {}

  void replace(std::string_view part, std::string by) {
    edits_.push_back(
        {static_cast<std::size_t>(part.data() - text_.data()), part.size(), std::move(by)});
  }

  std::string take() {
    std::ranges::sort(edits_, {}, &Edit::at);
    std::string out;
    std::size_t from = 0;
    for (const Edit& edit : edits_) {
      out.append(text_.substr(from, edit.at - from)).append(edit.by);
      from = edit.at + edit.size;
    }
    return out.append(text_.substr(from));
  }

 private:
  struct Edit {
    std::size_t at, size;
    std::string by;
  };
  std::string_view text_;
  std::vector<Edit> edits_;
};

}  // namespace

Result<Request> Request::read(Operation operation, std::string text) {
  if (text.size() > kMaxModelBody) {
    return fail(Fault::too_large, "body-too-large",
                fmt::format("A request to a model has at most {} bytes.", kMaxModelBody));
  }
  Request request(operation, std::move(text));
  RequestFacts& facts = request.facts_;
  if (operation == Operation::models) {
    if (!request.body_.empty()) return refuse_request("This request has no body.", "");
    facts.max_output_tokens = 0;
    return request;
  }
  const RawJson body = TRY(RawJson::parse(request.body_));
  if (!body.is_object()) return refuse_request("The body is a JSON object.", "");
  TRY(check_members(operation, body));
  const Media media = TRY(check_content(operation, body));
  facts.model = TRY(model_of(body));
  facts.stream = TRY(flag(body, "stream"));
  facts.wants_usage = body.at("stream_options", "include_usage").is_true();
  facts.tools = !body.member("tools").items().empty() || !body.member("functions").items().empty();
  facts.choices = TRY(count_of(body, "n", kMaxChoices))
  .value_or(1);
  facts.max_output_tokens = TRY(output_limit(operation, body));
  if (facts.max_output_tokens) *facts.max_output_tokens *= facts.choices;
  facts.input_tokens_bound = static_cast<std::int64_t>(request.body_.size() - media.bytes) +
                             media.images * kImageTokensBound +
                             media.documents * kDocumentTokensBound + kRequestTokensBound;
  return request;
}

std::string Request::for_upstream(const Rewrite& how) const {
  if (operation_ == Operation::models) return {};
  const RawJson body = RawJson::known(body_);
  const RawJson model = body.member("model");
  std::string spliced;  // the model's name, and members that are not there
  write_json_string(spliced, how.model);
  Splice splice(body_);
  auto set = [&](std::string_view name, const std::string& value) {
    const RawJson old = body.member(name);
    if (old.present()) return splice.replace(old.text(), value);
    spliced += fmt::format(",\"{}\":{}", name, value);
  };
  if (operation_ == Operation::chat && facts_.stream && !facts_.wants_usage) {
    const RawJson options = body.member("stream_options");
    const RawJson old = options.member("include_usage");
    if (old.present()) {
      splice.replace(old.text(), "true");
    } else if (!options.members().empty()) {
      splice.replace(options.text().substr(1, 0), "\"include_usage\":true,");
    } else {
      set("stream_options", "{\"include_usage\":true}");
    }
  }
  if (operation_ == Operation::responses && !body.member("store")) set("store", "false");
  if (how.max_output_tokens && !facts_.max_output_tokens) {
    set(std::string(limit_name(operation_)), std::to_string(*how.max_output_tokens));
  }
  splice.replace(model.text(), spliced);
  return splice.take();
}

}  // namespace guildhall::gateway
