#include "gateway/dialects/request_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/limits.h"
#include "gateway/dialects/errors.h"

namespace guildhall::gateway {
namespace {

enum class Rule : unsigned char {
  any,
  off,             // absent, null or false: on, it would be one of kReasons
  text_only,       // ["text"]
  standard_tier,   // dearer tiers are no choice of the client's
  stream_options,  // a closed list of its own
};

struct Allowed {
  std::string_view name;
  Rule rule = Rule::any;
};

constexpr Allowed kChatMembers[] = {{"model"},
                                    {"messages"},
                                    {"stream"},
                                    {"stream_options", Rule::stream_options},
                                    {"max_tokens"},
                                    {"max_completion_tokens"},
                                    {"n"},
                                    {"temperature"},
                                    {"top_p"},
                                    {"frequency_penalty"},
                                    {"presence_penalty"},
                                    {"logit_bias"},
                                    {"logprobs"},
                                    {"top_logprobs"},
                                    {"stop"},
                                    {"seed"},
                                    {"tools"},
                                    {"tool_choice"},
                                    {"parallel_tool_calls"},
                                    {"functions"},
                                    {"function_call"},
                                    {"response_format"},
                                    {"reasoning_effort"},
                                    {"verbosity"},
                                    {"user"},
                                    {"safety_identifier"},
                                    {"prompt_cache_key"},
                                    {"metadata"},
                                    {"modalities", Rule::text_only},
                                    {"service_tier", Rule::standard_tier},
                                    {"store", Rule::off},
                                    {"audio", Rule::off},
                                    {"prediction", Rule::off},
                                    {"web_search_options", Rule::off}};
constexpr Allowed kResponsesMembers[] = {{"model"},
                                         {"input"},
                                         {"instructions"},
                                         {"stream"},
                                         {"stream_options", Rule::stream_options},
                                         {"max_output_tokens"},
                                         {"temperature"},
                                         {"top_p"},
                                         {"top_logprobs"},
                                         {"tools"},
                                         {"tool_choice"},
                                         {"parallel_tool_calls"},
                                         {"max_tool_calls"},
                                         {"text"},
                                         {"reasoning"},
                                         {"include"},
                                         {"truncation"},
                                         {"metadata"},
                                         {"user"},
                                         {"safety_identifier"},
                                         {"prompt_cache_key"},
                                         {"service_tier", Rule::standard_tier},
                                         {"store", Rule::off},
                                         {"background", Rule::off},
                                         {"previous_response_id", Rule::off},
                                         {"conversation", Rule::off},
                                         {"prompt", Rule::off}};
constexpr Allowed kMessagesMembers[] = {{"model"},
                                        {"messages"},
                                        {"system"},
                                        {"max_tokens"},
                                        {"stream"},
                                        {"temperature"},
                                        {"top_p"},
                                        {"top_k"},
                                        {"stop_sequences"},
                                        {"tools"},
                                        {"tool_choice"},
                                        {"thinking"},
                                        {"metadata"},
                                        {"cache_control"},
                                        {"output_config"},
                                        {"output_format"},
                                        {"service_tier", Rule::standard_tier},
                                        {"mcp_servers", Rule::off},
                                        {"container", Rule::off},
                                        {"context_management", Rule::off}};
constexpr Allowed kCountMembers[] = {{"model"},
                                     {"messages"},
                                     {"system"},
                                     {"tools"},
                                     {"tool_choice"},
                                     {"thinking"},
                                     {"cache_control"},
                                     {"output_config"},
                                     {"output_format"},
                                     {"mcp_servers", Rule::off},
                                     {"context_management", Rule::off}};
constexpr Allowed kEmbeddingMembers[] = {
    {"model"}, {"input"}, {"dimensions"}, {"encoding_format"}, {"user"}};
constexpr Allowed kStreamOptions[] = {{"include_usage"}, {"include_obfuscation"}};

// What people may ask for knowingly is refused with its reason.
struct Reason {
  std::string_view name, why;
};
constexpr Reason kReasons[] = {
    {"audio", "sound that a model makes is not metered here"},
    {"background", "the reply would outlive the request"},
    {"container", "the provider would run programs"},
    {"context_management", "the provider would rewrite the conversation unseen"},
    {"conversation", "it refers to what the provider keeps"},
    {"mcp_servers", "the provider would call other servers"},
    {"prediction", "rejected predictions are billed beyond the limit of output"},
    {"previous_response_id", "it refers to what the provider keeps"},
    {"prompt", "it refers to what the provider keeps"},
    {"store", "the provider would keep the conversation"},
    {"web_search_options", "the provider would search the web"},
};

std::span<const Allowed> allowed_in(Operation operation) {
  switch (operation) {
    case Operation::chat: return kChatMembers;
    case Operation::responses: return kResponsesMembers;
    case Operation::messages: return kMessagesMembers;
    case Operation::count_tokens: return kCountMembers;
    case Operation::embeddings: return kEmbeddingMembers;
    case Operation::models: return {};
  }
  return {};
}

bool is_off(const RawJson& value) {
  return !value || value.is_false() || (value.is_array() && value.items().empty());
}

bool keeps(Rule rule, const RawJson& value) {
  switch (rule) {
    case Rule::any: return true;
    case Rule::off: return is_off(value);
    case Rule::text_only: {
      const auto items = value.items();
      return !value || (value.is_array() &&
                        std::ranges::all_of(items, [](auto& item) { return item.is("text"); }));
    }
    case Rule::standard_tier:
      return !value || value.is("auto") || value.is("default") || value.is("standard_only");
    case Rule::stream_options: {
      if (!value) return true;
      const auto members = value.members();
      return value.is_object() && std::ranges::all_of(members, [](const auto& member) {
               return std::ranges::any_of(
                   kStreamOptions, [&](const Allowed& one) { return member.key.is(one.name); });
             });
    }
  }
  return false;
}

std::unexpected<Error> refuse_member(const std::string& name, bool known) {
  const auto* reason = std::ranges::find(kReasons, name, &Reason::name);
  std::string why = reason != std::end(kReasons) ? fmt::format("refused here: {}", reason->why)
                    : known                      ? std::string("refused here with this value")
                                                 : std::string("not among what may pass here");
  return fail(Fault::forbidden, kRefusedByPolicy, fmt::format("This member is {}.", why),
              "/" + name);
}

}  // namespace

Result<> check_members(Operation operation, const RawJson& body) {
  const auto list = allowed_in(operation);
  for (const auto& member : body.members()) {
    const auto allowed =
        std::ranges::find_if(list, [&](const Allowed& one) { return member.key.is(one.name); });
    const bool known = allowed != list.end();
    if (!known || !keeps(allowed->rule, member.value)) {
      return refuse_member(clipped(member.key.decoded(), kMaxUpstreamWord), known);
    }
  }
  return {};
}

}  // namespace guildhall::gateway
