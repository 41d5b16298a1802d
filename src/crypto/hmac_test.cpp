#include "crypto/hmac.h"

#include <doctest/doctest.h>

#include "crypto/wycheproof.h"

namespace guildhall {

namespace {

std::string hex(std::string_view text) { return crypto::from_hex(text).value(); }

}  // namespace

TEST_CASE("hmac: vectors of RFC 4231") {
  CHECK(crypto::to_hex(crypto::hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(crypto::to_hex(crypto::hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  // A key longer than a block is hashed first.
  CHECK(crypto::to_hex(crypto::hmac_sha256(
            std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(crypto::hmac_sha256("k", {"ab", "", "c"}) == crypto::hmac_sha256("k", "abc"));
}

TEST_CASE("hkdf: vectors of RFC 5869") {
  std::string key(22, '\x0b');
  std::string salt = hex("000102030405060708090a0b0c");
  Secret extracted = crypto::hkdf_extract(salt, key);
  CHECK(crypto::to_hex(extracted.expose()) ==
        "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
  auto expanded = crypto::hkdf_expand(extracted.expose(), hex("f0f1f2f3f4f5f6f7f8f9"), 42);
  REQUIRE(expanded.has_value());
  CHECK(crypto::to_hex(expanded->expose()) ==
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  auto plain = crypto::hkdf("", key, "", 42);  // test case 3: neither salt nor info
  REQUIRE(plain.has_value());
  CHECK(crypto::to_hex(plain->expose()) ==
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST_CASE("hkdf: the longest output, and one byte more") {
  auto longest = crypto::hkdf("salt", "key", "info", 8'160);
  REQUIRE(longest.has_value());
  CHECK(longest->size() == 8'160);
  auto refused = crypto::hkdf("salt", "key", "info", 8'161);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().type == "bad-key-length");
}

TEST_CASE("hkdf: Project Wycheproof") {
  crypto::each_wycheproof("hkdf_sha256_test.json", [](const json::value&, const json::value& test) {
    auto field = [&](std::string_view name) { return crypto::hex_member(test, name); };
    auto size = static_cast<std::size_t>(as_int(*find(test, "size")).value());
    auto out = crypto::hkdf(field("salt"), field("ikm"), field("info"), size);
    REQUIRE(out.has_value() == crypto::is_valid(test));
    if (out) CHECK(out->expose() == field("okm"));
  });
}

}  // namespace guildhall
