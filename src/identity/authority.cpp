#include "identity/authority.h"

#include "base/limits.h"

namespace guildhall::identity {
namespace {

using store::Blob;
using store::Null;
using store::Param;
using store::Params;
using store::Row;
using store::Sql;
using store::Tx;

std::optional<MemberState> state_of(std::string_view name) {
  for (auto state : {MemberState::invited, MemberState::active, MemberState::removed}) {
    if (state_name(state) == name) return state;
  }
  return std::nullopt;
}

std::unexpected<Error> bad_row() {
  return fail(Fault::internal, "bad-authority-row", "A row that grants access is not well formed.");
}

// Columns from `at`: member, role, state, everywhere, vendor, email_hash, profile_ref, version,
// created_at.
Result<MemberRow> read_member(const Row& row, int at) {
  auto role = role_of(row.bytes(at + 1));
  auto state = state_of(row.bytes(at + 2));
  MemberRow out;
  out.member = row.id<MemberId>(at);
  out.everywhere = row.integer(at + 3) != 0;
  out.vendor = row.integer(at + 4);
  out.email_hash = std::string(row.bytes(at + 5));
  out.profile = row.id<ContentRef>(at + 6);
  out.version = row.integer(at + 7);
  out.created_at = row.integer(at + 8);
  if (!role || !state || !out.member || !out.profile || out.version < 1) return bad_row();
  out.role = *role;
  out.state = *state;
  return out;
}

Result<MembershipRow> read_membership(const Row& row) {
  MembershipRow out{row.id<ProjectId>(0), row.id<MemberId>(1), row.integer(2), row.integer(3)};
  if (!out.project || !out.member) return bad_row();
  return out;
}

Result<TokenRow> read_token(const Row& row) {
  TokenRow out{std::string(row.bytes(0)),
               row.id<TokenId>(1),
               row.id<MemberId>(2),
               row.id<ContentRef>(3),
               row.integer(4),
               row.integer(5),
               row.integer(6)};
  if (!out.token || !out.member) return bad_row();
  return out;
}

// The rows of a query through `read`; the first that is not well formed ends it.
template <class T, class Read>
Result<std::vector<T>> load_all(Tx& tx, Sql sql, Params params, Read read) {
  std::vector<T> out;
  Result<void> sound;
  TRY(tx.query(sql, params, [&](const Row& row) {
    auto item = read(row);
    if (!item) {
      sound = std::unexpected(std::move(item).error());
      return false;
    }
    out.push_back(*std::move(item));
    return true;
  }));
  if (!sound) return std::unexpected(std::move(sound).error());
  return out;
}

template <class T, class Read>
Result<std::optional<T>> load_one(Tx& tx, Sql sql, Params params, Read read) {
  std::vector<T> rows = TRY(load_all<T>(tx, sql, params, read));
  if (rows.empty()) return std::optional<T>();
  return std::optional<T>(std::move(rows.front()));
}

Result<MemberRow> read_whole_member(const Row& row) { return read_member(row, 0); }

Param blob_or_null(const std::string& bytes) {
  return bytes.empty() ? Param(Null{}) : Param(Blob{bytes});
}

}  // namespace

#define GH_MEMBER_COLUMNS(m)                                                           \
  m "member, " m "role, " m "state, " m "everywhere, " m "vendor, " m "email_hash, " m \
    "profile_ref, " m "version, " m "created_at"

Authority::Found<MemberRow> Authority::member(Tx& tx, MemberId member) const {
  return load_one<MemberRow>(
      tx, "SELECT " GH_MEMBER_COLUMNS("") " FROM member WHERE room = $1 AND member = $2",
      {room_, member}, read_whole_member);
}

Authority::Found<MemberRow> Authority::lock_member(Tx& tx, MemberId member) const {
  // SQLite has one writer: every write closure holds everything.
  return load_one<MemberRow>(
      tx,
      {"SELECT " GH_MEMBER_COLUMNS("") " FROM member WHERE room = $1 AND member = $2",
       "SELECT " GH_MEMBER_COLUMNS("") " FROM member WHERE room = $1 AND member = $2 FOR UPDATE"},
      {room_, member}, read_whole_member);
}

Authority::Found<MemberRow> Authority::member_by_email(Tx& tx, std::string_view hash) const {
  return load_one<MemberRow>(
      tx, "SELECT " GH_MEMBER_COLUMNS("") " FROM member WHERE room = $1 AND email_hash = $2",
      {room_, Blob{hash}}, read_whole_member);
}

Result<std::vector<MemberRow>> Authority::members(Tx& tx, MemberId after, std::size_t limit) const {
  return load_all<MemberRow>(tx,
                             "SELECT " GH_MEMBER_COLUMNS("")
                             " FROM member WHERE room = $1 AND member > $2"
                             " ORDER BY member LIMIT $3",
                             {room_, after, limit}, read_whole_member);
}

Result<std::vector<MemberRow>> Authority::members_in(Tx& tx, ProjectId project, MemberId after,
                                                     std::size_t limit) const {
  return load_all<MemberRow>(
      tx,
      "SELECT " GH_MEMBER_COLUMNS("m.")
      " FROM membership s JOIN member m ON m.room = s.room AND m.member = s.member"
      " WHERE s.room = $1 AND s.project = $2 AND s.member > $3 ORDER BY s.member LIMIT $4",
      {room_, project, after, limit}, read_whole_member);
}

Result<std::vector<MemberRow>> Authority::lock_owners(Tx& tx) const {
  return load_all<MemberRow>(
      tx,
      {"SELECT " GH_MEMBER_COLUMNS("") " FROM member WHERE room = $1 AND role = 'owner'"
                                       " AND state = 'active' ORDER BY member",
       "SELECT " GH_MEMBER_COLUMNS("") " FROM member WHERE room = $1 AND role = 'owner'"
                                       " AND state = 'active' ORDER BY member FOR UPDATE"},
      {room_}, read_whole_member);
}

Result<void> Authority::insert(Tx& tx, const MemberRow& row) const {
  auto made = TRY(tx.exec(
      "INSERT INTO member (room, member, role, state, everywhere, vendor, email_hash,"
      " profile_ref, version, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
      " ON CONFLICT DO NOTHING",
      {room_, row.member, role_name(row.role), state_name(row.state), row.everywhere ? 1 : 0,
       row.vendor, blob_or_null(row.email_hash), row.profile, row.version, row.created_at}));
  if (made == 0) {
    return fail(Fault::conflict, "member-exists", "Somebody with this e-mail address is here.",
                "/email");
  }
  return {};
}

Result<void> Authority::update(Tx& tx, const MemberRow& row) const {
  auto changed = TRY(tx.exec(
      "UPDATE member SET role = $3, state = $4, everywhere = $5, vendor = $6, email_hash = $7,"
      " profile_ref = $8, version = $9 WHERE room = $1 AND member = $2 AND version = $10",
      {room_, row.member, role_name(row.role), state_name(row.state), row.everywhere ? 1 : 0,
       row.vendor, blob_or_null(row.email_hash), row.profile, row.version, row.version - 1}));
  if (changed == 0) {
    return fail(Fault::conflict, "edit-conflict", "Somebody else changed this person just now.");
  }
  return {};
}

Authority::Found<MembershipRow> Authority::membership(Tx& tx, ProjectId project,
                                                      MemberId member) const {
  return load_one<MembershipRow>(tx,
                                 "SELECT project, member, quota, created_at FROM membership"
                                 " WHERE room = $1 AND project = $2 AND member = $3",
                                 {room_, project, member}, read_membership);
}

Result<std::vector<MembershipRow>> Authority::memberships_of(Tx& tx, MemberId member) const {
  return load_all<MembershipRow>(tx,
                                 "SELECT project, member, quota, created_at FROM membership"
                                 " WHERE room = $1 AND member = $2 ORDER BY project",
                                 {room_, member}, read_membership);
}

Result<void> Authority::put(Tx& tx, const MembershipRow& row) const {
  TRY(
      tx.exec("INSERT INTO membership (room, project, member, quota, created_at)"
              " VALUES ($1, $2, $3, $4, $5)"
              " ON CONFLICT (room, project, member) DO UPDATE SET quota = excluded.quota",
              {room_, row.project, row.member, row.quota, row.created_at}));
  return {};
}

Result<bool> Authority::drop_membership(Tx& tx, ProjectId project, MemberId member) const {
  TRY(tx.exec("DELETE FROM member_group WHERE room = $1 AND project = $2 AND member = $3",
              {room_, project, member}));
  return TRY(tx.exec("DELETE FROM membership WHERE room = $1 AND project = $2 AND member = $3",
                     {room_, project, member}))
  > 0;
}

Authority::Found<CredentialRow> Authority::password_of(Tx& tx, MemberId member) const {
  return load_one<CredentialRow>(tx,
                                 "SELECT member, secret_ref, created_at FROM credential"
                                 " WHERE room = $1 AND member = $2 AND kind = 'password'",
                                 {room_, member}, [](const Row& row) -> Result<CredentialRow> {
                                   CredentialRow out{row.id<MemberId>(0), row.id<ContentRef>(1),
                                                     row.integer(2)};
                                   if (!out.secret) return bad_row();
                                   return out;
                                 });
}

Result<void> Authority::insert(Tx& tx, const CredentialRow& row) const {
  TRY(
      tx.exec("INSERT INTO credential (room, member, kind, secret_ref, created_at)"
              " VALUES ($1, $2, 'password', $3, $4)",
              {room_, row.member, row.secret, row.created_at}));
  return {};
}

Result<void> Authority::drop_password(Tx& tx, MemberId member) const {
  TRY(tx.exec("DELETE FROM credential WHERE room = $1 AND member = $2 AND kind = 'password'",
              {room_, member}));
  return {};
}

Authority::Found<Authority::Session> Authority::session(Tx& tx, std::string_view hash) const {
  return load_one<Session>(
      tx,
      "SELECT s.session_hash, s.member, s.created_at, s.expires_at, s.seen_at, "
      GH_MEMBER_COLUMNS("m.")
      " FROM session s JOIN member m ON m.room = s.room AND m.member = s.member"
      " WHERE s.room = $1 AND s.session_hash = $2",
      {room_, Blob{hash}}, [](const Row& row) -> Result<Session> {
        SessionRow session{std::string(row.bytes(0)), row.id<MemberId>(1), row.integer(2),
                           row.integer(3), row.integer(4)};
        return Session{std::move(session), TRY(read_member(row, 5))};
      });
}

Result<void> Authority::insert(Tx& tx, const SessionRow& row) const {
  TRY(
      tx.exec("INSERT INTO session (room, session_hash, member, created_at, seen_at, expires_at)"
              " VALUES ($1, $2, $3, $4, $5, $6)",
              {room_, Blob{row.hash}, row.member, row.created_at, row.seen_at, row.expires_at}));
  return {};
}

Result<bool> Authority::drop_session(Tx& tx, std::string_view hash) const {
  return TRY(
      tx.exec("DELETE FROM session WHERE room = $1 AND session_hash = $2", {room_, Blob{hash}}))
  > 0;
}

Result<void> Authority::drop_sessions_of(Tx& tx, MemberId member) const {
  TRY(tx.exec("DELETE FROM session WHERE room = $1 AND member = $2", {room_, member}));
  return {};
}

Result<void> Authority::keep_newest_sessions(Tx& tx, MemberId member, int keep) const {
  TRY(
      tx.exec("DELETE FROM session WHERE room = $1 AND session_hash IN ("
              " SELECT session_hash FROM session WHERE room = $1 AND member = $2"
              " ORDER BY created_at DESC, session_hash LIMIT 1000 OFFSET $3)",
              {room_, member, keep}));
  return {};
}

Authority::Found<Authority::Token> Authority::token(Tx& tx, std::string_view hash) const {
  return load_one<Token>(
      tx,
      "SELECT t.token_hash, t.token, t.member, t.name_ref, t.created_at, t.expires_at, t.seen_at, "
      GH_MEMBER_COLUMNS("m.")
      " FROM token t JOIN member m ON m.room = t.room AND m.member = t.member"
      " WHERE t.room = $1 AND t.token_hash = $2",
      {room_, Blob{hash}}, [](const Row& row) -> Result<Token> {
        TokenRow token = TRY(read_token(row));
        return Token{std::move(token), TRY(read_member(row, 7))};
      });
}

Result<std::vector<TokenRow>> Authority::tokens_of(Tx& tx, MemberId member) const {
  return load_all<TokenRow>(tx,
                            "SELECT token_hash, token, member, name_ref, created_at, expires_at,"
                            " seen_at FROM token WHERE room = $1 AND member = $2 ORDER BY token",
                            {room_, member}, read_token);
}

Result<void> Authority::insert(Tx& tx, const TokenRow& row) const {
  TRY(
      tx.exec("INSERT INTO token (room, token_hash, token, member, name_ref, created_at,"
              " expires_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
              {room_, Blob{row.hash}, row.token, row.member, row.name, row.created_at,
               row.expires_at, row.seen_at}));
  return {};
}

Result<void> Authority::drop(Tx& tx, const TokenRow& row) const {
  TRY(tx.exec("DELETE FROM token WHERE room = $1 AND token_hash = $2", {room_, Blob{row.hash}}));
  return {};
}

Authority::Found<InviteRow> Authority::invite(Tx& tx, std::string_view hash) const {
  return load_one<InviteRow>(
      tx,
      "SELECT code_hash, invite, member, needs_password, reusable, created_at, expires_at, used_at"
      " FROM invite WHERE room = $1 AND code_hash = $2",
      {room_, Blob{hash}}, [](const Row& row) -> Result<InviteRow> {
        InviteRow out{std::string(row.bytes(0)),
                      row.id<InviteId>(1),
                      row.id<MemberId>(2),
                      row.integer(3) != 0,
                      row.integer(4) != 0,
                      row.integer(5),
                      row.integer(6),
                      row.integer(7)};
        if (!out.invite || !out.member) return bad_row();
        return out;
      });
}

Result<void> Authority::insert(Tx& tx, const InviteRow& row) const {
  TRY(
      tx.exec("INSERT INTO invite (room, code_hash, invite, member, needs_password, reusable,"
              " created_at, expires_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
              {room_, Blob{row.hash}, row.invite, row.member, row.needs_password ? 1 : 0,
               row.reusable ? 1 : 0, row.created_at, row.expires_at, row.used_at}));
  return {};
}

Result<bool> Authority::use(Tx& tx, const InviteRow& row) const {
  return TRY(
      tx.exec("UPDATE invite SET used_at = $3 WHERE room = $1 AND code_hash = $2"
              " AND (used_at = 0 OR reusable = 1)",
              {room_, Blob{row.hash}, tx.now()}))
  > 0;
}

Result<void> Authority::drop_invites_of(Tx& tx, MemberId member) const {
  TRY(tx.exec("DELETE FROM invite WHERE room = $1 AND member = $2", {room_, member}));
  return {};
}

Result<void> Authority::saw_session(Tx& tx, std::string_view hash, TimeMs at) const {
  TRY(
      tx.exec("UPDATE session SET seen_at = $3"
              " WHERE room = $1 AND session_hash = $2 AND seen_at < $3",
              {room_, Blob{hash}, at}));
  return {};
}

Result<void> Authority::saw_token(Tx& tx, std::string_view hash, TimeMs at) const {
  TRY(
      tx.exec("UPDATE token SET seen_at = $3"
              " WHERE room = $1 AND token_hash = $2 AND seen_at < $3",
              {room_, Blob{hash}, at}));
  return {};
}

Result<std::int64_t> Authority::purge(Tx& tx, TimeMs now) const {
  auto sessions = TRY(tx.exec(
      "DELETE FROM session WHERE room = $1 AND session_hash IN (SELECT session_hash FROM session"
      " WHERE room = $1 AND (expires_at <= $2 OR seen_at <= $3) LIMIT $4)",
      {room_, now, now - kSessionIdleMs, kPurgeRows}));
  auto invites = TRY(
      tx.exec("DELETE FROM invite WHERE room = $1 AND code_hash IN (SELECT code_hash FROM invite"
              " WHERE room = $1 AND expires_at <= $2 LIMIT $3)",
              {room_, now - kInviteMs, kPurgeRows}));
  return sessions + invites;
}

#undef GH_MEMBER_COLUMNS

}  // namespace guildhall::identity
