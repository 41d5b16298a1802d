#include "crypto/sign.h"

#include <doctest/doctest.h>

#include "crypto/hash.h"
#include "crypto/wycheproof.h"

namespace guildhall::crypto {
namespace {

std::string hex(std::string_view text) { return from_hex(text).value(); }

struct Vector {
  std::string_view seed, public_key, message, signature;
};

// RFC 8032 §7.1, tests 1 to 3.
constexpr Vector kVectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "4"
     "6bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d"
     "8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "6"
     "594a7c15e9716ed28dc027beceea1ec40a"},
};

}  // namespace

TEST_CASE("sign: the vectors of RFC 8032") {
  for (const Vector& vector : kVectors) {
    auto key = SigningKey::from_seed(Secret(hex(vector.seed)));
    REQUIRE(key.has_value());
    CHECK(to_hex(key->public_key()) == vector.public_key);
    CHECK(to_hex(key->sign(hex(vector.message))) == vector.signature);
    CHECK(to_hex(key->seed().expose()) == vector.seed);
  }
}

TEST_CASE("sign: any change of key, message or signature is noticed") {
  SeededRandom random(3);
  SigningKey key = SigningKey::generate(random);
  CHECK(SigningKey::generate(random).public_key() != key.public_key());
  const std::string message = "to be signed";
  const std::string parts[] = {key.public_key(), message, key.sign(message)};
  REQUIRE(verify_signature(parts[0], parts[1], parts[2]));
  for (std::size_t part = 0; part < std::size(parts); ++part) {
    for (std::size_t bit = 0; bit < parts[part].size() * 8; ++bit) {
      std::string wrong[] = {parts[0], parts[1], parts[2]};
      wrong[part][bit / 8] = static_cast<char>(wrong[part][bit / 8] ^ (1 << (bit % 8)));
      CHECK_FALSE(verify_signature(wrong[0], wrong[1], wrong[2]));
    }
    std::string wrong[] = {parts[0], parts[1], parts[2]};
    wrong[part].pop_back();
    CHECK_FALSE(verify_signature(wrong[0], wrong[1], wrong[2]));
    wrong[part] = parts[part] + '\0';
    CHECK_FALSE(verify_signature(wrong[0], wrong[1], wrong[2]));
  }
}

TEST_CASE("sign: a seed of another length is refused") {
  for (std::size_t size : {0U, 31U, 33U, 64U}) {
    auto key = SigningKey::from_seed(Secret(std::string(size, 'k')));
    REQUIRE_FALSE(key.has_value());
    CHECK(key.error().type == "bad-key");
  }
}

TEST_CASE("sign: a key under which anything would verify is refused") {
  // The neutral element as key and R, and S = 0, satisfy the plain equation for every message.
  std::string neutral = '\x01' + std::string(31, '\0');
  CHECK_FALSE(verify_signature(neutral, "anything", neutral + std::string(32, '\0')));
}

TEST_CASE("sign: Project Wycheproof") {
  each_wycheproof("ed25519_test.json", [](const json::value& group, const json::value& test) {
    std::string key = hex_member(*find(group, "publicKey"), "pk");
    bool valid = verify_signature(key, hex_member(test, "msg"), hex_member(test, "sig"));
    CHECK(valid == is_valid(test));
  });
}

}  // namespace guildhall::crypto
