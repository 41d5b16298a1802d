// The messages between a keeper and a vault, byte by byte as docs/protocol.md says: the vault's
// challenge, verdict and tally, the keeper's statement (a lease, a withdrawal, a restore or a
// shredding). Each is a label, a version, fields, and an Ed25519 signature over all of that.
//
// Concurrency: pure functions. Limits: kMaxLeaseKeys keys a message.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/hpke.h"
#include "crypto/sign.h"

namespace guildhall::vault {

inline constexpr std::size_t kProjectKeyBytes = 32;
inline constexpr std::size_t kKeyIdBytes = 16;
inline constexpr ProjectId kRoomsOwn{0};  // the key of the room's own matters stands as project 0

// Who a keeper is. The epoch is a new one when a keeper is rebuilt, so that what an older one
// signed binds nobody any more.
struct KeeperId {
  std::string public_key;
  std::uint64_t epoch = 0;
  bool operator==(const KeeperId&) const = default;
};
std::string keeper_id_text(const KeeperId& id);  // keeper1:EPOCH:BASE64URL
// Error: invalid/"bad-keeper-id".
Result<KeeperId> parse_keeper_id(std::string_view text);

// Names a key without telling it.
std::string key_id_of(std::string_view key);

struct WantedKey {
  ProjectId project;
  std::string key_id;        // kKeyIdBytes; empty: there is no key yet, the keeper makes one
  std::int64_t left_ms = 0;  // how much longer the vault holds it
};

struct Challenge {
  RoomId room;
  std::string nonce;                  // 32 bytes
  std::string hpke_key;               // fresh for this challenge
  std::uint64_t checkpoint_size = 0;  // of the room's newest checkpoint
  std::vector<WantedKey> wanted;      // by project, ascending
};
std::string sign_challenge(const Challenge& challenge, const crypto::SigningKey& log_key);
// Errors: malformed/"lease-malformed", unsupported/"lease-version", forbidden/"lease-forged".
Result<Challenge> open_challenge(std::string_view message, std::string_view log_public_key);

enum class StatementKind : std::uint8_t { lease = 1, withdrawal = 2, restore = 3, shredding = 4 };

struct Statement {
  StatementKind kind = StatementKind::lease;
  RoomId room;
  KeeperId keeper;
  std::uint64_t counter = 0;  // higher than in any statement before, of this keeper to this room
  // a lease
  std::string challenge;  // SHA-256 of the vault's message
  std::int64_t term_ms = 0;
  std::vector<ProjectId> projects;  // ascending
  std::string sealed_keys;          // HPKE, see seal_keys
  // a withdrawal or restore; a shredding is of one project
  bool whole_room = false;
  ProjectId project;  // otherwise
};

// Seals the keys of `lease.projects`, joined in their order, to the challenge's key; everything
// else that the lease says is bound in.
Result<void> seal_keys(Statement& lease, std::string_view hpke_key, const Secret& joined_keys);
Result<Secret> open_keys(const Statement& lease, const crypto::HpkeKey& key);

std::string sign_statement(const Statement& statement, const crypto::SigningKey& key);
// Reads without checking the signature: who must have signed is found by what it says.
// Errors: malformed/"lease-malformed", unsupported/"lease-version".
Result<Statement> read_statement(std::string_view message);
bool signed_by(std::string_view message, std::string_view public_key);

// What a vault made of a statement.
struct Verdict {
  RoomId room;
  std::string statement;  // SHA-256 of the keeper's message
  std::string refusal;    // the error's type; empty: taken
};
std::string sign_verdict(const Verdict& verdict, const crypto::SigningKey& log_key);
// Errors as of open_challenge.
Result<Verdict> open_verdict(std::string_view message, std::string_view log_public_key);

// What the vault has done since its process began, for the keeper to judge.
struct Counts {
  std::uint64_t openings = 0;    // objects opened, but for deliveries
  std::uint64_t bulk = 0;        // objects opened for deliveries and figures on quality
  std::uint64_t refused = 0;     // openings beyond the budget
  std::uint64_t deeds = 0;       // taken into the log
  std::uint64_t deliveries = 0;  // deeds of deliveries among them
};
struct Tally {
  RoomId room;
  TimeMs since_ms = 0;  // when the vault's process began
  TimeMs at_ms = 0;
  Counts counts;
  std::uint64_t checkpoint_size = 0;  // of the newest checkpoint
  TimeMs checkpoint_at_ms = 0;
};
std::string sign_tally(const Tally& tally, const crypto::SigningKey& log_key);
// Errors as of open_challenge.
Result<Tally> open_tally(std::string_view message, std::string_view log_public_key);

// What a keeper answered as witness to a request to cosign.
struct WitnessWord {
  std::string request;  // SHA-256 of the request
  std::string answer;   // tlog::WitnessAnswer as text
};
std::string sign_witness_word(const WitnessWord& word, const crypto::SigningKey& keeper_key);
// Errors as of open_challenge.
Result<WitnessWord> open_witness_word(std::string_view message, std::string_view keeper_public_key);

std::string digest_of(std::string_view message);  // SHA-256, 32 bytes

// The name of a keeper as a witness in signed notes; its key there is the one it signs with here.
std::string witness_name(std::string_view keeper_public_key);

}  // namespace guildhall::vault
