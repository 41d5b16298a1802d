#include "identity/accounts.h"

#include <doctest/doctest.h>

#include <set>

#include "base/limits.h"
#include "crypto/token.h"
#include "identity/accounts_test_util.h"

namespace guildhall::identity {
using store::Tx;

namespace {

using Fixture = AccountsFixture;

}  // namespace

TEST_CASE("accounts: invite, accept with a password, sign in, sign out") {
  Fixture room;
  Accounts& accounts = *room.accounts;
  NewMember person{Role::expert, "Ada", "  Ada@Example.ORG ", "North", false, {kAlpha}, 5};
  auto invited = accounts.invite(kRoomItself, person, {});
  REQUIRE(invited.has_value());
  CHECK(invited->member.email == "ada@example.org");
  CHECK(invited->member.vendor_name == "North");
  CHECK(invited->member.state == MemberState::invited);
  CHECK(error_of(accounts.invite(kRoomItself, person, {})) == "member-exists");

  auto code = std::string(invited->code.expose());
  auto view = accounts.check_invite(code);
  REQUIRE(view.has_value());
  CHECK(view->name == "Ada");
  CHECK(view->needs_password);
  CHECK(error_of(accounts.accept_invite(code, "Ada L", nullptr)) == "bad-password");
  Secret weak = secret("elevenchars");
  CHECK(error_of(accounts.accept_invite(code, "Ada L", &weak)) == "bad-password");
  Secret password = secret("correct horse battery");
  CHECK(error_of(accounts.sign_in("ada@example.org", password, "p")) == "bad-credentials");
  auto in = accounts.accept_invite(code, "Ada L", &password);
  REQUIRE(in.has_value());
  CHECK(in->principal.role == Role::expert);
  CHECK(accounts.by_session(in->code.expose())->member == invited->member.id);
  CHECK(accounts.member(invited->member.id)->name == "Ada L");
  CHECK(error_of(accounts.accept_invite(code, {}, &password)) == "invite-over");
  CHECK(error_of(accounts.check_invite(std::string(43, 'x'))) == "no-invite");
  CHECK(error_of(accounts.check_invite("short")) == "no-invite");

  auto again = accounts.sign_in("ADA@example.org", password, "p");
  REQUIRE(again.has_value());
  CHECK(again->code.expose() != in->code.expose());
  CHECK(error_of(accounts.sign_in("ada@example.org", secret("wrong horse battery"), "p")) ==
        "bad-credentials");
  CHECK(error_of(accounts.sign_in("eve@example.org", password, "p")) == "bad-credentials");
  REQUIRE(accounts.sign_out(in->code.expose()).has_value());
  CHECK(error_of(accounts.by_session(in->code.expose())) == "no-session");
  CHECK(accounts.by_session(again->code.expose()).has_value());
  CHECK(room.sees(again->principal, kAlpha));
  CHECK_FALSE(room.sees(again->principal, kBeta));
}

TEST_CASE("accounts: guessing a password ends after a number of attempts") {
  Fixture room;
  for (int i = 0; i < kMaxSignInAttempts; ++i) {
    CHECK(error_of(room.accounts->sign_in("a@b.c", secret("guess"), "192.0.2.1")) ==
          "bad-credentials");
  }
  CHECK(error_of(room.accounts->sign_in("a@b.c", secret("guess"), "192.0.2.2")) ==
        "too-many-attempts");
}

TEST_CASE("accounts: a session ends when idle, and in the end whatever is done") {
  Fixture room;
  SignedIn in = room.join(Role::expert);
  auto code = in.code.expose();
  CHECK(in.expires_at == room.clock.now_ms() + kSessionMs);
  room.clock.advance_ms(kSessionIdleMs - 1);
  CHECK(room.accounts->by_session(code).has_value());
  REQUIRE(room.accounts->flush_seen().has_value());  // the sighting counts from here
  room.clock.advance_ms(kSessionIdleMs - 1);
  CHECK(room.accounts->by_session(code).has_value());
  room.clock.advance_ms(1);  // and that one was never flushed
  CHECK(error_of(room.accounts->by_session(code)) == "no-session");

  SignedIn busy = room.join(Role::expert);
  for (TimeMs until = busy.expires_at - 1; room.clock.now_ms() < until;) {
    room.clock.advance_ms(std::min<TimeMs>(kSessionIdleMs / 2, until - room.clock.now_ms()));
    REQUIRE(room.accounts->by_session(busy.code.expose()).has_value());
    REQUIRE(room.accounts->flush_seen().has_value());
  }
  room.clock.advance_ms(1);
  CHECK(error_of(room.accounts->by_session(busy.code.expose())) == "no-session");
  CHECK(room.count("SELECT COUNT(*) FROM session") == 2);
  CHECK(room.accounts->purge().value() >= 2);
  CHECK(room.count("SELECT COUNT(*) FROM session") == 0);
}

TEST_CASE("accounts: reading a session writes nothing, and sightings are written once a minute") {
  Fixture room;
  SignedIn in = room.join(Role::expert);
  std::int64_t before = room.db->stats().transactions;
  for (int i = 0; i < 100; ++i) CHECK(room.accounts->by_session(in.code.expose()).has_value());
  REQUIRE(room.accounts->flush_seen().has_value());
  CHECK(room.db->stats().transactions == before);
  room.clock.advance_ms(kSeenEveryMs);
  for (int i = 0; i < 100; ++i) CHECK(room.accounts->by_session(in.code.expose()).has_value());
  CHECK(room.db->stats().transactions == before);
  REQUIRE(room.accounts->flush_seen().has_value());
  CHECK(room.db->stats().transactions == before + 1);
}

TEST_CASE("accounts: the oldest session makes room") {
  Fixture room;
  auto invited = room.accounts->invite(kRoomItself, {Role::expert, "Demo", "", "", false, {}, 0},
                                       LinkTerms{false, true, 0});
  REQUIRE(invited.has_value());
  std::vector<Secret> codes;
  for (int i = 0; i < kMaxSessions + 1; ++i) {
    room.clock.advance_ms(1);
    auto in = room.accounts->accept_invite(invited->code.expose(), std::nullopt, nullptr);
    REQUIRE(in.has_value());
    codes.push_back(std::move(in->code));
  }
  CHECK(room.count("SELECT COUNT(*) FROM session") == kMaxSessions);
  CHECK(error_of(room.accounts->by_session(codes.front().expose())) == "no-session");
  CHECK(room.accounts->by_session(codes.back().expose()).has_value());
  room.clock.advance_ms(kInviteMs);
  CHECK(error_of(room.accounts->accept_invite(invited->code.expose(), {}, nullptr)) ==
        "invite-over");
}

TEST_CASE("accounts: tokens are one's own, end, and die by revocation") {
  Fixture room;
  SignedIn ada = room.join(Role::expert);
  SignedIn eve = room.join(Role::expert);
  TimeMs soon = room.clock.now_ms() + 1'000;
  auto made = room.accounts->create_token(ada.principal, "laptop", soon);
  REQUIRE(made.has_value());
  CHECK(crypto::token_shape_ok(made->token.expose()));
  CHECK(room.accounts->by_token(made->token.expose())->member == ada.principal.member);
  CHECK(error_of(room.accounts->by_token("ghl_")) == "bad-token");
  CHECK(room.accounts->tokens(ada.principal)->at(0).name == "laptop");
  CHECK(room.accounts->tokens(eve.principal)->empty());
  CHECK(error_of(room.accounts->revoke_token(eve.principal, made->id)) == "no-token");
  room.clock.advance_ms(1'000);
  CHECK(error_of(room.accounts->by_token(made->token.expose())) == "bad-token");
  CHECK(error_of(room.accounts->create_token(ada.principal, "x", soon)) == "bad-expiry");
  auto lasting = room.accounts->create_token(ada.principal, "server", 0);
  REQUIRE(room.accounts->by_token(lasting->token.expose()).has_value());
  REQUIRE(room.accounts->revoke_token(ada.principal, lasting->id).has_value());
  CHECK(error_of(room.accounts->by_token(lasting->token.expose())) == "bad-token");
  CHECK(error_of(room.accounts->create_token(ada.principal, "", 0)) == "bad-name");
  for (int i = 1; i < kMaxTokens; ++i) {
    REQUIRE(room.accounts->create_token(ada.principal, "t", 0).has_value());
  }
  CHECK(error_of(room.accounts->create_token(ada.principal, "t", 0)) == "too-many-tokens");
}

TEST_CASE("accounts: removal ends sessions, tokens and links, and takes its company along") {
  Fixture room;
  Accounts& accounts = *room.accounts;
  SignedIn owner = room.join(Role::owner);
  SignedIn ada = room.join(Role::expert, {kAlpha}, "ada@example.org");
  auto token = accounts.create_token(ada.principal, "laptop", 0);
  auto fails = accounts.remove_member(owner.principal, ada.principal.member, [](Tx&) {
    return Result<void>(fail(Fault::conflict, "other", "The rest did not work."));
  });
  CHECK(error_of(fails) == "other");
  CHECK(accounts.by_session(ada.code.expose()).has_value());  // all or nothing
  REQUIRE(accounts.remove_member(owner.principal, ada.principal.member).has_value());
  CHECK(error_of(accounts.by_session(ada.code.expose())) == "no-session");
  CHECK(error_of(accounts.by_token(token->token.expose())) == "bad-token");
  CHECK(accounts.member(ada.principal.member)->state == MemberState::removed);
  CHECK(error_of(accounts.remove_member(owner.principal, ada.principal.member)) == "no-member");
  CHECK(error_of(accounts.new_link(owner.principal, ada.principal.member, {})) == "no-member");

  auto back = accounts.invite(owner.principal,
                              {Role::reviewer, "Ada", "ada@example.org", "", false, {kBeta}, 0},
                              LinkTerms{false, false, 0});
  REQUIRE(back.has_value());
  CHECK(back->member.id == ada.principal.member);
  auto in = accounts.accept_invite(back->code.expose(), {}, nullptr);
  REQUIRE(in.has_value());
  CHECK(in->principal.role == Role::reviewer);
  CHECK_FALSE(room.sees(in->principal, kAlpha));
  CHECK(room.sees(in->principal, kBeta));
}

TEST_CASE("accounts: a new link ends sessions, the old password and the old link") {
  Fixture room;
  Accounts& accounts = *room.accounts;
  auto invited = accounts.invite(kRoomItself, {Role::expert, "Ada", "a@b.c", "", false, {}, 0}, {});
  Secret password = secret("correct horse battery");
  auto in = accounts.accept_invite(invited->code.expose(), {}, &password);
  REQUIRE(in.has_value());
  auto first = accounts.new_link(kRoomItself, invited->member.id, {});
  auto second = accounts.new_link(kRoomItself, invited->member.id, {});
  REQUIRE(second.has_value());
  CHECK(error_of(accounts.by_session(in->code.expose())) == "no-session");
  CHECK(error_of(accounts.sign_in("a@b.c", password, "p")) == "bad-credentials");
  CHECK(error_of(accounts.check_invite(first->expose())) == "no-invite");
  Secret other = secret("another horse battery");
  REQUIRE(accounts.accept_invite(second->expose(), {}, &other).has_value());
  CHECK(accounts.sign_in("a@b.c", other, "p").has_value());
}

TEST_CASE("accounts: a manager acts on reviewers, experts and auditors of their projects only") {
  Fixture room;
  Accounts& accounts = *room.accounts;
  SignedIn owner = room.join(Role::owner);
  SignedIn manager = room.join(Role::manager, {kAlpha});
  SignedIn mine = room.join(Role::expert, {kAlpha});
  SignedIn shared = room.join(Role::expert, {kAlpha, kBeta});
  auto invite = [&](const SignedIn& who, Role role, std::vector<ProjectId> in, bool all = false) {
    return error_of(accounts.invite(who.principal, {role, "N", "", "", all, std::move(in), 0},
                                    LinkTerms{false, false, 0}));
  };
  for (Role role : kEveryRole) {
    CAPTURE(role_name(role));
    bool may = role != Role::owner && role != Role::manager;
    CHECK(invite(manager, role, {kAlpha}) == (may ? "no error" : "forbidden"));
    CHECK(invite(owner, role, {}) == "no error");
    CHECK(invite(mine, role, {kAlpha}) == "forbidden");
  }
  CHECK(invite(manager, Role::expert, {kBeta}) == "no-project");
  CHECK(invite(manager, Role::expert, {}) == "no-project");
  CHECK(invite(manager, Role::expert, {kAlpha}, true) == "forbidden");

  for (const SignedIn* target : {&owner, &manager, &shared}) {
    MemberId id = target->principal.member;
    CHECK(error_of(accounts.new_link(manager.principal, id, {})) == "forbidden");
    CHECK(error_of(accounts.remove_member(manager.principal, id)) == "forbidden");
    MemberChange rename{"Mallory", {}, {}};
    CHECK(error_of(accounts.change(manager.principal, id, rename)) == "forbidden");
    CHECK(accounts.by_session(target->code.expose()).has_value());
  }
  MemberChange promote{{}, Role::manager, {}};
  CHECK(error_of(accounts.change(manager.principal, mine.principal.member, promote)) ==
        "forbidden");
  MemberChange to_reviewer{"Ada", Role::reviewer, "South"};
  auto changed = accounts.change(manager.principal, mine.principal.member, to_reviewer);
  REQUIRE(changed.has_value());
  CHECK(changed->vendor_name == "South");
  CHECK(accounts.by_session(mine.code.expose())->role == Role::reviewer);  // at once
  CHECK(error_of(accounts.put_membership(manager.principal, kBeta, mine.principal.member, 0, {})) ==
        "forbidden");
  CHECK(error_of(accounts.put_membership(manager.principal, kAlpha, owner.principal.member, 0,
                                         {})) == "forbidden");
}

TEST_CASE("accounts: the last owner stays") {
  Fixture room;
  Accounts& accounts = *room.accounts;
  SignedIn owner = room.join(Role::owner);
  MemberChange demote{{}, Role::manager, {}};
  CHECK(error_of(accounts.change(owner.principal, owner.principal.member, demote)) == "last-owner");
  CHECK(error_of(accounts.remove_member(owner.principal, owner.principal.member)) == "last-owner");
  SignedIn second = room.join(Role::owner);
  CHECK(accounts.change(owner.principal, owner.principal.member, demote).has_value());
  CHECK(error_of(accounts.remove_member(second.principal, second.principal.member)) ==
        "last-owner");
}

TEST_CASE("accounts: memberships, groups and pages") {
  Fixture room;
  Accounts& accounts = *room.accounts;
  std::vector<SignedIn> people;
  for (int i = 0; i < 5; ++i) people.push_back(room.join(Role::expert, {kAlpha}));
  std::set<std::int64_t> seen;
  MemberId after{0};
  for (int pages = 0; pages < 3; ++pages) {
    auto page = accounts.members(after, 2);
    REQUIRE(page.has_value());
    for (const Member& member : *page) seen.insert(member.id.value);
    if (!page->empty()) after = page->back().id;
  }
  CHECK(seen.size() == 5);

  MemberId first = people[0].principal.member;
  auto group = accounts.create_group(kRoomItself, kAlpha, "Cardiology",
                                     {first, people[1].principal.member, first});
  REQUIRE(group.has_value());
  CHECK(group->members.size() == 2);
  SignedIn stranger = room.join(Role::expert);
  CHECK(error_of(accounts.create_group(kRoomItself, kAlpha, "G", {stranger.principal.member})) ==
        "no-member");
  REQUIRE(accounts.put_membership(kRoomItself, kAlpha, first, 7, std::vector{group->id}));
  CHECK(error_of(accounts.put_membership(kRoomItself, kBeta, first, 7, std::vector{group->id})) ==
        "no-group");
  CHECK_FALSE(room.sees(people[0].principal, kBeta));  // nothing of it stayed
  auto listed = room.db->read_as(
      [&](Tx& tx) { return accounts.project_members(tx, kAlpha, MemberId{0}, 50); });
  REQUIRE(listed.has_value());
  REQUIRE(listed->size() == 5);
  CHECK(listed->at(0).quota == 7);
  CHECK(listed->at(0).groups == std::vector{group->id});
  REQUIRE(room.db->write(
      [&](Tx& tx) { return accounts.end_membership(tx, kRoomItself, kAlpha, first); }));
  CHECK_FALSE(room.sees(people[0].principal, kAlpha));
  auto groups = room.db->read_as([&](Tx& tx) { return accounts.groups(tx, kAlpha); });
  REQUIRE(groups.has_value());
  CHECK(groups->at(0).name == "Cardiology");
  CHECK(groups->at(0).members == std::vector{people[1].principal.member});
}

TEST_CASE("accounts: the command line's member has a token, and no clear column shows a name") {
  Fixture room;
  auto made = room.accounts->add_with_token(
      kRoomItself, {Role::auditor, "Zanzibar Quill", "zanzibar@quill.example", "", true, {}, 0},
      "Zanzibar");
  REQUIRE(made.has_value());
  auto who = room.accounts->by_token(made->token.expose());
  REQUIRE(who.has_value());
  CHECK(who->role == Role::auditor);
  CHECK(who->everywhere);
  CHECK(room.sees(*who, kBeta));
  CHECK(room.count("SELECT COUNT(*) FROM member WHERE hex(email_hash) LIKE '%7A616E7A69%'") == 0);
  CHECK(room.count("SELECT COUNT(*) FROM content WHERE hex(body) LIKE '%7A616E7A69%'") == 0);
  CHECK(room.count("SELECT COUNT(*) FROM content") > 0);
  // Every change left its deed: the invitation and the token.
  CHECK(room.count("SELECT COUNT(*) FROM deed WHERE length(hash) = 32") == 2);
}

TEST_CASE("accounts: a row that is not well formed grants nothing") {
  Fixture room;
  SignedIn ada = room.join(Role::expert);
  REQUIRE(room.db->write([](Tx& tx) -> Result<void> {
    TRY(tx.exec("UPDATE member SET role = 'root'", {}));
    return {};
  }));
  CHECK(error_of(room.accounts->by_session(ada.code.expose())) == "bad-authority-row");
}

}  // namespace guildhall::identity
