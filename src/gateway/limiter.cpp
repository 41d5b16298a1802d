#include "gateway/limiter.h"

#include "base/limits.h"

namespace guildhall::gateway {
namespace {

std::int64_t bound(std::int64_t rate) { return rate > 0 ? rate : kNoBound; }

// Other rates are another pot's definition: what is held under the old ones goes back.
std::int64_t version_of(const Rates& rates) { return rates.requests * 1'000'003 + rates.tokens; }

}  // namespace

std::int64_t rate_retry_ms(TimeMs now) { return kLimitWindowMs - now % kLimitWindowMs; }

Result<Share> take_share(Pots& pots, ProjectId project, std::int64_t whose, const Rates& rates,
                         std::int64_t tokens, TimeMs now) {
  if (rates.requests <= 0 && rates.tokens <= 0) return Share{};
  if (tokens > bound(rates.tokens)) {
    return fail(Fault::too_large, "over-rate",
                "One request of more tokens than a minute may have.");
  }
  TimeMs window = now - now % kLimitWindowMs;
  Pot pot{{project, whose, window},
          {bound(rates.requests), bound(rates.tokens)},
          version_of(rates),
          window + 2 * kLimitWindowMs};
  auto hold = pots.hold(pot, {1, tokens});
  if (hold) return Share{*std::move(hold)};
  auto type = hold.error().type;
  if (type != "budget-exhausted" && type != "budget-reserved") {
    return std::unexpected(std::move(hold).error());
  }
  return fail(Fault::too_many, "rate-limited", "So much a minute is what is allowed.");
}

}  // namespace guildhall::gateway
