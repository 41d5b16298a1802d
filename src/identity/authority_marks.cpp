// MACs made anew: when something a member had is taken away, and for a room that has none yet.
#include "base/limits.h"
#include "identity/authority_load.h"

namespace guildhall::identity {
namespace {

using store::Blob;
using store::Tx;

// Everything that a member has, in one order.
struct Grants {
  std::vector<SessionRow> sessions;
  std::vector<TokenRow> tokens;
  std::vector<MembershipRow> memberships;
  std::vector<InviteRow> invites;
  std::vector<CredentialRow> passwords;

  template <class Each>
  void each(Each each_row) const {
    for (const auto& row : sessions) each_row(row);
    for (const auto& row : tokens) each_row(row);
    for (const auto& row : memberships) each_row(row);
    for (const auto& row : invites) each_row(row);
    for (const auto& row : passwords) each_row(row);
  }
};

Result<void> set_mac(Tx& tx, RoomId room, const SessionRow& row, std::string_view mac) {
  return tx.put("UPDATE session SET mac = $3 WHERE room = $1 AND session_hash = $2",
                {room, Blob{row.hash}, Blob{mac}});
}

Result<void> set_mac(Tx& tx, RoomId room, const TokenRow& row, std::string_view mac) {
  return tx.put("UPDATE token SET mac = $3 WHERE room = $1 AND token_hash = $2",
                {room, Blob{row.hash}, Blob{mac}});
}

Result<void> set_mac(Tx& tx, RoomId room, const MembershipRow& row, std::string_view mac) {
  return tx.put("UPDATE membership SET mac = $4 WHERE room = $1 AND project = $2 AND member = $3",
                {room, row.project, row.member, Blob{mac}});
}

Result<void> set_mac(Tx& tx, RoomId room, const InviteRow& row, std::string_view mac) {
  return tx.put("UPDATE invite SET mac = $3 WHERE room = $1 AND code_hash = $2",
                {room, Blob{row.hash}, Blob{mac}});
}

Result<void> set_mac(Tx& tx, RoomId room, const CredentialRow& row, std::string_view mac) {
  return tx.put(
      "UPDATE credential SET mac = $3 WHERE room = $1 AND member = $2 AND kind = 'password'",
      {room, row.member, Blob{mac}});
}

Result<std::vector<std::string>> macs_of(Tx& tx, const std::vector<std::string>& rows) {
  std::vector<std::string_view> views(rows.begin(), rows.end());
  std::vector<std::string> all;
  for (std::size_t at = 0; at < views.size(); at += kMaxSealBatch) {
    auto part = std::span(views).subspan(at, std::min(kMaxSealBatch, views.size() - at));
    for (auto& mac : TRY(tx.sealer().mac(part))) all.push_back(std::move(mac));
  }
  return all;
}

}  // namespace

Result<void> Authority::mark_anew(Tx& tx, const MemberRow& row, std::int64_t before) const {
  Grants has;  // read while the stored epoch is still the one before
  has.sessions = TRY(sessions_of(tx, row.member));
  has.tokens = TRY(tokens_of(tx, row.member));
  has.memberships = TRY(memberships_of(tx, row.member));
  has.invites = TRY(invites_of(tx, row.member));
  auto password = password_of(tx, row.member);
  if (!password && password.error().type != "authority-broken") {
    return std::unexpected(std::move(password).error());
  }
  if (password && *password) has.passwords.push_back(**password);
  std::vector<std::string> bytes{marked(canonical(room_, row), row.epoch)};
  has.each([&](const auto& one) { bytes.push_back(marked(canonical(room_, one), row.epoch)); });
  auto macs = TRY(macs_of(tx, bytes));
  auto changed =
      TRY(tx.exec("UPDATE member SET epoch = $3, mac = $4"
                  " WHERE room = $1 AND member = $2 AND version = $5 AND epoch = $6",
                  {room_, row.member, row.epoch, Blob{macs[0]}, row.version, before}));
  if (changed == 0) {
    return fail(Fault::conflict, "edit-conflict", "Somebody else changed this person just now.");
  }
  std::size_t next = 1;
  Result<void> set;
  has.each([&](const auto& one) {
    if (set) set = set_mac(tx, room_, one, macs[next++]);
  });
  return set;
}

Result<void> Authority::raise_epoch(Tx& tx, MemberRow& row) const {
  std::int64_t before = row.epoch++;
  return mark_anew(tx, row, before);
}

Result<std::int64_t> adopt_rows(store::Database& db, RoomId room) {
  Authority authority(room, Authority::Unmarked::taken);
  std::int64_t count = 0;
  MemberId after;
  while (true) {
    auto part = TRY(db.write_as([&](Tx& tx) -> Result<std::vector<MemberRow>> {
      auto rows = TRY(authority.members(tx, after, kMaxPage));
      for (const auto& row : rows) TRY(authority.mark_anew(tx, row, row.epoch));
      return rows;
    }));
    if (part.empty()) return count;
    count += static_cast<std::int64_t>(part.size());
    after = part.back().member;
  }
}

Result<void> refuse_unmarked(store::Database& db, RoomId room) {
  return db.read([&](Tx& tx) -> Result<void> {
    auto unmarked = TRY(
        tx.first("SELECT COUNT(*), COUNT(mac) FROM member WHERE room = $1", {room},
                 [](const store::Row& row) { return row.integer(0) > 0 && row.integer(1) == 0; }));
    if (!unmarked.value_or(false)) return {};
    return fail(Fault::unavailable, "unmarked-room",
                "The members of this room were written before they were marked. Look at who they"
                " are, then let `guildhall room adopt` mark them.");
  });
}

}  // namespace guildhall::identity
