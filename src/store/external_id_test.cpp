#include "store/external_id.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "base/random.h"
#include "crypto/token.h"

namespace guildhall {
using store::ExternalIds;
using store::IdType;

namespace {

ExternalIds make_ids(std::uint8_t seed) {
  crypto::Block key{};
  key[0] = seed;
  return ExternalIds(key);
}

}  // namespace

TEST_CASE("external id: every type goes there and back, and opens as no other") {
  ExternalIds ids = make_ids(1);
  std::set<std::string> prefixes;
  for (int t = 1; t <= 17; ++t) {
    auto type = static_cast<IdType>(t);
    prefixes.insert(std::string(store::id_prefix(type)));
    for (std::int64_t inner : {std::int64_t{1}, std::int64_t{65'536}, (std::int64_t{1} << 40) - 1,
                               INT64_MAX, std::int64_t{-1}}) {
      for (std::int64_t project : {std::int64_t{0}, (std::int64_t{1} << 40) - 1}) {
        std::string text = ids.show(type, ProjectId{project}, inner);
        CHECK(text.size() == store::kExternalIdChars);
        auto opened = ids.open(type, text);
        REQUIRE(opened.has_value());
        CHECK(opened->project.value == project);
        CHECK(opened->inner == inner);
        auto other = static_cast<IdType>(t % 17 + 1);
        CHECK_FALSE(ids.open(other, text).has_value());
        // Nor with the other type's prefix in front of it.
        text.replace(0, 3, store::id_prefix(other));
        CHECK_FALSE(ids.open(other, text).has_value());
      }
    }
  }
  CHECK(prefixes == std::set<std::string>{"act", "asg", "bat", "bud", "dlv", "exc", "fil", "grp",
                                          "mdl", "mem", "not", "prj", "rev", "sub", "tok", "tsk",
                                          "vky"});
}

TEST_CASE("external id: the same key gives the same text, another key opens nothing") {
  ExternalIds ids = make_ids(1);
  ExternalIds other = make_ids(2);
  std::string text = ids.show(ProjectId{7}, TaskId{70});
  CHECK(text == make_ids(1).show(ProjectId{7}, TaskId{70}));
  CHECK(text != other.show(ProjectId{7}, TaskId{70}));
  CHECK_FALSE(other.open(IdType::task, text).has_value());
  CHECK(ids.open_project(ids.show(ProjectId{9})).value() == ProjectId{9});
  CHECK(ids.open_member(ids.show(MemberId{10})).value() == MemberId{10});
  CHECK(ids.open_token(ids.show(TokenId{11})).value() == TokenId{11});
}

TEST_CASE("external id: what is malformed is not found") {
  ExternalIds ids = make_ids(1);
  std::string good = ids.show(ProjectId{7});
  for (std::string text :
       {std::string(), std::string("prj_"), good + "0", good.substr(0, 25), good.substr(4),
        "prj-" + good.substr(4), "PRJ_" + good.substr(4), "prj_" + std::string(22, '-'),
        // 62^22 - 1 is over 2^128 - 1: two texts must not stand for one number
        "prj_" + std::string(22, 'z'), good.substr(0, 10) + std::string(1, '\0') + good.substr(11),
        std::string("prj_\xff") + good.substr(5)}) {
    auto opened = ids.open(IdType::project, text);
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().fault == Fault::not_found);
  }
  SeededRandom random(3);
  int found = 0;  // 24 bits are checked: one guess in 16 million opens
  for (int i = 0; i < 20'000; ++i) {
    auto opened = ids.open(IdType::project, "prj_" + crypto::random_base62(random, 22));
    found += opened.has_value() ? 1 : 0;
  }
  CHECK(found == 0);
}

TEST_CASE("external id: neighbours share nothing that shows") {
  ExternalIds ids = make_ids(1);
  std::size_t same = 0;
  for (std::int64_t inner = 1; inner <= 1'000; ++inner) {
    std::string here = ids.show(ProjectId{7}, TaskId{inner});
    std::string next = ids.show(ProjectId{7}, TaskId{inner + 1});
    for (std::size_t i = 5; i < here.size(); ++i) same += here[i] == next[i] ? 1 : 0;
  }
  CHECK(same < 1'000 * 21 / 62 * 2);  // chance gives 1,000 × 21 / 62
}

}  // namespace guildhall
