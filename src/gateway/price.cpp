#include "gateway/price.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"

namespace guildhall::gateway {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kPriceTokens = 1'000'000;

std::int64_t within(std::int64_t tokens) {
  return std::clamp<std::int64_t>(tokens, 0, kMaxExchangeTokens);
}

}  // namespace

std::int64_t cost_of(const Usage& usage, const Price& price) {
  std::int64_t cached = std::min(within(usage.cached), within(usage.input));
  Wide sum = Wide(within(usage.input) - cached) * price.input + Wide(cached) * price.cached_input +
             Wide(within(usage.output)) * price.output;
  Wide cost = (sum + kPriceTokens - 1) / kPriceTokens;
  return static_cast<std::int64_t>(std::min(cost, Wide(kMaxBudgetAmount)));
}

Result<WorstCase> worst_case(const Ask& ask, const std::optional<Price>& price,
                             const OutputBounds& bounds, std::int64_t context) {
  if (!price) {
    return fail(Fault::conflict, "unknown-price", "What this model costs is not known.");
  }
  std::int64_t output = ask.most_output.value_or(bounds.otherwise);
  if (bounds.ceiling > 0) output = std::min(output, bounds.ceiling);
  if (output <= 0 || ask.choices <= 0) {
    return fail(Fault::invalid, "no-output-bound",
                "Say how many tokens the answer may have: this model has no default.",
                "/max_tokens");
  }
  std::int64_t most = context > 0 ? std::min(context, kMaxExchangeTokens) : kMaxExchangeTokens;
  if (ask.input_bound > most || output > kMaxExchangeTokens / ask.choices ||
      ask.input_bound > kMaxExchangeTokens / ask.choices) {
    return fail(Fault::too_large, "context-too-long",
                fmt::format("This model takes at most {} tokens.", most));
  }
  Price dearest = *price;
  dearest.input = std::max(price->input, price->cached_input);
  Usage usage{ask.input_bound * ask.choices, 0, output * ask.choices};
  return WorstCase{
      ask.input_bound, output, ask.choices, {cost_of(usage, dearest), usage.input + usage.output}};
}

Settled settle(const Outcome& outcome, const WorstCase& worst, const Price& price) {
  if (outcome.ending == Ending::unsent || outcome.ending == Ending::refused) return {};
  Settled out;
  out.measured = outcome.final_usage && outcome.input && outcome.output;
  out.usage.input = within(outcome.input.value_or(worst.input_bound * worst.choices));
  out.usage.cached = within(outcome.cached.value_or(0));
  std::int64_t said = within(outcome.output.value_or(0));
  std::int64_t most = worst.most_output * worst.choices;
  out.usage.output = out.measured ? said : std::max(said, std::min(outcome.streamed_bytes, most));
  out.amount = {cost_of(out.usage, price), out.usage.input + out.usage.output};
  return out;
}

}  // namespace guildhall::gateway
