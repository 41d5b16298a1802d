#include "store/postgres/server_clock.h"

#include <doctest/doctest.h>

namespace guildhall::store::postgres {
namespace {

TEST_CASE("the least late answer tells the server's time to all connections") {
  ServerClock clock;
  CHECK(clock.is_old(1'000));
  clock.learn(50'900, 1'000);  // 100 ms late
  CHECK(clock.at(1'000) == 50'900);
  clock.learn(51'010, 1'010);
  clock.learn(50'820, 1'020);  // 200 ms late: another connection's slow answer
  CHECK(clock.at(1'030) == 51'030);
  CHECK_FALSE(clock.is_old(1'020 + kClockAgeMs));
  CHECK(clock.is_old(1'021 + kClockAgeMs));
}

TEST_CASE("a server clock that is set forward is followed at once, one set back in time") {
  ServerClock clock;
  clock.learn(10'000, 1'000);
  clock.learn(3'610'000, 1'000);
  CHECK(clock.at(1'000) == 3'610'000);
  std::int64_t here_ms = 1'001 + kClockWindowMs;
  clock.learn(here_ms, here_ms);
  CHECK(clock.at(here_ms) > 3'600'000);  // nobody's time goes back for one odd answer
  here_ms += 1 + kClockWindowMs;
  clock.learn(here_ms, here_ms);
  CHECK(clock.at(here_ms) == here_ms);
}

}  // namespace
}  // namespace guildhall::store::postgres
