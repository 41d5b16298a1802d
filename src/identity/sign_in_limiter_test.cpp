#include "identity/sign_in_limiter.h"

#include <doctest/doctest.h>

#include "base/limits.h"

namespace guildhall {
using identity::SignInLimiter;

TEST_CASE("sign-in limiter: an e-mail address has its attempts, a window brings new ones") {
  SignInLimiter limiter;
  TimeMs now = 1'000'000;
  for (int i = 0; i < kMaxSignInAttempts; ++i) CHECK(limiter.count("a", "10.0.0.1", now));
  auto refused = limiter.count("a", "10.0.0.2", now);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().type == "too-many-attempts");
  CHECK(refused.error().fault == Fault::too_many);
  CHECK(limiter.count("b", "10.0.0.1", now));
  CHECK_FALSE(limiter.count("a", "10.0.0.1", now + kSignInWindowMs - 1));
  CHECK(limiter.count("a", "10.0.0.1", now + kSignInWindowMs));
}

TEST_CASE("sign-in limiter: a right password clears the e-mail address, not the network") {
  SignInLimiter limiter;
  TimeMs now = 1'000'000;
  for (int i = 0; i < kMaxSignInAttemptsPeer; ++i) {
    CHECK(limiter.count("a", "10.0.0.1", now));
    limiter.succeeded("a");
  }
  CHECK_FALSE(limiter.count("a", "10.0.0.1", now));
  CHECK_FALSE(limiter.count("b", "10.0.0.1", now));
  CHECK(limiter.count("a", "10.0.0.2", now));
}

TEST_CASE("sign-in limiter: a network at its end uses up nobody else's attempts") {
  SignInLimiter limiter;
  TimeMs now = 1'000'000;
  for (int i = 0; i < kMaxSignInAttemptsPeer; ++i) {
    CHECK(limiter.count("x" + std::to_string(i), "10.0.0.1", now));
  }
  for (int i = 0; i < 50; ++i) CHECK_FALSE(limiter.count("victim", "10.0.0.1", now));
  CHECK(limiter.count("victim", "10.0.0.2", now));
}

TEST_CASE("sign-in limiter: its memory ends, and time frees it") {
  SignInLimiter limiter;
  TimeMs now = 1'000'000;
  // Each takes two counters: an address and a network.
  for (std::size_t i = 0; i < kMaxSignInCounters / 2; ++i) {
    CHECK(limiter.count("e" + std::to_string(i), "n" + std::to_string(i), now));
  }
  CHECK_FALSE(limiter.count("new", "new", now));
  CHECK(limiter.count("e1", "n1", now));
  CHECK(limiter.count("new", "new", now + kSignInWindowMs));
}

TEST_CASE("sign-in limiter: what counts as one network") {
  CHECK(identity::peer_network("192.0.2.1") != identity::peer_network("192.0.2.2"));
  CHECK(identity::peer_network("::ffff:192.0.2.1") == identity::peer_network("192.0.2.1"));
  CHECK(identity::peer_network("2001:db8:1:2::1") == identity::peer_network("2001:db8:1:2:3::"));
  CHECK(identity::peer_network("2001:db8:1:2::1") != identity::peer_network("2001:db8:1:3::1"));
}

}  // namespace guildhall
