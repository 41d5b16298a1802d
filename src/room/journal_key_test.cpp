#include "room/journal_key.h"

#include <doctest/doctest.h>

#include "crypto/hash.h"

namespace guildhall::room {

TEST_CASE("journal key: the same for one person, another for the next person or room") {
  auto here = journal_root(Secret(std::string(32, 'a')));
  auto there = journal_root(Secret(std::string(32, 'b')));
  REQUIRE(here);
  REQUIRE(there);
  auto one = journal_key(*here, MemberId{70'000});
  auto again = journal_key(*here, MemberId{70'000});
  auto other = journal_key(*here, MemberId{70'001});
  auto elsewhere = journal_key(*there, MemberId{70'000});
  REQUIRE(one);
  REQUIRE(again);
  REQUIRE(other);
  REQUIRE(elsewhere);
  CHECK(one->key == again->key);
  CHECK(one->id == again->id);
  CHECK(one->key != other->key);
  CHECK(one->id != other->id);
  CHECK(one->key != elsewhere->key);
  CHECK(one->id != elsewhere->id);
  auto bytes = crypto::from_base64url(one->key);
  REQUIRE(bytes);
  CHECK(bytes->size() == 32);
  CHECK(one->id.size() == 22);
}

// Held by browsers between versions: a change of the derivation would orphan what they keep.
TEST_CASE("journal key: the derivation stays") {
  auto root = journal_root(Secret(std::string(32, 'a')));
  REQUIRE(root);
  auto key = journal_key(*root, MemberId{65'536});
  REQUIRE(key);
  CHECK(key->key == "7SF7z_WMNee14fxcjomWzhxNVR65YbHF7HfokNWdHSw");
  CHECK(key->id == "mlSpiDnRcQYMaKBWqAELwQ");
}

}  // namespace guildhall::room
