#include "tlog/note.h"

#include <doctest/doctest.h>

#include "tlog/checkpoint.h"
#include "tlog/proof.h"

namespace guildhall {

using tlog::KeyType;
using tlog::VerifierKey;

namespace {

// The example of Go's sumdb/note, the format's first implementation.
constexpr const char* kNeumann =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr const char* kNeumannNote =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

struct Signer {
  crypto::SigningKey key;
  VerifierKey vkey;
};

Signer signer(std::string name, KeyType type, char seed) {
  auto key = crypto::SigningKey::from_seed(Secret(std::string(32, seed))).value();
  VerifierKey vkey{std::move(name), type, key.public_key()};
  return {std::move(key), std::move(vkey)};
}

struct World {
  Signer log = signer("example.com/log", KeyType::ed25519, 'l');
  Signer witness = signer("witness.example", KeyType::cosignature, 'w');
  tlog::Checkpoint checkpoint{"example.com/log", 1, tlog::leaf_hash("only")};

  std::string note() const {
    return tlog::sign_checkpoint(checkpoint, log.key) +
           tlog::signature_line(tlog::cosign_note(tlog::to_text(checkpoint), witness.vkey.name,
                                                  witness.key, 1'700'000'000));
  }
};

}  // namespace

TEST_CASE("note: published verifier keys have the ids they name") {
  for (const char* text :
       {kNeumann, "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
        "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"}) {
    CAPTURE(text);
    auto key = VerifierKey::parse(text);
    REQUIRE(key.has_value());
    CHECK(key->text() == text);
    std::string whole = text;
    for (std::size_t at = 0; at < whole.size(); ++at) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ 1);
      CAPTURE(at);
      CHECK_FALSE(VerifierKey::parse(changed).has_value());
    }
  }
  for (const char* text : {"", "a", "a+b", "++", "+33d7b496+AeHT", "a b+33d7b496+AeHT"})
    CHECK_FALSE(VerifierKey::parse(text).has_value());
}

TEST_CASE("note: a published note verifies, and no byte of it can change") {
  const auto key = VerifierKey::parse(kNeumann).value();
  const std::string text = kNeumannNote;
  auto held = [&](const std::string& changed) {
    auto note = tlog::parse_note(changed);
    if (!note) return false;
    auto signers = tlog::verify_note(*note, {&key, 1});
    return signers && signers->size() == 1;
  };
  CHECK(held(text));
  for (std::size_t at = 0; at < text.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = text;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      CAPTURE(at);
      CHECK_FALSE(held(changed));
    }
  for (std::size_t size = 0; size < text.size(); ++size) CHECK_FALSE(held(text.substr(0, size)));
}

TEST_CASE("note: key names") {
  for (const char* good : {"a", "example.com/log", "caf\u00e9", "\u00e9\u2014x", "\u200b"})
    CHECK(tlog::is_key_name(good));
  for (const char* bad : {"", "a b", "a+b", "a\u00a0b", "\u2003", "a\u3000", "a\nb", "a\x7f",
                          "\xff", "\u2028", "\u200a"})
    CHECK_FALSE(tlog::is_key_name(bad));
}

TEST_CASE("note: sixteen signatures and more are taken, a crowd is not") {
  World world;
  const std::string line = tlog::signature_line({"somebody", 7, "signature"});
  std::string note = world.note();
  for (int i = 0; i < 30; ++i) note += line;
  CHECK(tlog::open_checkpoint(note, world.log.vkey).has_value());
  for (int i = 0; i < 40; ++i) note += line;
  CHECK_FALSE(tlog::open_checkpoint(note, world.log.vkey).has_value());
}

TEST_CASE("checkpoint: text and back; other texts") {
  World world;
  const std::string text = tlog::to_text(world.checkpoint);
  CHECK(tlog::parse_checkpoint(text) == world.checkpoint);
  CHECK(tlog::parse_checkpoint(text + "extension\n") == world.checkpoint);
  const std::string root = tlog::hash_text(world.checkpoint.root);
  for (const std::string& bad :
       {std::string(), std::string("o\n1\n"), "o\n1\n" + root, "\n1\n" + root + "\n",
        "o\n01\n" + root + "\n", "o\n-1\n" + root + "\n", "o\n1 \n" + root + "\n",
        "o\n1\n" + root + "\n\n", std::string("o\n1\nAAAA\n"),
        "o\n9223372036854775808\n" + root + "\n"})
    CHECK_FALSE(tlog::parse_checkpoint(bad).has_value());
}

TEST_CASE("checkpoint: the log and all witnesses must have signed it") {
  World world;
  const Signer other = signer("other.example", KeyType::cosignature, 'o');
  const std::string note = world.note();
  const std::vector<VerifierKey> witness{world.witness.vkey};
  CHECK(tlog::open_checkpoint(note, world.log.vkey, witness) == world.checkpoint);
  auto refused = tlog::open_checkpoint(note, world.log.vkey, std::vector{other.vkey});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().type == "unsigned-checkpoint");
  // A witness's key is none of the log's, though both be the same bytes.
  VerifierKey twin = world.log.vkey;
  twin.type = KeyType::cosignature;
  CHECK_FALSE(tlog::open_checkpoint(note, twin).has_value());
  VerifierKey renamed = world.log.vkey;
  renamed.name = "example.com/other";
  const std::string text = tlog::to_text(world.checkpoint);
  auto moved = tlog::open_checkpoint(
      text + "\n" + tlog::signature_line(tlog::sign_note(text, renamed.name, world.log.key)),
      renamed);
  REQUIRE_FALSE(moved.has_value());
  CHECK(moved.error().type == "wrong-origin");
  for (std::size_t at = 0; at < note.size(); ++at) {
    std::string changed = note;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CAPTURE(at);
    CHECK_FALSE(tlog::open_checkpoint(changed, world.log.vkey, witness).has_value());
  }
}

TEST_CASE("checkpoint: a cosignature says when") {
  World world;
  const auto note = tlog::parse_note(world.note()).value();
  CHECK(tlog::signature_time_s(world.witness.vkey, note.signatures.at(1)) == 1'700'000'000);
  CHECK(tlog::signature_time_s(world.log.vkey, note.signatures.at(0)) == 0);
}

TEST_CASE("proof: text and back, and no byte of it can change") {
  World world;
  tlog::CompactRange range;
  for (const char* entry : {"a", "b", "c"}) range.append(tlog::leaf_hash(entry));
  world.checkpoint.size = 3;
  world.checkpoint.root = range.root();
  const tlog::Proof proof{
      std::nullopt, 1, {tlog::leaf_hash("a"), tlog::leaf_hash("c")}, world.note()};
  const std::string text = tlog::to_text(proof);
  const std::vector<VerifierKey> witness{world.witness.vkey};
  auto held = [&](const std::string& changed, const char* entry) {
    auto read = tlog::parse_proof(changed);
    return read && tlog::verify_proof(*read, entry, world.log.vkey, witness).has_value();
  };
  CHECK(held(text, "b"));
  CHECK_FALSE(held(text, "a"));
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CAPTURE(at);
    CHECK_FALSE(held(changed, "b"));
  }
  for (std::size_t size = 0; size < text.size(); ++size)
    CHECK_FALSE(held(text.substr(0, size), "b"));
  tlog::Proof more = proof;
  more.extra = "\1\2";
  CHECK(tlog::to_text(more).starts_with("c2sp.org/tlog-proof@v1\nextra AQI=\nindex 1\n"));
  CHECK(tlog::parse_proof(tlog::to_text(more))->extra == "\1\2");
  CHECK(held(tlog::to_text(more), "b"));
}

}  // namespace guildhall
