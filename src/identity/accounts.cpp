// Who it is: sessions and tokens read, sign-in and sign-out.
#include "identity/accounts.h"

#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/password.h"
#include "crypto/token.h"

namespace guildhall::identity {
namespace {

using store::ContentContext;
using store::ContentType;
using store::Reason;
using store::Tx;

// The hash of a password that nobody knows: an unknown e-mail address costs the same time.
constexpr std::string_view kNobodysHash =
    "$argon2id$v=19$m=65536,t=2,p=1$ZbkO072ycZj8Pw/DHh7S2Q"
    "$kxsRp2BPO599V2a5GVAccvMh0YCD7pHHJ7VR4eDJ4tY";

std::unexpected<Error> no_session() {
  return fail(Fault::unauthenticated, "no-session", "You are not signed in.");
}

std::unexpected<Error> bad_token() {
  return fail(Fault::unauthenticated, "bad-token", "This token is unknown, ended or revoked.");
}

std::unexpected<Error> bad_credentials() {
  return fail(Fault::unauthenticated, "bad-credentials", "E-mail address or password is wrong.");
}

Principal principal_of(const MemberRow& row) {
  return {row.member, row.role, row.everywhere, row.vendor};
}

}  // namespace

Result<Principal> Accounts::by_session(std::string_view code) {
  if (!crypto::code_shape_ok(code)) return no_session();
  return db_.read_as([&](Tx& tx) { return by_session(tx, code); });
}

Result<Principal> Accounts::by_session(Tx& tx, std::string_view code) {
  if (!crypto::code_shape_ok(code)) return no_session();
  std::string hash = hash_of("session", code);
  auto found = TRY(authority_.session(tx, hash));
  TimeMs now = tx.now();
  if (!found || found->member.state != MemberState::active || found->session.expires_at <= now ||
      found->session.seen_at + kSessionIdleMs <= now) {
    return no_session();
  }
  if (found->session.seen_at + kSeenEveryMs <= now) seen_sessions_.note(hash, now);
  return principal_of(found->member);
}

Result<Principal> Accounts::by_token(std::string_view token) {
  if (!crypto::token_shape_ok(token)) return bad_token();
  return db_.read_as([&](Tx& tx) { return by_token(tx, token); });
}

Result<Principal> Accounts::by_token(Tx& tx, std::string_view token) {
  if (!crypto::token_shape_ok(token)) return bad_token();
  std::string hash = hash_of("token", token);
  auto found = TRY(authority_.token(tx, hash));
  TimeMs now = tx.now();
  if (!found || found->member.state != MemberState::active ||
      (found->token.expires_at != 0 && found->token.expires_at <= now)) {
    return bad_token();
  }
  if (found->token.seen_at + kSeenEveryMs <= now) seen_tokens_.note(hash, now);
  return principal_of(found->member);
}

Result<void> Accounts::flush_seen() {
  Seen::Times sessions = seen_sessions_.take();
  Seen::Times tokens = seen_tokens_.take();
  if (sessions.empty() && tokens.empty()) return {};
  return db_.write([&](Tx& tx) -> Result<void> {
    for (const auto& [hash, at] : sessions) TRY(authority_.saw_session(tx, hash, at));
    for (const auto& [hash, at] : tokens) TRY(authority_.saw_token(tx, hash, at));
    return {};
  });
}

Result<std::int64_t> Accounts::record_refused() {
  auto rows = authority_.memory().take();
  if (rows.empty()) return 0;
  TRY(db_.write([&](Tx& tx) -> Result<void> {
    for (const auto& row : rows) {
      TRY(store::record(tx, {
        .room = room_, .deed = TRY(keys_.next())
        , .verb = "authority.refuse", .object = row.member.value, .hash = row.hash
      }));
    }
    return {};
  }));
  return static_cast<std::int64_t>(rows.size());
}

Result<std::int64_t> Accounts::adopt() {
  auto count = TRY(adopt_rows(db_, room_));
  TRY(db_.write(
      [&](Tx& tx) { return deed(tx, kRoomItself, "authority.adopt", 0, 0, {}, {}, count); }));
  return count;
}

Result<std::int64_t> Accounts::purge() {
  return db_.write_as([&](Tx& tx) -> Result<std::int64_t> {
    std::int64_t gone = TRY(authority_.purge(tx, tx.now()));
    if (gone > 0) TRY(deed(tx, kRoomItself, "session.expire", 0, 0, {}, {}, gone));
    return gone;
  });
}

Result<SignedIn> Accounts::sign_in(std::string_view email, const Secret& password,
                                   std::string_view peer) {
  struct Known {
    MemberRow member;
    CredentialRow credential;
    std::string hash;
  };
  std::string address = normal_email(email);
  std::string email_hash = hash_of("email", address);
  TRY(limiter_.count(email_hash, peer, monotonic_ms()));
  auto known = TRY(db_.read_as([&](Tx& tx) -> Result<std::optional<Known>> {
    auto member = TRY(member_by_email(tx, address));
    if (!member || member->state != MemberState::active) return std::optional<Known>();
    auto credential = TRY(authority_.password_of(tx, member->member));
    if (!credential) return std::optional<Known>();
    ContentContext context{room_, {}, ContentType::credential, member->member.value, 1};
    Plaintext hash = TRY(store::open_content(tx, context, credential->secret, Reason::sign_in));
    return std::optional<Known>({*member, *credential, std::string(hash.expose())});
  }));
  bool right = TRY(crypto::check_password(known ? known->hash : kNobodysHash, password));
  if (!known || !right) return bad_credentials();
  limiter_.succeeded(email_hash);
  Secret code = crypto::make_code(random_);
  SignedIn out;
  auto session = TRY(db_.write_as([&](Tx& tx) -> Result<SessionRow> {
    // Meanwhile the person may have been removed, or the password taken away.
    auto member = TRY(authority_.lock_member(tx, known->member.member));
    auto credential = TRY(authority_.password_of(tx, known->member.member));
    if (!member || member->state != MemberState::active || !credential ||
        credential->secret != known->credential.secret) {
      return bad_credentials();
    }
    out.principal = principal_of(*member);
    return open_session(tx, *member, code.expose());
  }));
  out.code = std::move(code);
  out.expires_at = session.expires_at;
  return out;
}

Result<SessionRow> Accounts::open_session(Tx& tx, const MemberRow& member, std::string_view code) {
  TRY(authority_.keep_newest_sessions(tx, member.member, kMaxSessions - 1));
  TimeMs now = tx.now();
  SessionRow row{hash_of("session", code), member.member, now, now + kSessionMs, now};
  TRY(authority_.insert(tx, row, member.epoch));
  TRY(deed(tx, principal_of(member), "session.open", member.member.value, 0,
           canonical(room_, row)));
  return row;
}

Result<void> Accounts::sign_out(std::string_view code) {
  if (!crypto::code_shape_ok(code)) return {};
  std::string hash = hash_of("session", code);
  return db_.write([&](Tx& tx) -> Result<void> {
    auto found = TRY(authority_.session(tx, hash));
    if (!found) return {};
    auto member = TRY(authority_.lock_member(tx, found->member.member));
    if (!member || !TRY(authority_.drop_session(tx, hash))) return {};
    TRY(authority_.raise_epoch(tx, *member));
    return deed(tx, principal_of(found->member), "session.close", found->member.member.value, 0,
                canonical(room_, found->session));
  });
}

Result<void> Accounts::deed(Tx& tx, const Principal& actor, std::string_view verb,
                            std::int64_t object, std::int64_t version,
                            std::string_view canonical_bytes, ProjectId project,
                            std::int64_t detail) {
  store::Deed done;
  done.room = room_;
  done.project = project;
  done.deed = TRY(keys_.next());
  done.actor = actor.member;
  done.verb = verb;
  done.object = object;
  done.version = version;
  done.detail = detail;
  crypto::Digest digest{};
  if (!canonical_bytes.empty()) {
    digest = crypto::sha256(canonical_bytes);
    done.hash = crypto::view(digest);
  }
  return store::record(tx, done);
}

}  // namespace guildhall::identity
