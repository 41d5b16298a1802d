// The canonical bytes of authority rows; the rule is in authority.h.
#include "identity/authority.h"
#include "identity/canonical_bytes.h"

namespace guildhall::identity {

std::string_view state_name(MemberState state) {
  switch (state) {
    case MemberState::invited: return "invited";
    case MemberState::active: return "active";
    case MemberState::removed: return "removed";
  }
  return "";
}

std::string canonical(RoomId room, const MemberRow& row) {
  return CanonicalBytes("member", room)
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
  return CanonicalBytes("membership", room)
      .integer(row.project.value)
      .integer(row.member.value)
      .integer(row.quota)
      .integer(row.created_at)
      .take();
}

std::string canonical(RoomId room, const CredentialRow& row) {
  return CanonicalBytes("credential", room)
      .integer(row.member.value)
      .text("password")
      .integer(row.secret.value)
      .integer(row.created_at)
      .take();
}

std::string canonical(RoomId room, const SessionRow& row) {
  return CanonicalBytes("session", room)
      .text(row.hash)
      .integer(row.member.value)
      .integer(row.created_at)
      .integer(row.expires_at)
      .take();
}

std::string canonical(RoomId room, const TokenRow& row) {
  return CanonicalBytes("token", room)
      .text(row.hash)
      .integer(row.token.value)
      .integer(row.member.value)
      .integer(row.name.value)
      .integer(row.created_at)
      .integer(row.expires_at)
      .take();
}

std::string canonical(RoomId room, const InviteRow& row) {
  return CanonicalBytes("invite", room)
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
  return CanonicalBytes(std::move(canonical_bytes)).integer(epoch).take();
}

}  // namespace guildhall::identity
