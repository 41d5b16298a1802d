#include "identity/authority_load.h"

namespace guildhall::identity {
namespace {

using store::Blob;
using store::Null;
using store::Param;
using store::Row;
using store::Tx;

std::optional<MemberState> state_of(std::string_view name) {
  for (auto state : {MemberState::invited, MemberState::active, MemberState::removed}) {
    if (state_name(state) == name) return state;
  }
  return std::nullopt;
}

Param blob_or_null(const std::string& bytes) {
  return bytes.empty() ? Param(Null{}) : Param(Blob{bytes});
}

}  // namespace

Result<std::vector<bool>> Authority::judge(Tx& tx, std::size_t rows, const Proofs& proofs) const {
  std::vector<store::MarkedRow> marks;
  for (const auto& proof : proofs) marks.push_back({proof.bytes, proof.mac});
  auto sound = TRY(tx.sealer().sound(marks));
  std::vector<bool> out(rows, true);
  for (std::size_t i = 0; i < proofs.size(); ++i) {
    const auto& proof = proofs[i];
    bool good = sound[i] || (proof.mac.empty() && unmarked_ == Unmarked::taken);
    bool newest = proof.stand.version == 0 ||
                  memory_.is_newest(proof.member, proof.stand, good && tx.reading(), tx.now());
    if (good && newest) continue;
    memory_.refuse(proof.member, proof.bytes);
    out[proof.row] = false;
  }
  return out;
}

// Columns from `at`: those of GH_MEMBER_COLUMNS.
Result<MemberRow> Authority::read_member(const Row& row, int at, Proofs& proofs,
                                         std::size_t number) const {
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
  out.epoch = row.integer(at + 9);
  if (!role || !state || !out.member || !out.profile || out.version < 1) return bad_row();
  out.role = *role;
  out.state = *state;
  proofs.push_back({number,
                    out.member,
                    marked(canonical(room_, out), out.epoch),
                    std::string(row.bytes(at + 10)),
                    {out.version, out.epoch}});
  return out;
}

// A reader of whole members.
#define GH_WHOLE_MEMBER                                        \
  [this](const Row& row, Proofs& proofs, std::size_t number) { \
    return read_member(row, 0, proofs, number);                \
  }

Authority::Found<MemberRow> Authority::member(Tx& tx, MemberId member) const {
  return load_one<MemberRow>(
      tx, "SELECT " GH_MEMBER_COLUMNS("") " FROM member WHERE room = $1 AND member = $2",
      {room_, member}, GH_WHOLE_MEMBER);
}

Authority::Found<MemberRow> Authority::lock_member(Tx& tx, MemberId member) const {
  // SQLite has one writer: every write closure holds everything.
  return load_one<MemberRow>(
      tx,
      {"SELECT " GH_MEMBER_COLUMNS("") " FROM member WHERE room = $1 AND member = $2",
       "SELECT " GH_MEMBER_COLUMNS("") " FROM member WHERE room = $1 AND member = $2 FOR UPDATE"},
      {room_, member}, GH_WHOLE_MEMBER);
}

Authority::Found<MemberRow> Authority::member_by_email(Tx& tx, std::string_view hash) const {
  return load_one<MemberRow>(
      tx, "SELECT " GH_MEMBER_COLUMNS("") " FROM member WHERE room = $1 AND email_hash = $2",
      {room_, Blob{hash}}, GH_WHOLE_MEMBER);
}

Result<std::vector<MemberRow>> Authority::members(Tx& tx, MemberId after, std::size_t limit) const {
  return load_all<MemberRow>(tx,
                             "SELECT " GH_MEMBER_COLUMNS("")
                             " FROM member WHERE room = $1 AND member > $2"
                             " ORDER BY member LIMIT $3",
                             {room_, after, limit}, GH_WHOLE_MEMBER);
}

Result<std::vector<MemberRow>> Authority::members_in(Tx& tx, ProjectId project, MemberId after,
                                                     std::size_t limit) const {
  return load_all<MemberRow>(
      tx,
      "SELECT " GH_MEMBER_COLUMNS("m.")
      " FROM membership s JOIN member m ON m.room = s.room AND m.member = s.member"
      " WHERE s.room = $1 AND s.project = $2 AND s.member > $3 ORDER BY s.member LIMIT $4",
      {room_, project, after, limit}, GH_WHOLE_MEMBER);
}

Result<std::vector<MemberRow>> Authority::lock_owners(Tx& tx) const {
  return load_all<MemberRow>(
      tx,
      {"SELECT " GH_MEMBER_COLUMNS("") " FROM member WHERE room = $1 AND role = 'owner'"
                                       " AND state = 'active' ORDER BY member",
       "SELECT " GH_MEMBER_COLUMNS("") " FROM member WHERE room = $1 AND role = 'owner'"
                                       " AND state = 'active' ORDER BY member FOR UPDATE"},
      {room_}, GH_WHOLE_MEMBER);
}

#undef GH_WHOLE_MEMBER

Result<void> Authority::insert(Tx& tx, const MemberRow& row) const {
  std::string mac = TRY(mac_of(tx, row, row.epoch));
  auto made = TRY(
      tx.exec("INSERT INTO member (room, member, role, state, everywhere, vendor, email_hash,"
              " profile_ref, version, created_at, epoch, mac)"
              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING",
              {room_, row.member, role_name(row.role), state_name(row.state),
               row.everywhere ? 1 : 0, row.vendor, blob_or_null(row.email_hash), row.profile,
               row.version, row.created_at, row.epoch, Blob{mac}}));
  if (made == 0) {
    return fail(Fault::conflict, "member-exists", "Somebody with this e-mail address is here.",
                "/email");
  }
  return {};
}

Result<void> Authority::update(Tx& tx, const MemberRow& row) const {
  std::string mac = TRY(mac_of(tx, row, row.epoch));
  auto changed = TRY(tx.exec(
      "UPDATE member SET role = $3, state = $4, everywhere = $5, vendor = $6, email_hash = $7,"
      " profile_ref = $8, version = $9, mac = $11"
      " WHERE room = $1 AND member = $2 AND version = $10 AND epoch = $12",
      {room_, row.member, role_name(row.role), state_name(row.state), row.everywhere ? 1 : 0,
       row.vendor, blob_or_null(row.email_hash), row.profile, row.version, row.version - 1,
       Blob{mac}, row.epoch}));
  if (changed == 0) {
    return fail(Fault::conflict, "edit-conflict", "Somebody else changed this person just now.");
  }
  return {};
}

namespace {

// Columns: project, member, quota, created_at, mac, and the member's epoch.
template <class Proofs>
Result<MembershipRow> read_membership(RoomId room, const Row& row, Proofs& proofs,
                                      std::size_t number) {
  MembershipRow out{row.id<ProjectId>(0), row.id<MemberId>(1), row.integer(2), row.integer(3)};
  if (!out.project || !out.member) return bad_row();
  proofs.push_back({number, out.member, marked(canonical(room, out), row.integer(5)),
                    std::string(row.bytes(4))});
  return out;
}

}  // namespace

Authority::Found<MembershipRow> Authority::membership(Tx& tx, ProjectId project,
                                                      MemberId member) const {
  return load_one<MembershipRow>(
      tx,
      "SELECT s.project, s.member, s.quota, s.created_at, s.mac, m.epoch FROM membership s"
      " JOIN member m ON m.room = s.room AND m.member = s.member"
      " WHERE s.room = $1 AND s.project = $2 AND s.member = $3",
      {room_, project, member}, [this](const Row& row, Proofs& proofs, std::size_t number) {
        return read_membership(room_, row, proofs, number);
      });
}

Result<std::vector<MembershipRow>> Authority::memberships_of(Tx& tx, MemberId member) const {
  return load_all<MembershipRow>(
      tx,
      "SELECT s.project, s.member, s.quota, s.created_at, s.mac, m.epoch FROM membership s"
      " JOIN member m ON m.room = s.room AND m.member = s.member"
      " WHERE s.room = $1 AND s.member = $2 ORDER BY s.project",
      {room_, member}, [this](const Row& row, Proofs& proofs, std::size_t number) {
        return read_membership(room_, row, proofs, number);
      });
}

Result<void> Authority::put(Tx& tx, const MembershipRow& row, std::int64_t epoch) const {
  std::string mac = TRY(mac_of(tx, row, epoch));
  TRY(
      tx.exec("INSERT INTO membership (room, project, member, quota, created_at, mac)"
              " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (room, project, member)"
              " DO UPDATE SET quota = excluded.quota, created_at = excluded.created_at,"
              " mac = excluded.mac",
              {room_, row.project, row.member, row.quota, row.created_at, Blob{mac}}));
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
  return load_one<CredentialRow>(
      tx,
      "SELECT c.member, c.secret_ref, c.created_at, c.mac, m.epoch FROM credential c"
      " JOIN member m ON m.room = c.room AND m.member = c.member"
      " WHERE c.room = $1 AND c.member = $2 AND c.kind = 'password'",
      {room_, member},
      [this](const Row& row, Proofs& proofs, std::size_t number) -> Result<CredentialRow> {
        CredentialRow out{row.id<MemberId>(0), row.id<ContentRef>(1), row.integer(2)};
        if (!out.secret) return bad_row();
        proofs.push_back({number, out.member, marked(canonical(room_, out), row.integer(4)),
                          std::string(row.bytes(3))});
        return out;
      });
}

Result<void> Authority::insert(Tx& tx, const CredentialRow& row, std::int64_t epoch) const {
  std::string mac = TRY(mac_of(tx, row, epoch));
  TRY(
      tx.exec("INSERT INTO credential (room, member, kind, secret_ref, created_at, mac)"
              " VALUES ($1, $2, 'password', $3, $4, $5)",
              {room_, row.member, row.secret, row.created_at, Blob{mac}}));
  return {};
}

Result<void> Authority::drop_password(Tx& tx, MemberId member) const {
  TRY(tx.exec("DELETE FROM credential WHERE room = $1 AND member = $2 AND kind = 'password'",
              {room_, member}));
  return {};
}

}  // namespace guildhall::identity
