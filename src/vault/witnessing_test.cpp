#include "vault/witnessing.h"

#include <doctest/doctest.h>

#include "base/limits.h"
#include "tlog/witness.h"
#include "vault/exchange.h"
#include "vault/lease_test_util.h"
#include "vault/witnessing_test_util.h"

namespace guildhall::vault {
namespace {

using testing::kRoom;
using testing::MemoryLog;

constexpr const char* kOrigin = "guildhall/room-7";

struct MemoryState final : tlog::WitnessState {
  tlog::Cosigned kept;
  Result<tlog::Cosigned> read() override { return kept; }
  Result<void> replace(std::uint64_t, const tlog::Cosigned& next) override {
    kept = next;
    return {};
  }
};

struct World;

struct FakeWitness {
  FakeWitness(World& world, char seed);
  World& world;
  crypto::SigningKey key;
  std::string id = key.public_key();
  tlog::VerifierKey vkey{witness_name(id), tlog::KeyType::cosignature, id};
  MemoryState state;
  tlog::Witness witness;
  std::optional<Tally> tally;
  std::string witnessed;

  std::string ask();                             // what it is asked to cosign, or nothing
  Result<void> answer(const std::string& body);  // and what it says to that
  Result<void> say(const std::string& text, const std::string& to);
  Result<void> turn();  // both, once
};

struct World {
  crypto::SigningKey log_key = crypto::SigningKey::from_seed(Secret(std::string(32, 'l'))).value();
  tlog::VerifierKey log_vkey{kOrigin, tlog::KeyType::ed25519, log_key.public_key()};
  MemoryLog log{kOrigin, log_key};
  FakeClock wall, steady;
  Counts counts{5, 4, 3, 2, 1};
  Witnessing witnessing{kRoom, {log, log_key, [this] { return counts; }, wall, steady}};

  bool published_with(std::vector<tlog::VerifierKey> witnesses) const {
    auto opened = tlog::open_checkpoint(log.published(), log_vkey, witnesses);
    return opened && opened->size == log.size();
  }
  void step() { log.carry_on(witnessing.holds()); }
};

FakeWitness::FakeWitness(World& in, char seed)
    : world(in),
      key(crypto::SigningKey::from_seed(Secret(std::string(32, seed))).value()),
      witness(in.log_vkey, vkey.name, key, state, in.wall) {}

std::string FakeWitness::ask() {
  std::string body, asked;
  world.witnessing.append(body, id);
  auto frames = read_frames(body);
  REQUIRE(frames);
  for (const Frame& frame : *frames) {
    if (frame.is(FrameType::tally))
      tally = open_tally(frame.payload, world.log_key.public_key()).value();
    if (frame.is(FrameType::witnessed)) witnessed = frame.payload;
    if (frame.is(FrameType::checkpoint)) asked = frame.payload;
  }
  return asked;
}

Result<void> FakeWitness::answer(const std::string& body) {
  return say(to_text(witness.add_checkpoint(body).answer), body);
}

Result<void> FakeWitness::say(const std::string& text, const std::string& to) {
  return world.witnessing.take(id, sign_witness_word({digest_of(to), text}, key));
}

Result<void> FakeWitness::turn() {
  auto asked = ask();
  REQUIRE_FALSE(asked.empty());
  return answer(asked);
}

TEST_CASE("witnessing: what is published carries the cosignature of a prompt witness") {
  World w;
  FakeWitness keeper(w, 'a');
  w.witnessing.set_keepers({keeper.id});
  CHECK(keeper.ask().empty());  // nothing in the log
  w.log.grow(3);
  w.step();
  CHECK(w.published_with({}));  // nobody is prompt yet
  CHECK(w.witnessing.news(keeper.id));
  REQUIRE(keeper.turn());
  CHECK_FALSE(w.witnessing.news(keeper.id));
  CHECK(keeper.ask().empty());
  CHECK(w.published_with({keeper.vkey}));
  for (int round = 0; round < 5; ++round) {
    w.log.grow(7);
    const auto before = w.log.published();
    w.step();
    CHECK(w.log.published() == before);
    REQUIRE(w.witnessing.news(keeper.id));
    CHECK(w.witnessing.calls());
    CHECK_FALSE(w.witnessing.calls());  // once
    auto asked = keeper.ask();
    w.step();
    CHECK(w.log.published() == before);
    REQUIRE(keeper.answer(asked));
    CHECK(w.published_with({keeper.vkey}));
  }
  REQUIRE(keeper.tally);
  CHECK(keeper.tally->room == kRoom);
  CHECK(keeper.tally->checkpoint_size == w.log.size());
  CHECK(keeper.tally->counts.bulk == 4);
  CHECK(w.witnessing.take("nobody", "200\n").error().type == "no-such-witness");
}

TEST_CASE("witnessing: a witness that keeps the log waiting is not waited for") {
  World w;
  FakeWitness keeper(w, 'a');
  w.witnessing.set_keepers({keeper.id});
  w.log.grow(3);
  w.step();
  REQUIRE(keeper.turn());
  w.log.grow(1);
  w.step();
  auto late = keeper.ask();
  w.steady.advance_ms(kWitnessPatienceMs + 1);
  w.step();
  CHECK(w.published_with({}));
  w.log.grow(1);
  w.step();
  CHECK(w.published_with({}));
  REQUIRE(keeper.answer(late));  // its answer to what has moved on makes it prompt again
  CHECK_FALSE(w.published_with({keeper.vkey}));
  CHECK(w.witnessing.holds());
  REQUIRE(keeper.turn());
  CHECK(w.published_with({keeper.vkey}));
  CHECK(tlog::open_checkpoint(w.log.published(), w.log_vkey)->size == 5);
}

TEST_CASE("witnessing: with two, each checkpoint waits for both") {
  World w;
  FakeWitness a(w, 'a'), b(w, 'b');
  w.witnessing.set_keepers({a.id, b.id});
  w.log.grow(3);
  w.step();
  REQUIRE(a.turn());
  REQUIRE(b.turn());
  CHECK(w.published_with({a.vkey, b.vkey}));
  w.log.grow(2);
  w.step();
  w.log.grow(2);
  REQUIRE(a.turn());
  w.step();
  CHECK_FALSE(w.witnessing.news(a.id));  // the next comes when b has answered too
  REQUIRE(b.turn());
  auto both = tlog::open_checkpoint(w.log.published(), w.log_vkey, std::vector{a.vkey, b.vkey});
  REQUIRE(both);
  CHECK(both->size == 5);
  a.ask();
  CHECK(a.witnessed == w.log.published());  // a is shown what b has signed
  w.step();
  REQUIRE(a.turn());
  w.steady.advance_ms(kWitnessPatienceMs + 1);
  w.step();  // b is away
  CHECK(w.published_with({a.vkey}));
  CHECK_FALSE(w.published_with({b.vkey}));
  w.log.grow(1);
  w.step();
  REQUIRE(a.turn());
  CHECK(w.published_with({a.vkey}));
  w.log.grow(1);
  w.step();
  w.witnessing.set_keepers({b.id});  // a is dismissed while it is waited for
  w.step();
  CHECK(w.published_with({}));
}

TEST_CASE("witnessing: the size that a witness has is learned, from it or from what was out") {
  World w;
  FakeWitness keeper(w, 'a');
  w.witnessing.set_keepers({keeper.id});
  w.log.grow(5);
  w.step();
  REQUIRE(keeper.turn());
  w.log.grow(5);
  w.step();
  w.log.found_note = w.log.published();
  Witnessing restarted(kRoom, {w.log, w.log_key, [] { return Counts{}; }, w.wall, w.steady});
  restarted.set_keepers({keeper.id});
  std::string body;
  restarted.append(body, keeper.id);
  for (const Frame& frame : *read_frames(body)) {
    if (frame.is(FrameType::witnessed)) CHECK(frame.payload == w.log.found_note);
    if (!frame.is(FrameType::checkpoint)) continue;
    CHECK(keeper.witness.add_checkpoint(frame.payload).answer.status == 200);
  }
  // It persisted, and its answer was lost.
  REQUIRE(keeper.turn());  // 409
  CHECK(keeper.state.kept.checkpoint.size == 10);
  CHECK(w.witnessing.news(keeper.id));
  REQUIRE(keeper.turn());
  CHECK(w.published_with({keeper.vkey}));
}

TEST_CASE("witnessing: a witness that refuses is left alone until there is something new") {
  World w;
  FakeWitness keeper(w, 'a'), other(w, 'b');
  w.witnessing.set_keepers({keeper.id});
  w.log.grow(5);
  w.step();
  auto asked = keeper.ask();
  CHECK(w.witnessing.take(keeper.id, "nonsense").error().type == "lease-malformed");
  auto forged = sign_witness_word({digest_of(asked), "503\n"}, other.key);
  CHECK(w.witnessing.take(keeper.id, forged).error().type == "lease-forged");
  CHECK(keeper.say("503\n", "another request").error().type == "cosignature-unasked");
  CHECK(keeper.say("nonsense", asked).error().type == "bad-witness-answer");
  CHECK(keeper.say("200\nnonsense\n", asked).error().type == "bad-note");
  CHECK(keeper.say(to_text(other.witness.add_checkpoint(asked).answer), asked).error().type ==
        "cosignature-unasked");
  CHECK(keeper.say("503\n", asked).error().type == "cosignature-refused");
  w.steady.advance_ms(10 * kWitnessPatienceMs);
  CHECK_FALSE(w.witnessing.news(keeper.id));
  CHECK_FALSE(w.witnessing.holds());
  CHECK(keeper.ask().empty());
  w.log.grow(1);
  w.step();
  REQUIRE(w.witnessing.news(keeper.id));
  CHECK(keeper.say("409\n900\n", keeper.ask()));  // more than the log has
  CHECK_FALSE(w.witnessing.news(keeper.id));
}

}  // namespace
}  // namespace guildhall::vault
