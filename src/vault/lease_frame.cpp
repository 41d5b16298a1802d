#include "vault/lease_frame.h"

#include <fmt/format.h>

#include <charconv>

#include "base/fields.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/hmac.h"

namespace guildhall::vault {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kNonceBytes = 32;
constexpr std::size_t kMaxRefusalBytes = 64;
constexpr std::string_view kChallengeLabel = "guildhall/lease-challenge";
constexpr std::string_view kStatementLabel = "guildhall/keeper-statement";
constexpr std::string_view kVerdictLabel = "guildhall/keeper-verdict";
constexpr std::string_view kTallyLabel = "guildhall/log-tally";
constexpr std::string_view kWitnessLabel = "guildhall/witness-answer";
constexpr std::string_view kSealLabel = "guildhall/lease-keys";
constexpr std::string_view kKeyIdLabel = "guildhall/key-id";
constexpr std::string_view kKeeperIdPrefix = "keeper1:";
constexpr std::size_t kWitnessNameBytes = 8;

FieldWriter begin(std::string_view label) {
  FieldWriter out;
  out.bytes(label).u8(kVersion);
  return out;
}

std::string finish(std::string body, const crypto::SigningKey& key) {
  body += key.sign(body);
  return body;
}

std::unexpected<Error> malformed() {
  return fail(Fault::malformed, "lease-malformed", "The message is not of the form it claims.");
}

// The fields behind label and version, without the signature.
Result<FieldReader> fields_of(std::string_view message, std::string_view label) {
  if (message.size() < crypto::kSignatureBytes) return malformed();
  FieldReader in(message.substr(0, message.size() - crypto::kSignatureBytes));
  if (in.bytes() != label) return malformed();
  if (in.u8() != kVersion) {
    return fail(Fault::unsupported, "lease-version", "The message is of another version.");
  }
  return in;
}

Result<FieldReader> signed_fields_of(std::string_view message, std::string_view label,
                                     std::string_view public_key) {
  auto in = TRY(fields_of(message, label));
  if (!signed_by(message, public_key)) {
    return fail(Fault::forbidden, "lease-forged", "Its sender's key did not sign this message.");
  }
  return in;
}

// All of a lease but the keys: what they are sealed under.
FieldWriter lease_head(const Statement& lease) {
  auto out = begin(kStatementLabel);
  out.u8(static_cast<std::uint8_t>(lease.kind)).i64(lease.room.value);
  out.bytes(lease.keeper.public_key).u64(lease.keeper.epoch).u64(lease.counter);
  if (lease.kind != StatementKind::lease) return out;
  out.bytes(lease.challenge).i64(lease.term_ms);
  out.u32(static_cast<std::uint32_t>(lease.projects.size()));
  for (ProjectId project : lease.projects) out.i64(project.value);
  return out;
}

void read_lease(FieldReader& in, Statement& lease) {
  lease.challenge = in.bytes(kDigestBytes);
  lease.term_ms = in.i64();
  std::uint32_t count = in.u32();
  in.expect(count > 0 && count <= kMaxLeaseKeys);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    ProjectId project{in.i64()};
    in.expect(lease.projects.empty() || lease.projects.back() < project);
    lease.projects.push_back(project);
  }
  lease.sealed_keys = in.bytes();
}

}  // namespace

std::string digest_of(std::string_view message) {
  return std::string(crypto::view(crypto::sha256(message)));
}

std::string key_id_of(std::string_view key) {
  return std::string(crypto::view(crypto::hmac_sha256(key, kKeyIdLabel)).substr(0, kKeyIdBytes));
}

std::string keeper_id_text(const KeeperId& id) {
  return fmt::format("{}{}:{}", kKeeperIdPrefix, id.epoch, crypto::to_base64url(id.public_key));
}

Result<KeeperId> parse_keeper_id(std::string_view text) {
  auto bad = fail(Fault::invalid, "bad-keeper-id", "A keeper is named keeper1:EPOCH:KEY.");
  if (!text.starts_with(kKeeperIdPrefix)) return bad;
  text.remove_prefix(kKeeperIdPrefix.size());
  KeeperId id;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id.epoch);
  if (error != std::errc()) return bad;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.starts_with(':')) return bad;
  auto key = crypto::from_base64url(text.substr(1));
  if (!key || key->size() != crypto::kPublicKeyBytes) return bad;
  id.public_key = *key;
  return id;
}

std::string sign_challenge(const Challenge& challenge, const crypto::SigningKey& log_key) {
  auto out = begin(kChallengeLabel);
  out.i64(challenge.room.value).bytes(challenge.nonce).bytes(challenge.hpke_key);
  out.u64(challenge.checkpoint_size);
  out.u32(static_cast<std::uint32_t>(challenge.wanted.size()));
  for (const auto& key : challenge.wanted) {
    out.i64(key.project.value).bytes(key.key_id).i64(key.left_ms);
  }
  return finish(out.take(), log_key);
}

Result<Challenge> open_challenge(std::string_view message, std::string_view log_public_key) {
  auto in = TRY(signed_fields_of(message, kChallengeLabel, log_public_key));
  Challenge challenge;
  challenge.room = RoomId{in.i64()};
  challenge.nonce = in.bytes(kNonceBytes);
  challenge.hpke_key = in.bytes(crypto::kPublicKeyBytes);
  challenge.checkpoint_size = in.u64();
  std::uint32_t count = in.u32();
  in.expect(count <= kMaxLeaseKeys);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    WantedKey key;
    key.project = ProjectId{in.i64()};
    key.key_id = in.bytes();
    key.left_ms = in.i64();
    in.expect(key.key_id.empty() || key.key_id.size() == kKeyIdBytes);
    in.expect(challenge.wanted.empty() || challenge.wanted.back().project < key.project);
    challenge.wanted.push_back(std::move(key));
  }
  if (!in.done()) return malformed();
  return challenge;
}

Result<void> seal_keys(Statement& lease, std::string_view hpke_key, const Secret& joined_keys) {
  auto head = lease_head(lease).take();
  lease.sealed_keys = TRY(crypto::hpke_seal(hpke_key, kSealLabel, head, joined_keys.expose()));
  return {};
}

Result<Secret> open_keys(const Statement& lease, const crypto::HpkeKey& key) {
  return crypto::hpke_open(key, lease.sealed_keys, kSealLabel, lease_head(lease).text());
}

std::string sign_statement(const Statement& statement, const crypto::SigningKey& key) {
  auto out = lease_head(statement);
  if (statement.kind == StatementKind::lease) {
    out.bytes(statement.sealed_keys);
  } else {
    out.u8(statement.whole_room ? 1 : 0);
    out.i64(statement.whole_room ? 0 : statement.project.value);
  }
  return finish(out.take(), key);
}

Result<Statement> read_statement(std::string_view message) {
  auto in = TRY(fields_of(message, kStatementLabel));
  Statement statement;
  std::uint8_t kind = in.u8();
  in.expect(kind >= 1 && kind <= 4);
  statement.kind = static_cast<StatementKind>(kind);
  statement.room = RoomId{in.i64()};
  statement.keeper.public_key = in.bytes(crypto::kPublicKeyBytes);
  statement.keeper.epoch = in.u64();
  statement.counter = in.u64();
  if (statement.kind == StatementKind::lease) {
    read_lease(in, statement);
  } else {
    std::uint8_t whole = in.u8();
    statement.whole_room = whole == 1;
    statement.project = ProjectId{in.i64()};
    in.expect(whole <= 1 && (whole == 0 || !statement.project));
    in.expect(statement.kind != StatementKind::shredding || statement.project);
  }
  if (!in.done()) return malformed();
  return statement;
}

bool signed_by(std::string_view message, std::string_view public_key) {
  if (message.size() < crypto::kSignatureBytes) return false;
  std::size_t body = message.size() - crypto::kSignatureBytes;
  return crypto::verify_signature(public_key, message.substr(0, body), message.substr(body));
}

std::string sign_verdict(const Verdict& verdict, const crypto::SigningKey& log_key) {
  auto out = begin(kVerdictLabel);
  out.i64(verdict.room.value).bytes(verdict.statement).bytes(verdict.refusal);
  return finish(out.take(), log_key);
}

Result<Verdict> open_verdict(std::string_view message, std::string_view log_public_key) {
  auto in = TRY(signed_fields_of(message, kVerdictLabel, log_public_key));
  Verdict verdict;
  verdict.room = RoomId{in.i64()};
  verdict.statement = in.bytes(kDigestBytes);
  verdict.refusal = in.bytes();
  in.expect(verdict.refusal.size() <= kMaxRefusalBytes);
  if (!in.done()) return malformed();
  return verdict;
}

std::string sign_tally(const Tally& tally, const crypto::SigningKey& log_key) {
  auto out = begin(kTallyLabel);
  out.i64(tally.room.value).i64(tally.since_ms).i64(tally.at_ms);
  const Counts& counts = tally.counts;
  for (auto count :
       {counts.openings, counts.bulk, counts.refused, counts.deeds, counts.deliveries}) {
    out.u64(count);
  }
  out.u64(tally.checkpoint_size).i64(tally.checkpoint_at_ms);
  return finish(out.take(), log_key);
}

Result<Tally> open_tally(std::string_view message, std::string_view log_public_key) {
  auto in = TRY(signed_fields_of(message, kTallyLabel, log_public_key));
  Tally tally;
  tally.room = RoomId{in.i64()};
  tally.since_ms = in.i64();
  tally.at_ms = in.i64();
  Counts& counts = tally.counts;
  for (auto* count :
       {&counts.openings, &counts.bulk, &counts.refused, &counts.deeds, &counts.deliveries}) {
    *count = in.u64();
  }
  tally.checkpoint_size = in.u64();
  tally.checkpoint_at_ms = in.i64();
  if (!in.done()) return malformed();
  return tally;
}

std::string sign_witness_word(const WitnessWord& word, const crypto::SigningKey& keeper_key) {
  auto out = begin(kWitnessLabel);
  out.bytes(word.request).bytes(word.answer);
  return finish(out.take(), keeper_key);
}

Result<WitnessWord> open_witness_word(std::string_view message,
                                      std::string_view keeper_public_key) {
  auto in = TRY(signed_fields_of(message, kWitnessLabel, keeper_public_key));
  WitnessWord word;
  word.request = in.bytes(kDigestBytes);
  word.answer = in.bytes();
  if (!in.done()) return malformed();
  return word;
}

std::string witness_name(std::string_view keeper_public_key) {
  auto digest = digest_of(keeper_public_key).substr(0, kWitnessNameBytes);
  return fmt::format("guildhall/keeper-{}", crypto::to_hex(digest));
}

}  // namespace guildhall::vault
