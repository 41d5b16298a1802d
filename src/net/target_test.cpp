#include "net/target.h"

#include <doctest/doctest.h>

#include "base/limits.h"

namespace guildhall::net {
namespace {

TEST_CASE("target: path and query are decoded once") {
  auto target = parse_target("/a%20b/%252e?x=1&y=a+b%2Bc&&flag&%C3%A9=%F0%9F%8C%8D");
  REQUIRE(target);
  CHECK(target->path == "/a b/%2e");
  REQUIRE(target->query.size() == 4);
  CHECK(target->query[0] == std::pair<std::string, std::string>("x", "1"));
  CHECK(target->query[1].second == "a b+c");
  CHECK(target->query[2] == std::pair<std::string, std::string>("flag", ""));
  CHECK(target->query[3].first == "\xc3\xa9");
}

TEST_CASE("target: what is no path is refused") {
  for (const char* raw :
       {"",     "a",          "http://x/",     "/%",      "/%4",      "/%g0",     "/%00",
        "/%0a", "/..",        "/a/..",         "/../a",   "/a/./b",   "/%2e%2e",  "/a%2f..%2fb",
        "/%c3", "/%ed%a0%80", "/%f4%90%80%80", "/%c0%af", "/a?x=%00", "/a?%ff=1", "/a?x=%f"}) {
    CAPTURE(std::string(raw));
    auto target = parse_target(raw);
    REQUIRE_FALSE(target);
    CHECK(target.error().type == "bad-target");
  }
  CHECK(parse_target("/..a/b..c/..."));
  CHECK_FALSE(parse_target("/" + std::string(kMaxTargetBytes, 'a')));
  std::string many = "/?";
  for (int i = 0; i < kMaxQueryParams; ++i) many += "a=1&";
  CHECK(parse_target(many));
  CHECK_FALSE(parse_target(many + "a=1"));
}

}  // namespace
}  // namespace guildhall::net
