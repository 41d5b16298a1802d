#include "crypto/equal.h"

#include <doctest/doctest.h>

#include <string>

namespace guildhall {

TEST_CASE("equal: same, different, shorter, empty") {
  CHECK(crypto::equal_constant_time("", ""));
  CHECK(crypto::equal_constant_time("abc", std::string("abc")));
  CHECK_FALSE(crypto::equal_constant_time("abc", "abd"));
  CHECK_FALSE(crypto::equal_constant_time("abc", "ab"));
  CHECK_FALSE(crypto::equal_constant_time("", "a"));
}

}  // namespace guildhall
