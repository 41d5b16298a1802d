#include "crypto/hmac_sha512.h"

#include <doctest/doctest.h>

#include "crypto/wycheproof.h"

namespace guildhall::crypto {

TEST_CASE("hmac sha512: vectors of RFC 4231") {
  CHECK(
      to_hex(hmac_sha512("Jefe", {"what do ya want ", "", "for nothing?"}).expose()) ==
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0"
      "e6fdcaeab1a34d4a6b4b636e070a38bce737");
}

TEST_CASE("hkdf sha512: the longest output, and one byte more") {
  CHECK(hkdf_sha512_expand("key", "info", 16'320)->size() == 16'320);
  CHECK(hkdf_sha512_expand("key", "info", 16'321).error().type == "bad-key-length");
}

TEST_CASE("hkdf sha512: Project Wycheproof") {
  each_wycheproof("hkdf_sha512_test.json", [](const json::value&, const json::value& test) {
    const auto size = static_cast<std::size_t>(as_int(*find(test, "size")).value());
    const Secret key = hmac_sha512(hex_member(test, "salt"), {hex_member(test, "ikm")});
    auto out = hkdf_sha512_expand(key.expose(), hex_member(test, "info"), size);
    REQUIRE(out.has_value() == is_valid(test));
    if (out) CHECK(out->expose() == hex_member(test, "okm"));
  });
}

}  // namespace guildhall::crypto
