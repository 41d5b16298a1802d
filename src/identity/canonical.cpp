// The canonical bytes of authority rows; the rule is in authority.h.
#include "identity/authority.h"

namespace guildhall::identity {
namespace {

class Bytes {
 public:
  explicit Bytes(std::string begun) : out_(std::move(begun)) {}
  Bytes(std::string_view table, RoomId room) { text(table).integer(room.value); }
  Bytes& integer(std::int64_t value) {
    auto bits = static_cast<std::uint64_t>(value);
    for (int shift = 56; shift >= 0; shift -= 8) out_ += static_cast<char>((bits >> shift) & 255);
    return *this;
  }
  Bytes& text(std::string_view value) {
    integer(static_cast<std::int64_t>(value.size()));
    out_ += value;
    return *this;
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

}  // namespace

std::string_view state_name(MemberState state) {
  switch (state) {
    case MemberState::invited: return "invited";
    case MemberState::active: return "active";
    case MemberState::removed: return "removed";
  }
  return "";
}

std::string canonical(RoomId room, const MemberRow& row) {
  return Bytes("member", room)
      .integer(row.member.value)
      .text(role_name(row.role))
      .text(state_name(row.state))
      .integer(row.everywhere ? 1 : 0)
      .integer(row.vendor)
      .text(row.email_hash)
      .integer(row.profile.value)
      .integer(row.version)
      .integer(row.created_at)
      .take();
}

std::string canonical(RoomId room, const MembershipRow& row) {
  return Bytes("membership", room)
      .integer(row.project.value)
      .integer(row.member.value)
      .integer(row.quota)
      .integer(row.created_at)
      .take();
}

std::string canonical(RoomId room, const CredentialRow& row) {
  return Bytes("credential", room)
      .integer(row.member.value)
      .text("password")
      .integer(row.secret.value)
      .integer(row.created_at)
      .take();
}

std::string canonical(RoomId room, const SessionRow& row) {
  return Bytes("session", room)
      .text(row.hash)
      .integer(row.member.value)
      .integer(row.created_at)
      .integer(row.expires_at)
      .take();
}

std::string canonical(RoomId room, const TokenRow& row) {
  return Bytes("token", room)
      .text(row.hash)
      .integer(row.token.value)
      .integer(row.member.value)
      .integer(row.name.value)
      .integer(row.created_at)
      .integer(row.expires_at)
      .take();
}

std::string canonical(RoomId room, const InviteRow& row) {
  return Bytes("invite", room)
      .text(row.hash)
      .integer(row.invite.value)
      .integer(row.member.value)
      .integer(row.needs_password ? 1 : 0)
      .integer(row.reusable ? 1 : 0)
      .integer(row.created_at)
      .integer(row.expires_at)
      .integer(row.used_at)
      .take();
}

std::string marked(std::string canonical_bytes, std::int64_t epoch) {
  return Bytes(std::move(canonical_bytes)).integer(epoch).take();
}

}  // namespace guildhall::identity
