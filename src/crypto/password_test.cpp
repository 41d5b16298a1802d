#include "crypto/password.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/limits.h"

namespace guildhall {

TEST_CASE("password: right, wrong, salted, and no hash at all") {
  Secret password(std::string("correct horse battery"));
  auto hash = crypto::hash_password(password);
  auto again = crypto::hash_password(password);
  REQUIRE(hash.has_value());
  REQUIRE(again.has_value());
  CHECK(hash->starts_with("$argon2id$v=19$m=65536,t=2,p=1$"));
  CHECK(*hash != *again);
  CHECK(crypto::check_password(*hash, password).value());
  CHECK_FALSE(crypto::check_password(*hash, Secret(std::string("correct horse batterz"))).value());
  CHECK_FALSE(crypto::check_password(*hash, Secret(std::string())).value());
  CHECK_FALSE(crypto::check_password("", password).value());
  CHECK_FALSE(crypto::check_password("$argon2id$v=19$m=65536,t=2", password).value());
  CHECK_FALSE(crypto::check_password(std::string(500, 'x'), password).value());
  auto refused = crypto::hash_password(Secret(std::string(kMaxPasswordBytes + 1, 'x')));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().type == "bad-password");
}

TEST_CASE("password: a crowd is turned away, and those inside still get their answer") {
  Secret password(std::string("correct horse battery"));
  std::string hash = crypto::hash_password(password).value();
  constexpr int kCrowd = 24;
  std::atomic<int> right{0};
  std::atomic<int> turned_away{0};
  std::atomic<int> other{0};
  std::atomic<bool> start{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < kCrowd; ++i) {
    threads.emplace_back([&] {
      while (!start) std::this_thread::yield();
      auto answer = crypto::check_password(hash, password);
      if (answer && *answer)
        ++right;
      else if (!answer && answer.error().type == "busy")
        ++turned_away;
      else
        ++other;
    });
  }
  start = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(other == 0);
  CHECK(right + turned_away == kCrowd);
  CHECK(right >= kMaxPasswordChecks);
  CHECK(crypto::check_password(hash, password).value());  // every place was given back
}

}  // namespace guildhall
