#include "identity/people.h"

#include <algorithm>

#include "base/json.h"
#include "base/limits.h"
#include "crypto/hmac.h"

namespace guildhall::identity {
namespace {

using store::Blob;
using store::ContentContext;
using store::ContentType;
using store::Tx;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

ContentContext profile_context(RoomId room, const MemberRow& row) {
  return {room, ProjectId{}, ContentType::profile, row.member.value, row.version};
}

ContentContext vendor_context(RoomId room, std::int64_t vendor) {
  return {room, ProjectId{}, ContentType::name, vendor, 1};
}

}  // namespace

std::string normal_email(std::string_view email) {
  auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!email.empty() && is_space(email.front())) email.remove_prefix(1);
  while (!email.empty() && is_space(email.back())) email.remove_suffix(1);
  std::string out(email);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Result<void> check_email(std::string_view normal) {
  std::size_t at = normal.find('@');
  bool sound = normal.size() <= kMaxEmailBytes && at != std::string_view::npos && at > 0 &&
               at + 1 < normal.size() && normal.find('@', at + 1) == std::string_view::npos &&
               std::ranges::none_of(normal, [](char c) { return c == ' ' || is_control(c); });
  if (sound) return {};
  return fail(Fault::invalid, "bad-email", "This is no e-mail address.", "/email");
}

Result<void> check_name(std::string_view name, std::string_view field) {
  if (name.size() <= kMaxNameBytes && std::ranges::none_of(name, is_control)) return {};
  return fail(Fault::invalid, "bad-name", "A name has at most 200 bytes and no control characters.",
              std::string(field));
}

Result<void> check_new_password(const Secret& password) {
  // Continuation bytes of UTF-8 are no characters of their own.
  auto chars = static_cast<std::size_t>(
      std::ranges::count_if(password.expose(), [](char c) { return (c & 0xc0) != 0x80; }));
  if (chars >= kMinPasswordChars && password.size() <= kMaxPasswordBytes) return {};
  return fail(Fault::invalid, "bad-password",
              "A password has at least 12 characters and at most 512 bytes.", "/password");
}

std::string keyed_hash(const Secret& index_key, std::string_view sort, std::string_view text) {
  // No sort contains a zero byte, so the border is plain.
  crypto::Digest digest =
      crypto::hmac_sha256(index_key.expose(), {sort, std::string_view("\0", 1), text});
  return std::string(crypto::view(digest));
}

Result<std::string> blind_index(Tx& tx, const Secret& index_key, std::string_view sort,
                                std::string_view text) {
  auto hash = keyed_hash(index_key, sort, text);
  return tx.sealer().find_key({ProjectId{}, sort, hash});
}

Result<Profile> open_profile(Tx& tx, RoomId room, const MemberRow& row, store::Reason reason) {
  auto text = TRY(store::open_name(tx, profile_context(room, row), row.profile, reason));
  json::value value = TRY(parse_json(text));
  const json::string* name = find_string(value, "name");
  const json::string* email = find_string(value, "email");
  if (name == nullptr || email == nullptr) {
    return fail(Fault::internal, "bad-content", "A stored profile is not well formed.");
  }
  return Profile{std::string(view(*name)), std::string(view(*email))};
}

Result<void> put_profile(Tx& tx, RoomId room, const MemberRow& row, const Profile& profile) {
  JsonWriter json;
  json.begin_object().field("name", profile.name).field("email", profile.email).end_object();
  return store::put_name(tx, profile_context(room, row), row.profile, json.text());
}

Result<void> drop_profile(Tx& tx, RoomId room, const MemberRow& row) {
  return store::drop_content(tx, profile_context(room, row), row.profile);
}

Result<std::int64_t> find_or_make_vendor(Tx& tx, RoomId room, store::Keys& keys,
                                         const Secret& index_key, std::string_view name) {
  if (name.empty()) return 0;
  std::string hash = TRY(blind_index(tx, index_key, "vendor", name));
  auto find = [&] {
    return tx.first("SELECT vendor FROM vendor WHERE room = $1 AND name_hash = $2",
                    {room, Blob{hash}}, [](const store::Row& row) { return row.integer(0); });
  };
  if (auto found = TRY(find())) return *found;
  std::int64_t first = TRY(keys.take(2));
  auto made =
      TRY(tx.exec("INSERT INTO vendor (room, vendor, name_ref, name_hash)"
                  " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                  {room, first, first + 1, Blob{hash}}));
  if (made == 1) {
    TRY(store::put_name(tx, vendor_context(room, first), ContentRef{first + 1}, name));
    return first;
  }
  if (auto found = TRY(find())) return *found;  // another server made it meanwhile
  return fail(Fault::conflict, "edit-conflict", "Somebody else added this vendor just now.");
}

Result<std::string> vendor_name(Tx& tx, RoomId room, std::int64_t vendor, store::Reason reason) {
  if (vendor == 0) return std::string();
  auto ref =
      TRY(tx.first("SELECT name_ref FROM vendor WHERE room = $1 AND vendor = $2", {room, vendor},
                   [](const store::Row& row) { return row.id<ContentRef>(0); }));
  if (!ref) return fail(Fault::internal, "bad-authority-row", "A member's vendor is missing.");
  return store::open_name(tx, vendor_context(room, vendor), *ref, reason);
}

Result<Member> show_member(Tx& tx, RoomId room, const MemberRow& row, store::Reason reason) {
  Profile profile = TRY(open_profile(tx, room, row, reason));
  Member out;
  out.id = row.member;
  out.name = std::move(profile.name);
  out.email = std::move(profile.email);
  out.role = row.role;
  out.everywhere = row.everywhere || row.role == Role::owner;
  out.state = row.state;
  out.vendor = row.vendor;
  out.vendor_name = TRY(vendor_name(tx, room, row.vendor, reason));
  out.created_at = row.created_at;
  return out;
}

}  // namespace guildhall::identity
