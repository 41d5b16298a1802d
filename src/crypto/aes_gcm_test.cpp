#include "crypto/aes_gcm.h"

#include <doctest/doctest.h>

#include "base/random.h"
#include "crypto/wycheproof.h"

namespace guildhall::crypto {
namespace {

Result<std::string> open(std::string_view key, std::string_view nonce, std::string_view aad,
                         std::string_view sealed) {
  std::string out(sealed.size() < kGcmTagBytes ? 0 : sealed.size() - kGcmTagBytes, '?');
  TRY(AesGcm(key).open(nonce, aad, sealed, out));
  return out;
}

}  // namespace

TEST_CASE("aes gcm: every changed bit is noticed, and nothing is handed out") {
  SeededRandom random(9);
  const std::string key = random.bytes(32);
  const std::string nonce = random.bytes(kGcmNonceBytes);
  std::string sealed;
  AesGcm(key).seal(nonce, "context", "plain text", sealed);
  REQUIRE(open(key, nonce, "context", sealed).value() == "plain text");
  const std::string parts[] = {key, nonce, "context", sealed};
  for (std::size_t part = 0; part < std::size(parts); ++part) {
    for (std::size_t bit = 0; bit < parts[part].size() * 8; ++bit) {
      std::string wrong[] = {parts[0], parts[1], parts[2], parts[3]};
      wrong[part][bit / 8] = static_cast<char>(wrong[part][bit / 8] ^ (1 << (bit % 8)));
      auto opened = open(wrong[0], wrong[1], wrong[2], wrong[3]);
      REQUIRE_FALSE(opened.has_value());
      CHECK(opened.error().type == "bad-seal");
    }
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    CHECK_FALSE(open(key, nonce, "context", sealed.substr(0, size)).has_value());
  }
  std::string out(sealed.size() - kGcmTagBytes, '?');
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  CHECK_FALSE(AesGcm(key).open(nonce, "context", sealed, out).has_value());
  CHECK(out == std::string(out.size(), '\0'));
}

TEST_CASE("aes gcm: one object, many messages, both ways in turn") {
  SeededRandom random(10);
  AesGcm cipher(random.bytes(32));
  for (std::size_t size = 0; size < 100; ++size) {
    const std::string nonce = random.bytes(kGcmNonceBytes);
    const std::string plain = random.bytes(size);
    std::string sealed = "before";
    cipher.seal(nonce, "", plain, sealed);
    CHECK(sealed.size() == 6 + size + kGcmTagBytes);
    std::string out(size, '?');
    REQUIRE(cipher.open(nonce, "", std::string_view(sealed).substr(6), out).has_value());
    CHECK(out == plain);
  }
}

TEST_CASE("aes gcm: Project Wycheproof, nonces of 96 bits, keys of 128 and 256") {
  int seen = 0;
  each_wycheproof("aes_gcm_test.json", [&](const json::value& group, const json::value& test) {
    const auto key_bits = as_int(*find(group, "keySize"));
    if (as_int(*find(group, "ivSize")) != 96 || key_bits == 192) return;
    ++seen;
    const std::string key = hex_member(test, "key");
    const std::string nonce = hex_member(test, "iv");
    const std::string aad = hex_member(test, "aad");
    const std::string expected = hex_member(test, "ct") + hex_member(test, "tag");
    auto opened = open(key, nonce, aad, expected);
    REQUIRE(opened.has_value() == is_valid(test));
    std::string sealed;
    AesGcm(key).seal(nonce, aad, hex_member(test, "msg"), sealed);
    CHECK((sealed == expected) == is_valid(test));
    if (opened) CHECK(*opened == hex_member(test, "msg"));
  });
  MESSAGE("vectors that apply: " << seen);
}

}  // namespace guildhall::crypto
