// Accounts of one room: who somebody is (sessions, tokens, invitations, passwords) and which
// projects they may see. Rights over people are checked here, whatever the route said: a manager
// acts on reviewers, experts and auditors of their own projects, an owner on anybody, and the last
// owner stays.
//
// Secrets. Codes and tokens are shown once; the store holds their keyed hashes. A removal, a new
// link and a sign-out take effect with the commit: every request asks the store anew.
// A new link ends the member's sessions, password and earlier links; tokens stay until revoked or
// the member is removed.
//
// Transactions. Functions with a Tx take part in the caller's; the others make their own and run
// Argon2 outside of it. Each change records its deed.
//
// Concurrency: any thread. The ports given must outlive it.
// Limits: base/limits.h, "passwords and sessions".
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/secret.h"
#include "identity/authority.h"
#include "identity/people.h"
#include "identity/policy.h"
#include "identity/seen.h"
#include "identity/sign_in_limiter.h"
#include "store/database.h"
#include "store/deed.h"
#include "store/keys.h"

namespace guildhall::identity {

struct NewMember {
  Role role = Role::expert;
  std::string name;
  std::string email;   // may be empty: then no password, links and tokens only
  std::string vendor;  // a name; may be empty
  bool everywhere = false;
  std::vector<ProjectId> projects;
  std::int64_t quota = 0;
};

struct LinkTerms {
  bool needs_password = true;
  bool reusable = false;
  std::int64_t lifetime_ms = 0;  // 0: kInviteMs
};

struct Invited {
  Member member;
  Secret code;
};

struct InviteView {
  Role role = Role::expert;
  std::string name;
  std::string email;
  bool needs_password = true;
};

struct SignedIn {
  Principal principal;
  Secret code;  // for the cookie
  TimeMs expires_at = 0;
};

struct TokenView {
  TokenId id;
  std::string name;
  TimeMs created_at = 0;
  TimeMs expires_at = 0;  // 0: never
  TimeMs seen_at = 0;     // 0: never used
};

struct MadeToken {
  TokenId id;
  std::string name;
  Secret token;
};

struct MemberChange {
  std::optional<std::string> name;
  std::optional<Role> role;
  std::optional<std::string> vendor;
};

struct ProjectMember {
  Member member;
  std::int64_t quota = 0;
  std::vector<GroupId> groups;
};

struct Group {
  GroupId id;
  std::string name;
  std::vector<MemberId> members;
};

class Accounts {
 public:
  Accounts(store::Database& db, store::Keys& keys, RoomId room, const Secret& index_key,
           Random& random)
      : db_(db),
        keys_(keys),
        room_(room),
        index_key_(index_key),
        random_(random),
        authority_(room) {}

  // ---- who is it (unauthenticated/"no-session", "bad-token")
  Result<Principal> by_session(std::string_view code);
  Result<Principal> by_session(store::Tx& tx, std::string_view code);
  Result<Principal> by_token(std::string_view token);
  Result<Principal> by_token(store::Tx& tx, std::string_view token);
  // Writes what was seen since the last call; for a timer, about every kSeenEveryMs.
  Result<void> flush_seen();
  // A deed for each row that was refused since the last call, for a timer; how many.
  Result<std::int64_t> record_refused();
  std::int64_t refused_rows() const { return authority_.memory().refusals(); }
  // adopt_rows, with its deed.
  Result<std::int64_t> adopt();
  // Takes away sessions and links that ended; for a timer.
  Result<std::int64_t> purge();

  // ---- signing in
  // Errors: unauthenticated/"bad-credentials" whatever was wrong, too_many/"too-many-attempts",
  // unavailable/"busy".
  Result<SignedIn> sign_in(std::string_view email, const Secret& password, std::string_view peer);
  Result<void> sign_out(std::string_view code);
  // Errors: not_found/"no-invite", gone/"invite-over", invalid.
  Result<InviteView> check_invite(std::string_view code);
  Result<SignedIn> accept_invite(std::string_view code, std::optional<std::string> name,
                                 const Secret* password);

  // ---- people
  // An e-mail address that was removed comes back as the same member, without their old projects.
  Result<Invited> invite(const Principal& actor, const NewMember& person, const LinkTerms& terms);
  // An active member with a token and no link: for programs, and for the command line.
  Result<MadeToken> add_with_token(const Principal& actor, const NewMember& person,
                                   std::string_view token_name);
  Result<Secret> new_link(const Principal& actor, MemberId member, const LinkTerms& terms);
  Result<Member> change(const Principal& actor, MemberId member, const MemberChange& change);
  // The first form with what else must happen in the same transaction (giving back tasks).
  Result<void> remove_member(const Principal& actor, MemberId member,
                             const std::function<Result<void>(store::Tx&)>& also = {});
  Result<void> remove_member(store::Tx& tx, const Principal& actor, MemberId member);
  Result<Member> member(MemberId member);
  Result<Member> member(store::Tx& tx, MemberId member);
  Result<std::optional<MemberId>> find_by_email(store::Tx& tx, std::string_view email);
  // Ascending by key, those after `after`.
  Result<std::vector<Member>> members(MemberId after, std::size_t limit);

  // ---- tokens of one's own
  Result<MadeToken> create_token(const Principal& owner, std::string_view name, TimeMs expires_at);
  Result<std::vector<TokenView>> tokens(const Principal& owner);
  Result<void> revoke_token(const Principal& owner, TokenId token);

  // ---- projects
  Result<bool> may_see(store::Tx& tx, const Principal& principal, ProjectId project);
  // The projects a member was added to, ascending.
  Result<std::vector<ProjectId>> projects_of(store::Tx& tx, MemberId member);
  // `groups` replaces the member's groups where given.
  Result<void> put_membership(const Principal& actor, ProjectId project, MemberId member,
                              std::int64_t quota, std::optional<std::vector<GroupId>> groups);
  Result<void> put_membership(store::Tx& tx, const Principal& actor, ProjectId project,
                              MemberId member, std::int64_t quota,
                              const std::optional<std::vector<GroupId>>& groups);
  Result<void> end_membership(store::Tx& tx, const Principal& actor, ProjectId project,
                              MemberId member);
  Result<std::vector<ProjectMember>> project_members(store::Tx& tx, ProjectId project,
                                                     MemberId after, std::size_t limit);
  Result<Group> create_group(const Principal& actor, ProjectId project, std::string_view name,
                             const std::vector<MemberId>& members);
  Result<std::vector<Group>> groups(store::Tx& tx, ProjectId project);

 private:
  std::string hash_of(std::string_view sort, std::string_view text) const {
    return keyed_hash(index_key_, sort, text);
  }
  Result<void> deed(store::Tx& tx, const Principal& actor, std::string_view verb,
                    std::int64_t object, std::int64_t version, std::string_view canonical_bytes,
                    ProjectId project = {}, std::int64_t detail = 0);
  // The row of a member who is not removed, locked: not_found/"no-member".
  Result<MemberRow> existing(store::Tx& tx, MemberId member);
  Result<void> check_rights_over(store::Tx& tx, const Principal& actor, const MemberRow& target);
  Result<void> check_rights_to_add(store::Tx& tx, const Principal& actor, const NewMember& person);
  Result<void> check_not_last_owner(store::Tx& tx, const MemberRow& target);
  // Writes `row` as its next version, with the profile.
  Result<void> write_next(store::Tx& tx, MemberRow& row, const Profile& profile);
  Result<MemberRow> add_member(store::Tx& tx, const Principal& actor, const NewMember& person,
                               MemberState state);
  Result<void> add_projects(store::Tx& tx, const Principal& actor, const NewMember& person,
                            const MemberRow& member);
  Result<void> add_link(store::Tx& tx, const MemberRow& member, std::string_view code,
                        const LinkTerms& terms);
  Result<void> drop_password(store::Tx& tx, MemberId member);
  Result<void> drop_token(store::Tx& tx, const TokenRow& row);
  Result<InviteRow> usable_invite(store::Tx& tx, std::string_view code);
  // By their normal address.
  Result<std::optional<MemberRow>> member_by_email(store::Tx& tx, std::string_view normal);
  Result<SessionRow> open_session(store::Tx& tx, const MemberRow& member, std::string_view code);
  Result<void> take_invite(store::Tx& tx, const InviteRow& invite, MemberRow& member,
                           const std::optional<std::string>& name, const std::string& hash);
  Result<TokenId> insert_token(store::Tx& tx, const Principal& actor, const MemberRow& owner,
                               std::string_view name, TimeMs expires_at, std::string_view token);
  Result<void> put_groups(store::Tx& tx, ProjectId project, MemberId member,
                          const std::vector<GroupId>& groups);

  store::Database& db_;
  store::Keys& keys_;
  const RoomId room_;
  const Secret& index_key_;
  Random& random_;
  Authority authority_;
  SignInLimiter limiter_;
  Seen seen_sessions_;
  Seen seen_tokens_;
};

}  // namespace guildhall::identity
