// Sessions, tokens and invitations: the rows that let somebody in.
#include "base/limits.h"
#include "identity/authority_load.h"

namespace guildhall::identity {

using store::Blob;
using store::Row;
using store::Tx;

Authority::Found<Authority::Session> Authority::session(Tx& tx, std::string_view hash) const {
  return load_one<Session>(
      tx,
      "SELECT s.session_hash, s.member, s.created_at, s.expires_at, s.seen_at, s.mac, "
      GH_MEMBER_COLUMNS("m.")
      " FROM session s JOIN member m ON m.room = s.room AND m.member = s.member"
      " WHERE s.room = $1 AND s.session_hash = $2",
      {room_, Blob{hash}},
      [this](const Row& row, Proofs& proofs, std::size_t number) -> Result<Session> {
        SessionRow session{std::string(row.bytes(0)), row.id<MemberId>(1), row.integer(2),
                           row.integer(3), row.integer(4)};
        MemberRow member = TRY(read_member(row, 6, proofs, number));
        proofs.push_back({number, session.member, marked(canonical(room_, session), member.epoch),
                          std::string(row.bytes(5))});
        return Session{std::move(session), std::move(member)};
      });
}

Result<std::vector<SessionRow>> Authority::sessions_of(Tx& tx, MemberId member) const {
  return load_all<SessionRow>(
      tx,
      "SELECT s.session_hash, s.member, s.created_at, s.expires_at, s.seen_at, s.mac, m.epoch"
      " FROM session s JOIN member m ON m.room = s.room AND m.member = s.member"
      " WHERE s.room = $1 AND s.member = $2 ORDER BY s.session_hash",
      {room_, member},
      [this](const Row& row, Proofs& proofs, std::size_t number) -> Result<SessionRow> {
        SessionRow out{std::string(row.bytes(0)), row.id<MemberId>(1), row.integer(2),
                       row.integer(3), row.integer(4)};
        proofs.push_back({number, out.member, marked(canonical(room_, out), row.integer(6)),
                          std::string(row.bytes(5))});
        return out;
      });
}

Result<void> Authority::insert(Tx& tx, const SessionRow& row, std::int64_t epoch) const {
  std::string mac = TRY(mac_of(tx, row, epoch));
  TRY(tx.exec(
      "INSERT INTO session (room, session_hash, member, created_at, seen_at, expires_at,"
      " mac) VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {room_, Blob{row.hash}, row.member, row.created_at, row.seen_at, row.expires_at, Blob{mac}}));
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

namespace {

// Columns: token_hash, token, member, name_ref, created_at, expires_at, seen_at.
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

// Columns: code_hash, invite, member, needs_password, reusable, created_at, expires_at, used_at.
Result<InviteRow> read_invite(const Row& row) {
  InviteRow out{
      std::string(row.bytes(0)), row.id<InviteId>(1), row.id<MemberId>(2), row.integer(3) != 0,
      row.integer(4) != 0,       row.integer(5),      row.integer(6),      row.integer(7)};
  if (!out.invite || !out.member) return bad_row();
  return out;
}

}  // namespace

Authority::Found<Authority::Token> Authority::token(Tx& tx, std::string_view hash) const {
  return load_one<Token>(
      tx,
      "SELECT t.token_hash, t.token, t.member, t.name_ref, t.created_at, t.expires_at, t.seen_at,"
      " t.mac, " GH_MEMBER_COLUMNS("m.")
      " FROM token t JOIN member m ON m.room = t.room AND m.member = t.member"
      " WHERE t.room = $1 AND t.token_hash = $2",
      {room_, Blob{hash}},
      [this](const Row& row, Proofs& proofs, std::size_t number) -> Result<Token> {
        TokenRow token = TRY(read_token(row));
        MemberRow member = TRY(read_member(row, 8, proofs, number));
        proofs.push_back({number, token.member, marked(canonical(room_, token), member.epoch),
                          std::string(row.bytes(7))});
        return Token{std::move(token), std::move(member)};
      });
}

Result<std::vector<TokenRow>> Authority::tokens_of(Tx& tx, MemberId member) const {
  return load_all<TokenRow>(
      tx,
      "SELECT t.token_hash, t.token, t.member, t.name_ref, t.created_at, t.expires_at, t.seen_at,"
      " t.mac, m.epoch FROM token t JOIN member m ON m.room = t.room AND m.member = t.member"
      " WHERE t.room = $1 AND t.member = $2 ORDER BY t.token",
      {room_, member},
      [this](const Row& row, Proofs& proofs, std::size_t number) -> Result<TokenRow> {
        TokenRow out = TRY(read_token(row));
        proofs.push_back({number, out.member, marked(canonical(room_, out), row.integer(8)),
                          std::string(row.bytes(7))});
        return out;
      });
}

Result<void> Authority::insert(Tx& tx, const TokenRow& row, std::int64_t epoch) const {
  std::string mac = TRY(mac_of(tx, row, epoch));
  TRY(
      tx.exec("INSERT INTO token (room, token_hash, token, member, name_ref, created_at,"
              " expires_at, seen_at, mac) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
              {room_, Blob{row.hash}, row.token, row.member, row.name, row.created_at,
               row.expires_at, row.seen_at, Blob{mac}}));
  return {};
}

Result<void> Authority::drop(Tx& tx, const TokenRow& row) const {
  TRY(tx.exec("DELETE FROM token WHERE room = $1 AND token_hash = $2", {room_, Blob{row.hash}}));
  return {};
}

#define GH_INVITE_COLUMNS                                                                      \
  "i.code_hash, i.invite, i.member, i.needs_password, i.reusable, i.created_at, i.expires_at," \
  " i.used_at, i.mac, m.epoch FROM invite i"                                                   \
  " JOIN member m ON m.room = i.room AND m.member = i.member"

Authority::Found<InviteRow> Authority::invite(Tx& tx, std::string_view hash) const {
  return load_one<InviteRow>(
      tx, "SELECT " GH_INVITE_COLUMNS " WHERE i.room = $1 AND i.code_hash = $2",
      {room_, Blob{hash}},
      [this](const Row& row, Proofs& proofs, std::size_t number) -> Result<InviteRow> {
        InviteRow out = TRY(read_invite(row));
        proofs.push_back({number, out.member, marked(canonical(room_, out), row.integer(9)),
                          std::string(row.bytes(8))});
        return out;
      });
}

Result<std::vector<InviteRow>> Authority::invites_of(Tx& tx, MemberId member) const {
  return load_all<InviteRow>(
      tx, "SELECT " GH_INVITE_COLUMNS " WHERE i.room = $1 AND i.member = $2 ORDER BY i.code_hash",
      {room_, member},
      [this](const Row& row, Proofs& proofs, std::size_t number) -> Result<InviteRow> {
        InviteRow out = TRY(read_invite(row));
        proofs.push_back({number, out.member, marked(canonical(room_, out), row.integer(9)),
                          std::string(row.bytes(8))});
        return out;
      });
}

#undef GH_INVITE_COLUMNS

Result<void> Authority::insert(Tx& tx, const InviteRow& row, std::int64_t epoch) const {
  std::string mac = TRY(mac_of(tx, row, epoch));
  TRY(
      tx.exec("INSERT INTO invite (room, code_hash, invite, member, needs_password, reusable,"
              " created_at, expires_at, used_at, mac)"
              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
              {room_, Blob{row.hash}, row.invite, row.member, row.needs_password ? 1 : 0,
               row.reusable ? 1 : 0, row.created_at, row.expires_at, row.used_at, Blob{mac}}));
  return {};
}

Result<bool> Authority::use(Tx& tx, const InviteRow& row, std::int64_t epoch) const {
  InviteRow used = row;
  used.used_at = tx.now();
  std::string mac = TRY(mac_of(tx, used, epoch));
  return TRY(
      tx.exec("UPDATE invite SET used_at = $3, mac = $4 WHERE room = $1 AND code_hash = $2"
              " AND (used_at = 0 OR reusable = 1)",
              {room_, Blob{used.hash}, used.used_at, Blob{mac}}))
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

}  // namespace guildhall::identity
