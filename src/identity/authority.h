// The one loader of the rows that say who may do what: members, memberships, credentials,
// sessions, tokens, invites. Every read and every write of these tables is here, over canonical
// bytes, so that a row can be authenticated where it enters and where it leaves.
//
// Canonical bytes: the table's word, the room, then every column in the order of the struct;
// integers as 8 bytes big-endian, texts with their length in 8 bytes in front. `seen_at` is left
// out: it is bookkeeping that changes without a deed. The deed of each change carries the
// SHA-256 of the canonical bytes of the row it made, so that an audit finds a row that was
// written past this code.
//
// Each row carries the MAC, by the vault, of its canonical bytes and of its member's `epoch`: who
// writes the database past this code cannot make a row that counts. A row whose MAC does not hold
// is refused: forbidden/"authority-broken" where one was asked for, left out of lists; and it is
// remembered for the log (RowMemory). What was taken away does not come back by being put back:
// whatever ends a grant raises the epoch and marks anew what the member keeps. A member's own row
// of an older version is refused by every process that has seen the newer one; one that has not
// takes it, and an audit against the deeds finds it (docs/threat-model.md).
//
// A row that is not well formed (an unknown role or state, a version below one) is
// internal/"bad-authority-row", never a guess.
//
// Concurrency: as the Tx. Limits: none of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "identity/policy.h"
#include "identity/row_memory.h"
#include "store/database.h"

namespace guildhall::identity {

enum class MemberState : std::uint8_t { invited, active, removed };
std::string_view state_name(MemberState state);

struct MemberRow {
  MemberId member;
  Role role = Role::expert;
  MemberState state = MemberState::invited;
  bool everywhere = false;
  std::int64_t vendor = 0;
  std::string email_hash;  // empty: no e-mail address
  ContentRef profile;
  std::int64_t version = 1;
  TimeMs created_at = 0;
  std::int64_t epoch = 0;  // in no canonical bytes: every row of the member is under it
};

struct MembershipRow {
  ProjectId project;
  MemberId member;
  std::int64_t quota = 0;
  TimeMs created_at = 0;
};

struct CredentialRow {
  MemberId member;
  ContentRef secret;
  TimeMs created_at = 0;
};

struct SessionRow {
  std::string hash;
  MemberId member;
  TimeMs created_at = 0;
  TimeMs expires_at = 0;
  TimeMs seen_at = 0;
};

struct TokenRow {
  std::string hash;
  TokenId token;
  MemberId member;
  ContentRef name;
  TimeMs created_at = 0;
  TimeMs expires_at = 0;  // 0: never
  TimeMs seen_at = 0;
};

struct InviteRow {
  std::string hash;
  InviteId invite;
  MemberId member;
  bool needs_password = true;
  bool reusable = false;
  TimeMs created_at = 0;
  TimeMs expires_at = 0;
  TimeMs used_at = 0;
};

std::string canonical(RoomId room, const MemberRow& row);
std::string canonical(RoomId room, const MembershipRow& row);
std::string canonical(RoomId room, const CredentialRow& row);
std::string canonical(RoomId room, const SessionRow& row);
std::string canonical(RoomId room, const TokenRow& row);
std::string canonical(RoomId room, const InviteRow& row);

// What a row's MAC is over: its canonical bytes and the member's epoch.
std::string marked(std::string canonical_bytes, std::int64_t epoch);

class Authority {
 public:
  enum class Unmarked : unsigned char { refused, taken };
  // `taken` believes rows that have no MAC at all: for adopt_rows.
  explicit Authority(RoomId room, Unmarked unmarked = Unmarked::refused)
      : room_(room), unmarked_(unmarked) {}
  RoomId room() const { return room_; }
  RowMemory& memory() const { return memory_; }

  template <class Row>
  using Found = Result<std::optional<Row>>;
  struct Session {
    SessionRow session;
    MemberRow member;
  };
  struct Token {
    TokenRow token;
    MemberRow member;
  };

  Found<MemberRow> member(store::Tx& tx, MemberId member) const;
  // The same, locked until the transaction ends: whoever gives rights or takes them away holds the
  // row, so that a session cannot slip in beside a removal.
  Found<MemberRow> lock_member(store::Tx& tx, MemberId member) const;
  Found<MemberRow> member_by_email(store::Tx& tx, std::string_view email_hash) const;
  // In order of key, those after `after`.
  Result<std::vector<MemberRow>> members(store::Tx& tx, MemberId after, std::size_t limit) const;
  Result<std::vector<MemberRow>> members_in(store::Tx& tx, ProjectId project, MemberId after,
                                            std::size_t limit) const;
  // The active owners, locked until the transaction ends.
  Result<std::vector<MemberRow>> lock_owners(store::Tx& tx) const;
  // Error: conflict/"member-exists" where the e-mail address is taken.
  Result<void> insert(store::Tx& tx, const MemberRow& row) const;
  // Writes the row as version `row.version`, over the version before it.
  // Error: conflict/"edit-conflict" where that one is gone.
  Result<void> update(store::Tx& tx, const MemberRow& row) const;
  // After rows of the member were taken away: none of them counts again. `row` is locked.
  Result<void> raise_epoch(store::Tx& tx, MemberRow& row) const;
  // New MACs for the member's row, under `row.epoch`, and for each row of theirs that is sound
  // under the epoch `before`.
  Result<void> mark_anew(store::Tx& tx, const MemberRow& row, std::int64_t before) const;

  Found<MembershipRow> membership(store::Tx& tx, ProjectId project, MemberId member) const;
  Result<std::vector<MembershipRow>> memberships_of(store::Tx& tx, MemberId member) const;
  Result<void> put(store::Tx& tx, const MembershipRow& row, std::int64_t epoch) const;
  // False where there was none.
  Result<bool> drop_membership(store::Tx& tx, ProjectId project, MemberId member) const;

  Found<CredentialRow> password_of(store::Tx& tx, MemberId member) const;
  Result<void> insert(store::Tx& tx, const CredentialRow& row, std::int64_t epoch) const;
  Result<void> drop_password(store::Tx& tx, MemberId member) const;

  // Session or token with its member: one statement, one probe in each table.
  Found<Session> session(store::Tx& tx, std::string_view hash) const;
  Result<std::vector<SessionRow>> sessions_of(store::Tx& tx, MemberId member) const;
  Result<void> insert(store::Tx& tx, const SessionRow& row, std::int64_t epoch) const;
  Result<bool> drop_session(store::Tx& tx, std::string_view hash) const;
  Result<void> drop_sessions_of(store::Tx& tx, MemberId member) const;
  Result<void> keep_newest_sessions(store::Tx& tx, MemberId member, int keep) const;

  Found<Token> token(store::Tx& tx, std::string_view hash) const;
  Result<std::vector<TokenRow>> tokens_of(store::Tx& tx, MemberId member) const;
  Result<void> insert(store::Tx& tx, const TokenRow& row, std::int64_t epoch) const;
  Result<void> drop(store::Tx& tx, const TokenRow& row) const;

  Found<InviteRow> invite(store::Tx& tx, std::string_view hash) const;
  Result<std::vector<InviteRow>> invites_of(store::Tx& tx, MemberId member) const;
  Result<void> insert(store::Tx& tx, const InviteRow& row, std::int64_t epoch) const;
  // False where somebody used it first.
  Result<bool> use(store::Tx& tx, const InviteRow& row, std::int64_t epoch) const;
  Result<void> drop_invites_of(store::Tx& tx, MemberId member) const;

  Result<void> saw_session(store::Tx& tx, std::string_view hash, TimeMs at) const;
  Result<void> saw_token(store::Tx& tx, std::string_view hash, TimeMs at) const;
  // Sessions and invites that ended before `now`, at most kPurgeRows of each; how many.
  Result<std::int64_t> purge(store::Tx& tx, TimeMs now) const;

 private:
  // What shows that a row of a result is sound; a row of two tables has two.
  struct Proof {
    std::size_t row;
    MemberId member;
    std::string bytes;
    std::string mac;
    RowMemory::Stand stand = {};  // of a member's row
  };
  using Proofs = std::vector<Proof>;
  template <class T>
  struct Loaded {
    std::vector<T> rows;  // the sound ones
    bool refused = false;
  };
  template <class T, class Read>
  Result<Loaded<T>> load(store::Tx& tx, store::Sql sql, store::Params params, Read read) const;
  template <class T, class Read>
  Result<std::vector<T>> load_all(store::Tx& tx, store::Sql sql, store::Params params,
                                  Read read) const;
  template <class T, class Read>
  Found<T> load_one(store::Tx& tx, store::Sql sql, store::Params params, Read read) const;
  // Of each of `rows` rows: are all its proofs good? The others go to the memory.
  Result<std::vector<bool>> judge(store::Tx& tx, std::size_t rows, const Proofs& proofs) const;
  Result<MemberRow> read_member(const store::Row& row, int at, Proofs& proofs,
                                std::size_t number) const;
  template <class T>
  Result<std::string> mac_of(store::Tx& tx, const T& row, std::int64_t epoch) const;

  RoomId room_;
  Unmarked unmarked_;
  mutable RowMemory memory_;
};

// Gives a MAC to every row that has none: once, by who runs the room, on a room that was made
// before rows had them. How many members. A row with a wrong MAC stays refused.
Result<std::int64_t> adopt_rows(store::Database& db, RoomId room);
// Refuses a room that has members and not one that is marked: unavailable/"unmarked-room".
Result<void> refuse_unmarked(store::Database& db, RoomId room);

}  // namespace guildhall::identity
