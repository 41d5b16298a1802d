// Invitations and links: made once, shown once, used once unless a demo says otherwise.
#include "base/limits.h"
#include "crypto/password.h"
#include "crypto/token.h"
#include "identity/accounts.h"

namespace guildhall::identity {
namespace {

using store::ContentContext;
using store::ContentType;
using store::Reason;
using store::Tx;

std::unexpected<Error> no_invite() {
  return fail(Fault::not_found, "no-invite", "This link is unknown.");
}

std::unexpected<Error> invite_over() {
  return fail(Fault::gone, "invite-over", "This link was used already, or its time is over.");
}

}  // namespace

Result<void> Accounts::add_link(Tx& tx, const MemberRow& member, std::string_view code,
                                const LinkTerms& terms) {
  InviteRow row;
  row.hash = hash_of("invite", code);
  row.invite.value = TRY(keys_.next());
  row.member = member.member;
  row.needs_password = terms.needs_password;
  row.reusable = terms.reusable;
  row.created_at = tx.now();
  row.expires_at = tx.now() + (terms.lifetime_ms > 0 ? terms.lifetime_ms : kInviteMs);
  return authority_.insert(tx, row, member.epoch);
}

Result<InviteRow> Accounts::usable_invite(Tx& tx, std::string_view code) {
  if (!crypto::code_shape_ok(code)) return no_invite();
  auto row = TRY(authority_.invite(tx, hash_of("invite", code)));
  if (!row) return no_invite();
  bool used = row->used_at != 0 && !row->reusable;
  if (used || row->expires_at <= tx.now()) return invite_over();
  return *row;
}

Result<InviteView> Accounts::check_invite(std::string_view code) {
  return db_.read_as([&](Tx& tx) -> Result<InviteView> {
    InviteRow invite = TRY(usable_invite(tx, code));
    auto member = TRY(authority_.member(tx, invite.member));
    if (!member || member->state == MemberState::removed) return invite_over();
    Profile profile = TRY(open_profile(tx, room_, *member, Reason::sign_in));
    return InviteView{member->role, profile.name, profile.email, invite.needs_password};
  });
}

Result<SignedIn> Accounts::accept_invite(std::string_view code, std::optional<std::string> name,
                                         const Secret* password) {
  if (name) TRY(check_name(*name, "/name"));
  InviteRow invite =
      TRY(db_.read_as([&](Tx& tx) -> Result<InviteRow> { return usable_invite(tx, code); }));
  std::string hash;
  if (invite.needs_password) {
    if (password == nullptr) {
      return fail(Fault::invalid, "bad-password", "Choose a password.", "/password");
    }
    TRY(check_new_password(*password));
    hash = TRY(crypto::hash_password(*password));
  }
  Secret session_code = crypto::make_code(random_);
  SignedIn out;
  auto session = TRY(db_.write_as([&](Tx& tx) -> Result<SessionRow> {
    InviteRow current = TRY(usable_invite(tx, code));
    auto member = TRY(authority_.lock_member(tx, current.member));
    if (!member || member->state == MemberState::removed) return invite_over();
    TRY(take_invite(tx, current, *member, name, hash));
    out.principal = {member->member, member->role, member->everywhere, member->vendor};
    return open_session(tx, *member, session_code.expose());
  }));
  out.code = std::move(session_code);
  out.expires_at = session.expires_at;
  return out;
}

Result<void> Accounts::take_invite(Tx& tx, const InviteRow& invite, MemberRow& member,
                                   const std::optional<std::string>& name,
                                   const std::string& hash) {
  if (!TRY(authority_.use(tx, invite, member.epoch))) return invite_over();
  if (!invite.reusable) TRY(authority_.raise_epoch(tx, member));
  bool renamed = name && !name->empty();
  if (renamed || member.state != MemberState::active) {
    Profile profile = TRY(open_profile(tx, room_, member, Reason::sign_in));
    if (renamed) profile.name = *name;
    member.state = MemberState::active;
    TRY(write_next(tx, member, profile));
  }
  if (!hash.empty()) {
    TRY(drop_password(tx, member.member));
    CredentialRow row{member.member, ContentRef{TRY(keys_.next())}, tx.now()};
    ContentContext context{room_, {}, ContentType::credential, member.member.value, 1};
    TRY(store::put_content(tx, context, row.secret, Plaintext(std::string(hash))));
    TRY(authority_.insert(tx, row, member.epoch));
  }
  Principal self{member.member, member.role, member.everywhere, member.vendor};
  return deed(tx, self, "member.accept", member.member.value, member.version,
              canonical(room_, member));
}

Result<Secret> Accounts::new_link(const Principal& actor, MemberId member, const LinkTerms& terms) {
  Secret code = crypto::make_code(random_);
  TRY(db_.write([&](Tx& tx) -> Result<void> {
    MemberRow row = TRY(existing(tx, member));
    TRY(check_rights_over(tx, actor, row));
    TRY(authority_.drop_sessions_of(tx, member));
    TRY(authority_.drop_invites_of(tx, member));
    TRY(drop_password(tx, member));
    TRY(authority_.raise_epoch(tx, row));
    TRY(add_link(tx, row, code.expose(), terms));
    return deed(tx, actor, "member.link", member.value, row.version, canonical(room_, row));
  }));
  return code;
}

Result<void> Accounts::drop_password(Tx& tx, MemberId member) {
  auto row = TRY(authority_.password_of(tx, member));
  if (!row) return {};
  TRY(authority_.drop_password(tx, member));
  ContentContext context{room_, {}, ContentType::credential, member.value, 1};
  return store::drop_content(tx, context, row->secret);
}

}  // namespace guildhall::identity
