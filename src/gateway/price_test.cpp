#include "gateway/price.h"

#include <doctest/doctest.h>

#include "base/limits.h"
#include "base/random.h"

namespace guildhall::gateway {
namespace {

constexpr Price kPrice{2'500'000, 1'250'000, 10'000'000};  // 2.50, 1.25 and 10.00 a million

std::string_view why(const Result<WorstCase>& result) {
  return result ? std::string_view("priced") : result.error().type;
}

}  // namespace

TEST_CASE("price: the worst case, and what has none") {
  auto worst = worst_case({1'000, 100, 2}, kPrice, {}, 0);
  REQUIRE(worst.has_value());
  CHECK(worst->amount == Amount{2 * (2'500 + 1'000), 2 * 1'100});
  CHECK(why(worst_case({1'000, 100, 1}, {}, {}, 0)) == "unknown-price");
  CHECK(why(worst_case({1'000, {}, 1}, kPrice, {}, 0)) == "no-output-bound");
  CHECK(why(worst_case({1'000, 0, 1}, kPrice, {}, 0)) == "no-output-bound");
  CHECK(why(worst_case({1'000, 10, 1}, kPrice, {}, 999)) == "context-too-long");
  CHECK(why(worst_case({1, kMaxExchangeTokens, 2}, kPrice, {}, 0)) == "context-too-long");
  CHECK(worst_case({1, {}, 1}, kPrice, {500, 400}, 0)->most_output == 400);
  CHECK(worst_case({1, 9'000, 1}, kPrice, {500, 400}, 0)->most_output == 400);
  // Where cached input is the dearer one, it is what is reserved for.
  CHECK(worst_case({1'000'000, 1, 1}, Price{1, 9, 0}, {}, 0)->amount.units == 9);
}

TEST_CASE("price: settled by the provider's word, and otherwise by what is known") {
  auto worst = *worst_case({1'000, 100, 1}, kPrice, {}, 0);
  auto full = settle({Ending::answered, 800, 300, 50, true, 400}, worst, kPrice);
  CHECK(full.measured);
  CHECK(full.amount == Amount{500 * 5 / 2 + 300 * 5 / 4 + 500, 850});
  // Cut before any usage came: the bound of the input, and the bytes that came.
  auto cut = settle({Ending::cut, {}, {}, {}, false, 60}, worst, kPrice);
  CHECK_FALSE(cut.measured);
  CHECK(cut.usage == Usage{1'000, 0, 60});
  CHECK(settle({Ending::cut, {}, {}, {}, false, 9'000}, worst, kPrice).usage.output == 100);
  // Never below what the provider has said so far.
  CHECK(settle({Ending::cut, 700, 0, 80, false, 20}, worst, kPrice).usage == Usage{700, 0, 80});
  CHECK(settle({Ending::refused, {}, {}, {}, false, 0}, worst, kPrice).amount.is_zero());
  CHECK(settle({Ending::unsent, {}, {}, {}, false, 0}, worst, kPrice).amount.is_zero());
}

TEST_CASE("price: what is settled without the provider's word is never above the reservation") {
  SeededRandom random(3);
  for (int i = 0; i < 20'000; ++i) {
    auto some = [&](std::uint64_t below) { return static_cast<std::int64_t>(random.below(below)); };
    Price price{some(1ULL << 24), some(1ULL << 24), some(1ULL << 24)};
    Ask ask{some(1 << 20), 1 + some(1 << 16), 1 + some(4)};
    auto worst = *worst_case(ask, price, {}, 0);
    Outcome outcome{Ending::cut, {}, {}, {}, false, some(1 << 24)};
    if (some(2) == 1) outcome.input = some(static_cast<std::uint64_t>(ask.input_bound) + 1);
    auto settled = settle(outcome, worst, price);
    REQUIRE(settled.amount.fits(worst.amount));
  }
  CHECK(cost_of({1, 0, 0}, {1, 0, 0}) == 1);  // rounded up
  CHECK(cost_of({kMaxExchangeTokens, 0, kMaxExchangeTokens}, {kMaxTokenPrice, 0, kMaxTokenPrice}) >
        0);
}

}  // namespace guildhall::gateway
