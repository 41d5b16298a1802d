// People: invited, changed, removed, listed, and who may do that to whom.
#include <algorithm>

#include "base/limits.h"
#include "crypto/token.h"
#include "identity/accounts.h"

namespace guildhall::identity {
namespace {

using store::Reason;
using store::Tx;

std::unexpected<Error> not_yours() {
  return fail(Fault::forbidden, "forbidden", "You may not do this to this person.");
}

}  // namespace

Result<MemberRow> Accounts::existing(Tx& tx, MemberId member) {
  auto row = TRY(authority_.lock_member(tx, member));
  if (!row || row->state == MemberState::removed) {
    return fail(Fault::not_found, "no-member", "There is no such person here.");
  }
  return *row;
}

Result<void> Accounts::check_rights_over(Tx& tx, const Principal& actor, const MemberRow& target) {
  if (!manageable_by(actor.role).has(target.role)) return not_yours();
  if (actor.sees_all()) return {};
  // Whoever sees some projects only has power over those who are in no other.
  if (target.everywhere) return not_yours();
  for (const MembershipRow& row : TRY(authority_.memberships_of(tx, target.member))) {
    if (!TRY(may_see(tx, actor, row.project))) return not_yours();
  }
  return {};
}

Result<void> Accounts::check_rights_to_add(Tx& tx, const Principal& actor,
                                           const NewMember& person) {
  if (!manageable_by(actor.role).has(person.role)) {
    return fail(Fault::forbidden, "forbidden", "You may not give this role.", "/role");
  }
  if (actor.sees_all()) return {};
  if (person.everywhere) {
    return fail(Fault::forbidden, "forbidden", "You do not see every project.", "/everywhere");
  }
  if (person.projects.empty()) {
    return fail(Fault::invalid, "no-project", "Name the projects to invite into.", "/projects");
  }
  for (ProjectId project : person.projects) {
    if (!TRY(may_see(tx, actor, project))) {
      return fail(Fault::not_found, "no-project", "There is no such project.", "/projects");
    }
  }
  return {};
}

Result<void> Accounts::check_not_last_owner(Tx& tx, const MemberRow& target) {
  if (target.role != Role::owner || target.state != MemberState::active) return {};
  auto owners = TRY(authority_.lock_owners(tx));
  if (owners.size() > 1) return {};
  return fail(Fault::conflict, "last-owner", "A room keeps at least one owner.");
}

Result<void> Accounts::write_next(Tx& tx, MemberRow& row, const Profile& profile) {
  MemberRow next = row;
  next.version = row.version + 1;
  next.profile.value = TRY(keys_.next());
  TRY(drop_profile(tx, room_, row));
  TRY(put_profile(tx, room_, next, profile));
  TRY(authority_.update(tx, next));
  row = std::move(next);
  return {};
}

Result<MemberRow> Accounts::add_member(Tx& tx, const Principal& actor, const NewMember& person,
                                       MemberState state) {
  TRY(check_rights_to_add(tx, actor, person));
  Profile profile{person.name, normal_email(person.email)};
  MemberRow row;
  if (!profile.email.empty()) {
    row.email_hash = TRY(blind_index(tx, index_key_, "email", profile.email));
    auto known = TRY(authority_.member_by_email(tx, row.email_hash));
    if (known && known->state != MemberState::removed) {
      return fail(Fault::conflict, "member-exists", "Somebody with this e-mail address is here.",
                  "/email");
    }
    // The same person again, so that nobody gets a task twice by leaving and coming back.
    if (known) row = *known;
  }
  bool returning = static_cast<bool>(row.member);
  row.role = person.role;
  row.state = state;
  row.everywhere = person.everywhere;
  row.vendor = TRY(find_or_make_vendor(tx, room_, keys_, index_key_, person.vendor));
  if (returning) {
    for (const MembershipRow& old : TRY(authority_.memberships_of(tx, row.member))) {
      TRY(authority_.drop_membership(tx, old.project, old.member));
    }
    TRY(write_next(tx, row, profile));
    TRY(authority_.raise_epoch(tx, row));
  } else {
    std::int64_t first = TRY(keys_.take(2));
    row.member.value = first;
    row.profile.value = first + 1;
    row.created_at = tx.now();
    TRY(put_profile(tx, room_, row, profile));
    TRY(authority_.insert(tx, row));
  }
  TRY(add_projects(tx, actor, person, row));
  TRY(deed(tx, actor, "member.invite", row.member.value, row.version, canonical(room_, row)));
  return row;
}

Result<void> Accounts::add_projects(Tx& tx, const Principal& actor, const NewMember& person,
                                    const MemberRow& member) {
  for (ProjectId project : person.projects) {
    MembershipRow row{project, member.member, person.quota, tx.now()};
    TRY(authority_.put(tx, row, member.epoch));
    TRY(deed(tx, actor, "membership.put", member.member.value, 0, canonical(room_, row), project));
  }
  return {};
}

namespace {

Result<void> check_new(const NewMember& person, bool email_needed) {
  TRY(check_name(person.name, "/name"));
  TRY(check_name(person.vendor, "/vendor"));
  std::string email = normal_email(person.email);
  if (email_needed || !email.empty()) TRY(check_email(email));
  if (person.projects.size() > kMaxInviteProjects) {
    return fail(Fault::invalid, "too-many-projects", "At most 100 projects at once.", "/projects");
  }
  if (person.quota < 0 || person.quota > kMaxQuota) {
    return fail(Fault::invalid, "bad-quota", "A quota is 0 (none) or more.", "/quota");
  }
  return {};
}

}  // namespace

Result<Invited> Accounts::invite(const Principal& actor, const NewMember& person,
                                 const LinkTerms& terms) {
  // A password without an e-mail address could never be used.
  TRY(check_new(person, terms.needs_password));
  Secret code = crypto::make_code(random_);
  auto member = TRY(db_.write_as([&](Tx& tx) -> Result<Member> {
    MemberRow row = TRY(add_member(tx, actor, person, MemberState::invited));
    TRY(add_link(tx, row, code.expose(), terms));
    return show_member(tx, room_, row, Reason::manage);
  }));
  return Invited{std::move(member), std::move(code)};
}

Result<MadeToken> Accounts::add_with_token(const Principal& actor, const NewMember& person,
                                           std::string_view token_name) {
  TRY(check_new(person, false));
  TRY(check_name(token_name, "/name"));
  Secret token = crypto::make_token(random_);
  auto id = TRY(db_.write_as([&](Tx& tx) -> Result<TokenId> {
    MemberRow row = TRY(add_member(tx, actor, person, MemberState::active));
    return insert_token(tx, actor, row, token_name, 0, token.expose());
  }));
  return MadeToken{id, std::string(token_name), std::move(token)};
}

Result<Member> Accounts::change(const Principal& actor, MemberId member,
                                const MemberChange& change) {
  if (change.name) TRY(check_name(*change.name, "/name"));
  if (change.vendor) TRY(check_name(*change.vendor, "/vendor"));
  return db_.write_as([&](Tx& tx) -> Result<Member> {
    MemberRow row = TRY(existing(tx, member));
    TRY(check_rights_over(tx, actor, row));
    Profile profile = TRY(open_profile(tx, room_, row, Reason::manage));
    if (change.name) profile.name = *change.name;
    if (change.role && *change.role != row.role) {
      if (!manageable_by(actor.role).has(*change.role)) return not_yours();
      TRY(check_not_last_owner(tx, row));
      row.role = *change.role;
    }
    if (change.vendor) {
      row.vendor = TRY(find_or_make_vendor(tx, room_, keys_, index_key_, *change.vendor));
    }
    TRY(write_next(tx, row, profile));
    TRY(deed(tx, actor, "member.change", member.value, row.version, canonical(room_, row)));
    return show_member(tx, room_, row, Reason::manage);
  });
}

Result<void> Accounts::remove_member(const Principal& actor, MemberId member,
                                     const std::function<Result<void>(Tx&)>& also) {
  return db_.write([&](Tx& tx) -> Result<void> {
    TRY(remove_member(tx, actor, member));
    if (also) TRY(also(tx));
    return {};
  });
}

Result<void> Accounts::remove_member(Tx& tx, const Principal& actor, MemberId member) {
  MemberRow row = TRY(existing(tx, member));
  TRY(check_rights_over(tx, actor, row));
  TRY(check_not_last_owner(tx, row));
  TRY(authority_.drop_sessions_of(tx, member));
  TRY(authority_.drop_invites_of(tx, member));
  TRY(drop_password(tx, member));
  for (const TokenRow& token : TRY(authority_.tokens_of(tx, member))) TRY(drop_token(tx, token));
  for (const MembershipRow& in : TRY(authority_.memberships_of(tx, member))) {
    TRY(put_groups(tx, in.project, member, {}));
  }
  Profile profile = TRY(open_profile(tx, room_, row, Reason::manage));
  row.state = MemberState::removed;
  TRY(write_next(tx, row, profile));
  TRY(authority_.raise_epoch(tx, row));
  return deed(tx, actor, "member.remove", member.value, row.version, canonical(room_, row));
}

Result<Member> Accounts::member(MemberId member) {
  return db_.read_as([&](Tx& tx) { return this->member(tx, member); });
}

Result<Member> Accounts::member(Tx& tx, MemberId member) {
  auto row = TRY(authority_.member(tx, member));
  if (!row) return fail(Fault::not_found, "no-member", "There is no such person here.");
  return show_member(tx, room_, *row, Reason::manage);
}

Result<std::optional<MemberRow>> Accounts::member_by_email(Tx& tx, std::string_view normal) {
  auto index = TRY(blind_index(tx, index_key_, "email", normal));
  return authority_.member_by_email(tx, index);
}

Result<std::optional<MemberId>> Accounts::find_by_email(Tx& tx, std::string_view email) {
  auto row = TRY(member_by_email(tx, normal_email(email)));
  if (!row) return std::optional<MemberId>();
  return std::optional<MemberId>(row->member);
}

Result<std::vector<Member>> Accounts::members(MemberId after, std::size_t limit) {
  return db_.read_as([&](Tx& tx) -> Result<std::vector<Member>> {
    std::vector<Member> out;
    for (const MemberRow& row : TRY(authority_.members(tx, after, limit))) {
      out.push_back(TRY(show_member(tx, room_, row, Reason::manage)));
    }
    return out;
  });
}

}  // namespace guildhall::identity
