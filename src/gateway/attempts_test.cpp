#include "gateway/attempts.h"

#include <doctest/doctest.h>

#include <map>

#include "base/clock.h"
#include "gateway/breaker.h"

namespace guildhall::gateway {
namespace {

using Kind = NextStep::Kind;

AttemptEnd answered(int status, std::optional<std::int64_t> after = {}) {
  return {AttemptFault::answered, status, after, false};
}

}  // namespace

TEST_CASE("attempts: what each end of an attempt leads to") {
  SeededRandom random(1);
  auto first = [&](const AttemptEnd& end) { return Attempts(2, random).after(end).kind; };
  CHECK(first({}) == Kind::done);
  for (int status : {408, 409, 429, 500, 502, 503, 504, 529}) {
    CHECK(first(answered(status)) == Kind::again);
  }
  for (int status : {401, 402, 403, 404}) CHECK(first(answered(status)) == Kind::next_target);
  for (int status : {400, 413, 422, 301}) CHECK(first(answered(status)) == Kind::give_up);
  CHECK(first({AttemptFault::no_connection}) == Kind::again);
  CHECK(first({AttemptFault::cut}) == Kind::again);
  CHECK(first({AttemptFault::timeout}) == Kind::next_target);
  CHECK(first({AttemptFault::resting}) == Kind::next_target);
  CHECK(first(answered(429, kMaxAttemptPauseMs)) == Kind::again);
  CHECK(first(answered(429, kMaxAttemptPauseMs + 1)) == Kind::next_target);
}

TEST_CASE("attempts: nothing after a byte went out, whatever happened") {
  SeededRandom random(1);
  for (auto fault : {AttemptFault::no_connection, AttemptFault::cut, AttemptFault::timeout,
                     AttemptFault::answered}) {
    Attempts attempts(4, random);
    CHECK(attempts.after({fault, 503, {}, true}).kind == Kind::give_up);
  }
}

TEST_CASE("attempts: any run of ends is short, goes forward only, and waits within its bounds") {
  SeededRandom random(9);
  std::map<Kind, int> seen;
  for (int run = 0; run < 20'000; ++run) {
    auto targets = static_cast<std::size_t>(1 + random.below(4));
    Attempts attempts(targets, random);
    int tries = 0, here = 0;
    for (;;) {
      REQUIRE(attempts.target() < targets);
      std::size_t before = attempts.target();
      AttemptEnd end{static_cast<AttemptFault>(1 + random.below(5)),
                     static_cast<int>(400 + random.below(130)),
                     {},
                     false};
      if (random.below(3) == 0)
        end.retry_after_ms = static_cast<std::int64_t>(random.below(20'000));
      bool made = end.fault != AttemptFault::resting;
      tries += made ? 1 : 0;
      here += made ? 1 : 0;
      REQUIRE(here <= kMaxTargetAttempts);
      REQUIRE(tries <= kMaxAttempts);
      auto next = attempts.after(end);
      ++seen[next.kind];
      if (next.kind == Kind::give_up) break;
      if (next.kind == Kind::next_target) {
        REQUIRE(attempts.target() == before + 1);
        here = 0;
        continue;
      }
      REQUIRE(attempts.target() == before);
      REQUIRE(next.pause_ms >= std::max(kAttemptPauseMs / 2, end.retry_after_ms.value_or(0)));
      REQUIRE(next.pause_ms <= kMaxAttemptPauseMs);
    }
  }
  CHECK(seen.size() == 3);
}

TEST_CASE("breaker: rests after faults in a row, lets one through, and rests longer") {
  FakeClock clock;
  Breaker breaker(clock);
  for (int i = 1; i < kBreakerFaults; ++i) breaker.failed();
  breaker.succeeded();
  for (int i = 1; i < kBreakerFaults; ++i) breaker.failed();
  CHECK(breaker.admits());
  breaker.failed();
  CHECK(breaker.state() == Breaker::State::open);
  CHECK_FALSE(breaker.admits());
  clock.advance_ms(kBreakerRestMs - 1);
  CHECK_FALSE(breaker.admits());
  clock.advance_ms(1);
  CHECK(breaker.admits());
  CHECK_FALSE(breaker.admits());  // one only
  breaker.failed();
  clock.advance_ms(kBreakerRestMs);
  CHECK_FALSE(breaker.admits());
  clock.advance_ms(kBreakerRestMs);
  CHECK(breaker.admits());
  // Nobody said what came of it: another may try after a rest.
  clock.advance_ms(2 * kBreakerRestMs);
  CHECK(breaker.admits());
  breaker.succeeded();
  CHECK(breaker.admits());
  CHECK(breaker.state() == Breaker::State::closed);
  for (int i = 0; i < 40; ++i) {  // however long it is down
    for (int fault = 0; fault < kBreakerFaults; ++fault) breaker.failed();
    clock.advance_ms(kMaxBreakerRestMs);
    CHECK(breaker.admits());
  }
}

}  // namespace guildhall::gateway
