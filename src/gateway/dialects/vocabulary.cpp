#include "gateway/dialects/vocabulary.h"

#include <algorithm>
#include <span>
#include <utility>

namespace guildhall::gateway {
namespace {

// Sets `count` where the provider says one.
bool take_count(std::int64_t& count, const RawJson& said) {
  const auto number = said.integer();
  if (!number) return false;
  count = std::max<std::int64_t>(*number, 0);
  return true;
}

void take_anthropic(Usage& usage, const RawJson& said) {
  std::int64_t plain = usage.input - usage.cached - usage.cache_write;
  take_count(plain, said.member("input_tokens"));
  take_count(usage.cached, said.member("cache_read_input_tokens"));
  take_count(usage.cache_write, said.member("cache_creation_input_tokens"));
  usage.input = plain + usage.cached + usage.cache_write;
  take_count(usage.output, said.member("output_tokens"));
}

// Chat and responses name the same things differently.
void take_openai(Usage& usage, const RawJson& said) {
  const bool chat = said.member("prompt_tokens").present();
  const RawJson input = said.member(chat ? "prompt_tokens_details" : "input_tokens_details");
  const RawJson output = said.member(chat ? "completion_tokens_details" : "output_tokens_details");
  take_count(usage.input, said.member(chat ? "prompt_tokens" : "input_tokens"));
  take_count(usage.output, said.member(chat ? "completion_tokens" : "output_tokens"));
  take_count(usage.cached, input.member("cached_tokens"));
  take_count(usage.cache_write, input.member("cache_write_tokens"));
  take_count(usage.reasoning, output.member("reasoning_tokens"));
}

constexpr std::pair<std::string_view, std::string_view> kToStopReason[] = {
    {"stop", "end_turn"},
    {"length", "max_tokens"},
    {"tool_calls", "tool_use"},
    {"content_filter", "refusal"},
};
constexpr std::pair<std::string_view, std::string_view> kToFinishReason[] = {
    {"end_turn", "stop"},          {"stop_sequence", "stop"},
    {"max_tokens", "length"},      {"tool_use", "tool_calls"},
    {"refusal", "content_filter"}, {"model_context_window_exceeded", "length"},
};

std::optional<std::string_view> word_for(
    std::span<const std::pair<std::string_view, std::string_view>> table, std::string_view word) {
  const auto row = std::ranges::find(table, word, [](const auto& one) { return one.first; });
  return row == table.end() ? std::nullopt : std::optional(row->second);
}

}  // namespace

void take_usage(std::optional<Usage>& known, const RawJson& usage, Dialect dialect) {
  if (!usage.is_object()) return;
  if (!known) known.emplace();
  if (dialect == Dialect::messages) {
    take_anthropic(*known, usage);
  } else {
    take_openai(*known, usage);
  }
}

void write_usage(JsonWriter& out, const Usage& usage, Dialect dialect) {
  out.begin_object();
  if (dialect == Dialect::messages) {
    const std::int64_t plain = usage.input - usage.cached - usage.cache_write;
    out.field("input_tokens", std::max<std::int64_t>(plain, 0));
    out.field("cache_creation_input_tokens", usage.cache_write);
    out.field("cache_read_input_tokens", usage.cached).field("output_tokens", usage.output);
  } else {
    out.field("prompt_tokens", usage.input).field("completion_tokens", usage.output);
    out.field("total_tokens", usage.input + usage.output);
    out.key("prompt_tokens_details").begin_object();
    out.field("cached_tokens", usage.cached).end_object();
    out.key("completion_tokens_details").begin_object();
    out.field("reasoning_tokens", usage.reasoning).end_object();
  }
  out.end_object();
}

std::optional<std::string_view> stop_reason_of(std::string_view finish_reason, bool tools) {
  const auto word = word_for(kToStopReason, finish_reason);
  return word && tools && *word == "end_turn" ? "tool_use" : word;
}

std::optional<std::string_view> finish_reason_of(std::string_view stop_reason) {
  return word_for(kToFinishReason, stop_reason);
}

RawJson reasoning_of(const RawJson& message) {
  const RawJson found = message.member(kReasoning);
  return found ? found : message.member("reasoning");
}

}  // namespace guildhall::gateway
