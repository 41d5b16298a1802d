#include "identity/authority.h"

#include <doctest/doctest.h>

#include <set>

#include "crypto/hash.h"

namespace guildhall::identity {

TEST_CASE("authority: canonical bytes tell every column of a member") {
  MemberRow row{MemberId{2}, Role::expert, MemberState::active, false, 0, "hash", ContentRef{3},
                1,           1'000};
  std::set<std::string> texts{canonical(RoomId{1}, row)};
  auto differs = [&](auto change, RoomId room = RoomId{1}) {
    MemberRow other = row;
    change(other);
    return texts.insert(canonical(room, other)).second;
  };
  CHECK(differs([](MemberRow& r) { r.member.value = 9; }));
  CHECK(differs([](MemberRow& r) { r.role = Role::owner; }));
  CHECK(differs([](MemberRow& r) { r.state = MemberState::removed; }));
  CHECK(differs([](MemberRow& r) { r.everywhere = true; }));
  CHECK(differs([](MemberRow& r) { r.vendor = 1; }));
  CHECK(differs([](MemberRow& r) { r.email_hash = "hasi"; }));
  CHECK(differs([](MemberRow& r) { r.profile.value = 4; }));
  CHECK(differs([](MemberRow& r) { r.version = 2; }));
  CHECK(differs([](MemberRow& r) { r.created_at = 1'001; }));
  CHECK(differs([](MemberRow&) {}, RoomId{2}));
  CHECK_FALSE(differs([](MemberRow&) {}));
}

TEST_CASE("authority: canonical bytes never change their form") {
  // These are inside deeds for good: whoever changes the form makes every old deed a liar.
  MembershipRow membership{ProjectId{1}, MemberId{2}, 3, 4};
  CHECK(crypto::to_hex(canonical(RoomId{5}, membership)) ==
        "000000000000000a6d656d62657273686970"  // the length of the word, and the word
        "0000000000000005"
        "0000000000000001"
        "0000000000000002"
        "0000000000000003"
        "0000000000000004");
  SessionRow session{"h", MemberId{2}, 3, 4, 5};
  SessionRow seen_later{"h", MemberId{2}, 3, 4, 99};
  CHECK(canonical(RoomId{1}, session) == canonical(RoomId{1}, seen_later));
}

}  // namespace guildhall::identity
