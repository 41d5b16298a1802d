#include "tlog/witness.h"

#include <doctest/doctest.h>

namespace guildhall {

using tlog::AddCheckpoint;
using tlog::Checkpoint;
using tlog::Cosigned;
using tlog::KeyType;
using tlog::Suspicion;
using tlog::VerifierKey;
using tlog::Witness;
using tlog::WitnessRules;

namespace {

constexpr const char* kOrigin = "example.com/log";
constexpr const char* kName = "witness.example";

crypto::SigningKey key_of(char seed) {
  return crypto::SigningKey::from_seed(Secret(std::string(32, seed))).value();
}

// A log in memory; `salt` makes another of the same sizes.
struct Tree {
  explicit Tree(std::string salt = "") : salt(std::move(salt)) {}
  std::string salt;

  Result<tlog::Hash> node(int level, std::uint64_t index) const {
    tlog::CompactRange range;
    const std::uint64_t width = std::uint64_t{1} << level;
    for (std::uint64_t n = index * width; n < (index + 1) * width; ++n)
      range.append(tlog::leaf_hash(salt + std::to_string(n)));
    return range.root();
  }
  Checkpoint at(std::uint64_t size) const {
    const auto read = [this](int level, std::uint64_t index) { return node(level, index); };
    return {kOrigin, size, tlog::read_range(size, read)->root()};
  }
  tlog::Hashes proof(std::uint64_t from, std::uint64_t to) const {
    const auto read = [this](int level, std::uint64_t index) { return node(level, index); };
    return tlog::consistency_proof(from, to, read).value();
  }
};

struct Memory final : tlog::WitnessState {
  Cosigned kept;
  int writes = 0;
  bool fails = false;
  std::uint64_t raced_to = 0;  // what another answer persists between read and replace

  Result<Cosigned> read() override { return kept; }
  Result<void> replace(std::uint64_t size, const Cosigned& next) override {
    if (fails) return fail(Fault::no_space, "disk-full", "The disk is full.");
    if (raced_to > 0) kept.checkpoint.size = std::exchange(raced_to, 0);
    if (size != kept.checkpoint.size) return fail(Fault::conflict, "witness-raced", "Too late.");
    kept = next;
    ++writes;
    return {};
  }
};

struct World {
  crypto::SigningKey log_key = key_of('l');
  crypto::SigningKey witness_key = key_of('w');
  VerifierKey log{kOrigin, KeyType::ed25519, log_key.public_key()};
  VerifierKey vkey{kName, KeyType::cosignature, witness_key.public_key()};
  Memory memory;
  FakeClock clock;
  Tree tree;

  Witness witness(WitnessRules rules = {}) {
    return {log, kName, witness_key, memory, clock, rules};
  }
  std::string body(std::uint64_t from, std::uint64_t to, const Tree& of) const {
    return to_text(AddCheckpoint{from, of.proof(from, to), sign_checkpoint(of.at(to), log_key)});
  }
  std::string body(std::uint64_t from, std::uint64_t to) const { return body(from, to, tree); }
  // The cosignature verifies over what was asked, and is of now.
  bool cosigned(const Witness::Outcome& out, const Checkpoint& checkpoint) const {
    auto lines = tlog::parse_signature_lines(out.answer.body);
    if (out.answer.status != 200 || !lines) return false;
    const auto time_s = static_cast<std::uint64_t>(clock.now_ms() / 1'000);
    return tlog::verify_note({to_text(checkpoint), *lines}, {&vkey, 1})->size() == 1 &&
           tlog::signature_time_s(vkey, lines->front()) == time_s;
  }
};

}  // namespace

TEST_CASE("tlog witness: checkpoints that follow are cosigned, once persisted") {
  World w;
  auto witness = w.witness();
  for (auto [from, to] : {std::pair{0, 1}, {1, 2}, {2, 7}, {7, 8}, {8, 300}, {300, 300}}) {
    const auto old = static_cast<std::uint64_t>(from);
    const auto size = static_cast<std::uint64_t>(to);
    CHECK(w.cosigned(witness.add_checkpoint(w.body(old, size)), w.tree.at(size)));
    CHECK(w.memory.kept.checkpoint == w.tree.at(size));
    CHECK(tlog::open_checkpoint(w.memory.kept.note, w.log) == w.tree.at(size));
    w.clock.advance_ms(5'000);
  }
  CHECK(w.memory.writes == 5);  // the same one again changes nothing
}

TEST_CASE("tlog witness: what the format refuses, and how") {
  World w;
  auto witness = w.witness();
  REQUIRE(witness.add_checkpoint(w.body(0, 5)).answer.status == 200);
  const auto status = [&](std::string_view body) {
    auto out = witness.add_checkpoint(body);
    CHECK(w.memory.kept.checkpoint.size == 5);
    CHECK(out.suspicion == Suspicion::none);
    return out.answer.status;
  };
  CHECK(status("") == 400);
  CHECK(status("old 05\n\n" + sign_checkpoint(w.tree.at(6), w.log_key)) == 400);
  CHECK(status("old 5\nnot base64\n\n" + sign_checkpoint(w.tree.at(6), w.log_key)) == 400);
  CHECK(status(w.body(5, 6).substr(0, 60)) == 400);
  CHECK(status("old 5\n\nno checkpoint") == 400);
  CHECK(status("old 9\n\n" + sign_checkpoint(w.tree.at(6), w.log_key)) == 400);
  AddCheckpoint long_proof{5, tlog::Hashes(64), sign_checkpoint(w.tree.at(6), w.log_key)};
  CHECK(status(to_text(long_proof)) == 400);
  auto foreign = w.tree.at(6);
  foreign.origin = "example.com/other";
  CHECK(status(to_text(AddCheckpoint{5, {}, sign_checkpoint(foreign, w.log_key)})) == 404);
  CHECK(status(to_text(AddCheckpoint{5, {}, sign_checkpoint(w.tree.at(6), w.witness_key)})) == 403);
  auto stale = witness.add_checkpoint(w.body(3, 6));
  CHECK(stale.answer.status == 409);
  CHECK(tlog::size_of(stale.answer) == 5);
  CHECK(stale.suspicion == Suspicion::none);
  CHECK(tlog::size_of(witness.add_checkpoint(w.body(0, 6)).answer) == 5);
  CHECK(witness.add_checkpoint(w.body(5, 6)).answer.status == 200);
}

TEST_CASE("tlog witness: a fork and a rollback are told apart") {
  World w;
  const Tree other("other ");
  auto witness = w.witness();
  REQUIRE(witness.add_checkpoint(w.body(0, 5)).answer.status == 200);
  auto same_size = witness.add_checkpoint(w.body(5, 5, other));
  CHECK(same_size.answer.status == 409);
  CHECK(same_size.suspicion == Suspicion::fork);
  CHECK(tlog::open_checkpoint(same_size.before.note, w.log) == w.tree.at(5));
  CHECK(tlog::open_checkpoint(same_size.shown, w.log) == other.at(5));
  auto longer = witness.add_checkpoint(w.body(5, 8, other));
  CHECK(longer.answer.status == 422);
  CHECK(longer.suspicion == Suspicion::fork);
  auto unproved = witness.add_checkpoint(
      to_text(AddCheckpoint{5, {}, sign_checkpoint(w.tree.at(8), w.log_key)}));
  CHECK(unproved.answer.status == 422);
  for (const auto& body : {w.body(0, 3), w.body(3, 3), w.body(0, 3, other)}) {
    auto smaller = witness.add_checkpoint(body);
    CHECK(smaller.answer.status == 409);
    CHECK(smaller.suspicion == Suspicion::rollback);
  }
  AddCheckpoint backwards{5, {}, sign_checkpoint(w.tree.at(3), w.log_key)};
  CHECK(witness.add_checkpoint(to_text(backwards)).answer.status == 400);
  CHECK(witness.add_checkpoint(to_text(backwards)).suspicion == Suspicion::rollback);
  CHECK(w.memory.kept.checkpoint == w.tree.at(5));
  CHECK(witness.add_checkpoint(w.body(5, 8)).answer.status == 200);
}

TEST_CASE("tlog witness: nothing is cosigned that is not persisted") {
  World w;
  auto witness = w.witness();
  w.memory.fails = true;
  CHECK(witness.add_checkpoint(w.body(0, 5)).answer.status == 503);
  w.memory.fails = false;
  w.memory.raced_to = 4;
  auto raced = witness.add_checkpoint(w.body(0, 5));
  CHECK(raced.answer.status == 409);
  CHECK(tlog::size_of(raced.answer) == 4);
}

TEST_CASE("tlog witness: answers as text") {
  for (const char* bad : {"", "200", "20\n", "2000\n", "2 0\n", "-20\n"})
    CHECK_FALSE(tlog::parse_witness_answer(bad));
  auto answer = tlog::parse_witness_answer("409\n12\n");
  REQUIRE(answer);
  CHECK(to_text(*answer) == "409\n12\n");
  CHECK(tlog::size_of(*answer) == 12);
  CHECK_FALSE(tlog::size_of({409, "12"}));
  CHECK_FALSE(tlog::size_of({422, "12\n"}));
}

// With each rule taken away something above would have failed.
TEST_CASE("tlog witness: the rules are what holds") {
  World w;
  w.memory.fails = true;
  CHECK(w.witness({.persists_first = false}).add_checkpoint(w.body(0, 5)).answer.status == 200);
  w.memory.fails = false;
  REQUIRE(w.witness().add_checkpoint(w.body(0, 5)).answer.status == 200);
  AddCheckpoint backwards{5, {}, sign_checkpoint(w.tree.at(3), w.log_key)};
  CHECK(w.witness({.refuses_smaller = false}).add_checkpoint(to_text(backwards)).answer.status ==
        200);
  w.memory.kept.checkpoint = w.tree.at(5);
  auto forked = w.body(5, 8, Tree("other "));
  CHECK(w.witness({.checks_proof = false}).add_checkpoint(forked).answer.status == 200);
}

}  // namespace guildhall
