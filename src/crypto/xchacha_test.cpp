#include "crypto/xchacha.h"

#include <doctest/doctest.h>

#include "base/random.h"
#include "crypto/wycheproof.h"

namespace guildhall::crypto {

TEST_CASE("xchacha: every changed bit and every shorter text is refused") {
  SeededRandom random(2);
  const std::string key = random.bytes(kXChaChaKeyBytes);
  const std::string nonce = random.bytes(kXChaChaNonceBytes);
  const std::string sealed = xchacha_seal(key, nonce, "aad", "plain");
  REQUIRE(xchacha_open(key, nonce, "aad", sealed)->expose() == "plain");
  const std::string parts[] = {key, nonce, "aad", sealed};
  for (std::size_t part = 0; part < std::size(parts); ++part) {
    for (std::size_t bit = 0; bit < parts[part].size() * 8; ++bit) {
      std::string wrong[] = {parts[0], parts[1], parts[2], parts[3]};
      wrong[part][bit / 8] = static_cast<char>(wrong[part][bit / 8] ^ (1 << (bit % 8)));
      auto opened = xchacha_open(wrong[0], wrong[1], wrong[2], wrong[3]);
      REQUIRE_FALSE(opened.has_value());
      CHECK(opened.error().type == "bad-seal");
    }
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    CHECK_FALSE(xchacha_open(key, nonce, "aad", sealed.substr(0, size)).has_value());
  }
}

TEST_CASE("xchacha: Project Wycheproof, nonces of 192 bits") {
  int seen = 0;
  each_wycheproof("xchacha20_poly1305_test.json", [&](const json::value& group,
                                                      const json::value& test) {
    if (as_int(*find(group, "ivSize")) != 192) return;
    ++seen;
    const std::string key = hex_member(test, "key");
    const std::string nonce = hex_member(test, "iv");
    const std::string aad = hex_member(test, "aad");
    const std::string expected = hex_member(test, "ct") + hex_member(test, "tag");
    auto opened = xchacha_open(key, nonce, aad, expected);
    REQUIRE(opened.has_value() == is_valid(test));
    CHECK((xchacha_seal(key, nonce, aad, hex_member(test, "msg")) == expected) == is_valid(test));
    if (opened) CHECK(opened->expose() == hex_member(test, "msg"));
  });
  MESSAGE("vectors that apply: " << seen);
}

}  // namespace guildhall::crypto
