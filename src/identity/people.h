// What is known of a member beside their rights: name, e-mail address, vendor; and the rules for
// these texts. Names and addresses are content; they are found by keyed hash only.
//
// Concurrency: functions are pure or as the Tx. Limits: kMaxNameBytes, kMaxEmailBytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "identity/authority.h"
#include "store/content.h"
#include "store/keys.h"

namespace guildhall::identity {

struct Profile {
  std::string name;
  std::string email;
};

// A person as the API shows them.
struct Member {
  MemberId id;
  std::string name;
  std::string email;
  Role role = Role::expert;
  bool everywhere = false;
  MemberState state = MemberState::invited;
  std::int64_t vendor = 0;
  std::string vendor_name;
  TimeMs created_at = 0;
};

// Trimmed, ASCII letters in lower case.
std::string normal_email(std::string_view email);
// Errors: invalid/"bad-email", "bad-name", "bad-password" with the field.
Result<void> check_email(std::string_view normal);
Result<void> check_name(std::string_view name, std::string_view field);
Result<void> check_new_password(const Secret& password);

// The keyed hash by which a code is found among things of one sort ("session", "token", …).
std::string keyed_hash(const Secret& index_key, std::string_view sort, std::string_view text);
// By which a text that can be guessed ("email", "vendor") is found: its keyed hash, hashed once
// more under the room's own key, by the vault. locked/"locked" while that key is away.
Result<std::string> blind_index(store::Tx& tx, const Secret& index_key, std::string_view sort,
                                std::string_view text);

Result<Profile> open_profile(store::Tx& tx, RoomId room, const MemberRow& row,
                             store::Reason reason);
Result<void> put_profile(store::Tx& tx, RoomId room, const MemberRow& row, const Profile& profile);
Result<void> drop_profile(store::Tx& tx, RoomId room, const MemberRow& row);

// The vendor's key, made where the name is new; 0 for an empty name.
Result<std::int64_t> find_or_make_vendor(store::Tx& tx, RoomId room, store::Keys& keys,
                                         const Secret& index_key, std::string_view name);
Result<std::string> vendor_name(store::Tx& tx, RoomId room, std::int64_t vendor,
                                store::Reason reason);

Result<Member> show_member(store::Tx& tx, RoomId room, const MemberRow& row, store::Reason reason);

}  // namespace guildhall::identity
