#include "crypto/x25519.h"

#include <doctest/doctest.h>

#include "base/random.h"
#include "crypto/wycheproof.h"

namespace guildhall::crypto {

TEST_CASE("x25519: two people find the same secret") {
  SeededRandom random(5);
  std::string mine = random.bytes(kX25519Bytes);
  std::string theirs = random.bytes(kX25519Bytes);
  auto one = x25519(mine, x25519_public_key(theirs).value());
  auto other = x25519(theirs, x25519_public_key(mine).value());
  REQUIRE(one.has_value());
  REQUIRE(other.has_value());
  CHECK(one->expose() == other->expose());
  CHECK(one->expose() != x25519(mine, x25519_public_key(mine).value())->expose());
}

TEST_CASE("x25519: other lengths, and a key that makes the secret known, are refused") {
  const std::string key(kX25519Bytes, 'k');
  for (std::size_t size : {0U, 31U, 33U}) {
    CHECK_FALSE(x25519_public_key(std::string(size, 'k')).has_value());
    CHECK_FALSE(x25519(std::string(size, 'k'), key).has_value());
    CHECK_FALSE(x25519(key, std::string(size, 'k')).has_value());
  }
  auto zero = x25519(key, std::string(kX25519Bytes, '\0'));
  REQUIRE_FALSE(zero.has_value());
  CHECK(zero.error().type == "bad-key");
}

TEST_CASE("x25519: Project Wycheproof") {
  int refused = 0;
  each_wycheproof("x25519_test.json", [&](const json::value&, const json::value& test) {
    const std::string expected = hex_member(test, "shared");
    auto found = x25519(hex_member(test, "private"), hex_member(test, "public"));
    // "Acceptable" are odd public keys, of which we refuse those alone that give zeros.
    const bool zeros = expected == std::string(kX25519Bytes, '\0');
    REQUIRE(found.has_value() != zeros);
    if (found) CHECK(found->expose() == expected);
    if (zeros) ++refused;
  });
  MESSAGE("refused for a secret of zeros: " << refused);
}

}  // namespace guildhall::crypto
