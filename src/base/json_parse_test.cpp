#include "base/json.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>

#include "base/limits.h"

namespace guildhall {
namespace {

std::string round_trip(std::string_view text) {
  auto value = parse_json(text);
  return value ? to_json(*value) : std::string(value.error().type);
}

TEST_CASE("a number is the double nearest to its text, and is written so that it reads back") {
  std::mt19937_64 random(20261121);
  for (int i = 0; i < 20'000; ++i) {
    double wanted =
        std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(i % 400) - 200);
    char text[40];
    std::snprintf(text, sizeof text, "%.*g", i % 2 ? 17 : 6, wanted);
    if (std::string_view(text).find_first_of(".e") == std::string_view::npos) continue;
    double nearest = std::strtod(text, nullptr);
    auto value = parse_json(text);
    REQUIRE(value);
    REQUIRE_MESSAGE(value->to_number<double>() == nearest, text);
    auto again = parse_json(to_json(*value));
    REQUIRE(again);
    REQUIRE_MESSAGE(again->to_number<double>() == nearest, text);
  }
}

TEST_CASE("numbers keep their kind and come out as people write them") {
  CHECK(round_trip("[0.5,-0.1,3,-7,18446744073709551615,9007199254740993,1.5e3]") ==
        "[0.5,-0.1,3,-7,18446744073709551615,9007199254740993,1500]");
  CHECK(round_trip("-0.12345678901234567") == "-0.12345678901234566");  // the same double
  CHECK(round_trip("1e400") == "null");
  CHECK(round_trip("-3e-669") == "-0.0");
  CHECK(round_trip("-0.0") == "-0.0");
}

TEST_CASE("a member named twice is refused, at any depth; the same name in two objects is not") {
  CHECK(round_trip(R"({"a":1,"a":2})") == "bad-json");
  CHECK(round_trip(R"([{"x":{"b":null,"c":1,"b":null}}])") == "bad-json");
  CHECK(round_trip(R"({"a":1,"\u0061":2})") == "bad-json");
  CHECK(round_trip(R"([{"a":1},{"a":{"a":2}}])") == R"([{"a":1},{"a":{"a":2}}])");
}

TEST_CASE("texts with escapes, and long ones") {
  CHECK(round_trip(R"(["a\u00e4\n\"\ud83d\ude00"])") == "[\"aä\\n\\\"😀\"]");
  CHECK(round_trip(R"({"k\u0065y":"","":"x"})") == R"({"key":"","":"x"})");
  std::string big(100'000, 'x');
  CHECK(round_trip("\"" + big + "\\t\"") == "\"" + big + "\\t\"");
}

TEST_CASE("what is not one JSON text is refused") {
  for (const char* text : {"", " ", "{", "[1 2]", "nul", "{} {}", "01", "1.", "+1", "{'a':1}",
                           "[1,]", "\"\xff\"", "// x\n1", "NaN", "\"\n\""}) {
    CHECK_MESSAGE(!parse_json(text), text);
  }
  std::string deep(kMaxJsonDepth, '[');
  CHECK(parse_json(deep + std::string(kMaxJsonDepth, ']')));
  CHECK(!parse_json("[" + deep + std::string(kMaxJsonDepth + 1, ']')));
  CHECK(round_trip(" [ 1 , 2 ] \n") == "[1,2]");
}

}  // namespace
}  // namespace guildhall
