#include "crypto/token.h"

#include <doctest/doctest.h>

#include <array>
#include <set>

namespace guildhall {

TEST_CASE("token: the check value of CRC-32") {
  CHECK(crypto::crc32("123456789") == 0xcbf43926U);
  CHECK(crypto::crc32("") == 0);
}

TEST_CASE("token: shape, and every single wrong character is caught") {
  SeededRandom random(7);
  std::string token(crypto::make_token(random).expose());
  CHECK(token.size() == crypto::kTokenChars);
  CHECK(token.starts_with("ghl_"));
  CHECK(crypto::token_shape_ok(token));
  for (std::size_t at = 0; at < token.size(); ++at) {
    for (char c : crypto::kBase62Digits) {
      if (c == token[at]) continue;
      std::string wrong = token;
      wrong[at] = c;
      CHECK_FALSE(crypto::token_shape_ok(wrong));
    }
  }
  CHECK_FALSE(crypto::token_shape_ok(""));
  CHECK_FALSE(crypto::token_shape_ok(token + "0"));
  CHECK_FALSE(crypto::token_shape_ok(token.substr(1)));
}

TEST_CASE("token: no two alike, every character about equally often") {
  SeededRandom random(11);
  std::set<std::string> seen;
  std::array<int, 256> count{};
  for (int i = 0; i < 2'000; ++i) {
    std::string code(crypto::make_code(random).expose());
    CHECK(crypto::code_shape_ok(code));
    for (char c : code) ++count[static_cast<unsigned char>(c)];
    seen.insert(std::move(code));
  }
  CHECK(seen.size() == 2'000);
  // 86,000 characters over 62: 1,387 each, deviation 37. A modulo of a byte would give the first
  // eight digits a quarter more.
  for (char c : crypto::kBase62Digits) {
    CAPTURE(c);
    CHECK(count[static_cast<unsigned char>(c)] > 1'387 - 200);
    CHECK(count[static_cast<unsigned char>(c)] < 1'387 + 200);
  }
  CHECK_FALSE(crypto::code_shape_ok(std::string(42, 'a')));
  CHECK_FALSE(crypto::code_shape_ok(std::string(42, 'a') + "_"));
}

}  // namespace guildhall
