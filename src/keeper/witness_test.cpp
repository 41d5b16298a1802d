#include "keeper/witness.h"

#include <doctest/doctest.h>

#include "base/files.h"
#include "base/limits.h"
#include "keeper/keeper_test_util.h"
#include "vault/witnessing_test_util.h"

namespace guildhall::keeper {
namespace {

using vault::testing::MemoryLog;

constexpr const char* kOrigin = "guildhall/room-7";
constexpr std::int64_t kSilentMs = 30'000;

crypto::SigningKey key_of(char seed) {
  return crypto::SigningKey::from_seed(Secret(std::string(32, seed))).value();
}

// A log and its vault's side; keepers come to it one by one.
struct World {
  crypto::SigningKey log_key = key_of('l');
  tlog::VerifierKey vkey{kOrigin, tlog::KeyType::ed25519, log_key.public_key()};
  MemoryLog log{kOrigin, log_key};
  FakeClock wall, steady;
  vault::Counts counts;
  std::unique_ptr<vault::Witnessing> witnessing = begin();

  std::unique_ptr<vault::Witnessing> begin() {
    return std::make_unique<vault::Witnessing>(
        RoomId{7}, vault::Witnessing::Ports{log, log_key, [this] { return counts; }, wall, steady});
  }
  void step(std::int64_t ms = 50) {
    wall.advance_ms(ms);
    steady.advance_ms(ms);
    log.carry_on(witnessing->holds());
  }
};

struct Keeper {
  Keeper(World& in, char seed, std::vector<tlog::VerifierKey> others = {})
      : world(in), key(key_of(seed)), others(std::move(others)) {
    REQUIRE(WitnessFile(folder.path).create(key.public_key()));
    start();
  }
  World& world;
  crypto::SigningKey key;
  std::vector<tlog::VerifierKey> others;
  testing::Scratch folder;
  std::unique_ptr<Witness> witness;
  WitnessFile file{folder.path};

  void start() {
    witness =
        std::make_unique<Witness>(Witness::Options{folder.path, world.vkey, others, kSilentMs}, key,
                                  world.wall, world.steady);
  }
  // One exchange: what it has to say, and the answer.
  void turn(bool loses_answer = false) {
    std::string body, answer;
    CHECK(witness->append(body) == kSilentMs / 2);
    for (const auto& frame : vault::read_frames(body).value()) {
      (void)world.witnessing->take(key.public_key(), frame.payload);
    }
    world.witnessing->append(answer, key.public_key());
    if (loses_answer) return;
    for (const auto& frame : vault::read_frames(answer).value()) witness->on_frame(frame);
  }
  void turns(int count) {
    while (count-- > 0) {
      turn();
      world.step();
    }
  }
  std::uint64_t alarms(const std::string& type) const {
    auto status = witness->status();
    auto at = status.alarms.find(type);
    return at == status.alarms.end() ? 0 : at->second;
  }
  bool quiet() const { return witness->status().alarms.empty(); }
  std::size_t evidence() const {
    std::error_code error;
    std::filesystem::directory_iterator files(folder.path / "evidence", error);
    return error ? 0 : static_cast<std::size_t>(std::distance(files, {}));
  }
  std::uint64_t kept() const { return file.kept(world.vkey)->checkpoint.size; }
};

struct Fixture : World {
  Keeper keeper{*this, 'a'};
  Fixture() {
    witnessing->set_keepers({keeper.key.public_key()});
    log.grow(10);
    step();
    keeper.turns(3);
  }
  bool covered() const {
    std::vector keys{witness_key(keeper.key.public_key())};
    auto opened = tlog::open_checkpoint(log.published(), vkey, keys);
    return opened && opened->size == log.size();
  }
};

TEST_CASE("keeper witness: a log that grows is cosigned, without an alarm") {
  Fixture f;
  CHECK(f.covered());
  for (int round = 0; round < 20; ++round) {
    f.log.grow(round);
    f.counts.deeds += static_cast<std::uint64_t>(round);
    f.counts.openings += static_cast<std::uint64_t>(30 * round);
    f.step(10'000);
    f.keeper.turns(2);
    if (round % 4 == 3) f.keeper.start();
  }
  CHECK(f.covered());
  CHECK(f.keeper.kept() == f.log.size());
  CHECK(f.keeper.quiet());
  CHECK_FALSE(f.keeper.witness->doubts());
  CHECK(f.keeper.evidence() == 0);
}

TEST_CASE("keeper witness: a fork and a rollback are alarms, with evidence") {
  Fixture f;
  SUBCASE("the same size") { f.log.fork(); }
  SUBCASE("longer") {
    f.log.fork();
    f.log.grow(5);
  }
  SUBCASE("smaller") {
    f.log.cut(4);
    f.witnessing = f.begin();  // it asks as for a log of which nothing was cosigned
    f.witnessing->set_keepers({f.keeper.key.public_key()});
  }
  bool rolled_back = f.log.size() < 10;
  f.step();
  f.keeper.turns(3);
  CHECK(f.keeper.witness->doubts());  // and the session leases nothing
  CHECK(f.keeper.alarms("log-fork") == (rolled_back ? 0 : 1));
  CHECK(f.keeper.alarms("log-rollback") == (rolled_back ? 1 : 0));
  CHECK(f.keeper.evidence() == 1);
  CHECK(f.keeper.kept() == 10);
  CHECK_FALSE(f.covered());
}

TEST_CASE("keeper witness: silence, of the line or of the log") {
  Fixture f;
  auto wait = [&](const std::function<void()>& each) {
    for (int i = 0; i < 6; ++i) {
      f.step(kSilentMs / 4);
      each();
    }
  };
  SUBCASE("a log without news is not silent") {
    wait([&] { f.keeper.turn(); });
    CHECK(f.keeper.quiet());
  }
  SUBCASE("no contact") {
    wait([] {});
    CHECK(f.keeper.alarms("log-silent") == 1);
    f.keeper.turns(2);
    wait([&] { f.keeper.turn(); });
    CHECK(f.keeper.alarms("log-silent") == 1);
    wait([] {});
    CHECK(f.keeper.alarms("log-silent") == 2);
  }
  SUBCASE("answers without a tally") {
    wait([&] {
      std::string body;
      f.keeper.witness->append(body);
    });
    CHECK(f.keeper.alarms("log-silent") == 1);
  }
  SUBCASE("the same tally again and again") {
    std::string answer;
    f.witnessing->append(answer, f.keeper.key.public_key());
    wait([&] {
      for (const auto& frame : vault::read_frames(answer).value())
        f.keeper.witness->on_frame(frame);
    });
    CHECK(f.keeper.alarms("log-silent") == 1);
  }
  SUBCASE("a log that grows and is not shown") {
    f.log.grow(3);
    wait([&] {
      std::string answer;
      f.witnessing->append(answer, f.keeper.key.public_key());
      for (const auto& frame : vault::read_frames(answer).value()) {
        if (frame.is(vault::FrameType::tally)) f.keeper.witness->on_frame(frame);
      }
    });
    CHECK(f.keeper.alarms("log-silent") == 1);
  }
}

TEST_CASE("keeper witness: killed between writing down and answering, it goes on") {
  Fixture f;
  for (int round = 0; round < 5; ++round) {
    f.log.grow(3);
    f.step();
    f.keeper.turn();  // it has persisted, and its answer waits
    CHECK(f.keeper.kept() == f.log.size());
    CHECK_FALSE(f.covered());
    f.keeper.start();
    f.keeper.turns(1);
    f.step(2 * kWitnessPatienceMs);
    f.keeper.turns(4);
    CHECK(f.covered());
  }
  CHECK(f.keeper.quiet());
}

TEST_CASE("keeper witness: one that was restored from a backup cosigns nothing until it is told") {
  Fixture f;
  const auto backup = read_file(f.keeper.folder.path / "witness.json").value();
  f.log.grow(10);
  f.step();
  f.keeper.turns(3);
  REQUIRE(f.covered());
  const std::string newest = f.log.published();
  SUBCASE("its own signature tells it") {
    REQUIRE(replace_file(f.keeper.folder.path / "witness.json", backup));
  }
  SUBCASE("its folder tells it, whatever the room says") {
    auto marker = f.keeper.folder.path / "witness.place";
    auto original = f.keeper.folder.path / "original";
    std::filesystem::rename(marker, original);
    std::filesystem::copy(original, marker);
    f.witnessing = f.begin();
    f.witnessing->set_keepers({f.keeper.key.public_key()});
  }
  f.keeper.start();
  f.log.grow(1);
  f.step();
  const auto before = f.keeper.kept();
  f.keeper.turns(4);
  CHECK(f.keeper.alarms("witness-behind") == 1);
  CHECK(f.keeper.kept() == before);
  CHECK_FALSE(f.covered());
  f.keeper.start();  // and it stays so
  f.log.grow(1);
  f.step();
  f.keeper.turns(4);
  CHECK(f.keeper.alarms("witness-behind") == 1);
  CHECK_FALSE(f.covered());
  REQUIRE(f.keeper.file.trust(f.vkey, newest));
  f.log.grow(1);
  f.step();
  f.keeper.turns(5);
  CHECK(f.covered());
}

TEST_CASE("keeper witness: what it may be told") {
  Fixture f;
  const WitnessFile& file = f.keeper.file;
  auto note = [&](std::uint64_t size, char root) {
    tlog::Checkpoint made{kOrigin, size, {}};
    made.root.fill(static_cast<unsigned char>(root));
    return made;
  };
  CHECK(file.trust(f.vkey, "no note").error().type == "bad-note");
  CHECK(file.trust(f.vkey, tlog::sign_checkpoint(note(11, 1), f.keeper.key)).error().type ==
        "unsigned-checkpoint");
  CHECK(file.trust(f.vkey, tlog::sign_checkpoint(note(9, 1), f.log_key)).error().type ==
        "checkpoint-older");
  CHECK(file.trust(f.vkey, tlog::sign_checkpoint(note(10, 1), f.log_key)).error().type ==
        "log-fork");
  CHECK(file.trust(f.vkey, f.log.published()));
  testing::Scratch rebuilt;
  WitnessFile unknowing(rebuilt.path);
  REQUIRE(unknowing.create_unknowing(f.keeper.key.public_key()));
  CHECK(unknowing.own_key() == witness_key(f.keeper.key.public_key()).text());
  CHECK(unknowing.read(f.vkey).error().type == "witness-behind");
  REQUIRE(unknowing.trust(f.vkey, f.log.published()));
  CHECK(unknowing.read(f.vkey)->checkpoint.size == 10);
  CHECK(unknowing.replace(f.vkey, 9, {}).error().type == "witness-raced");
  auto other = f.vkey;
  other.name = "another";
  CHECK(unknowing.read(other).error().type == "witness-behind");
  REQUIRE(replace_file(rebuilt.path / "witness.json", "{"));
  CHECK(unknowing.read(f.vkey).error().type == "bad-witness-file");
}

TEST_CASE("keeper witness: two keepers that are shown two logs") {
  World one;
  auto vkey_of = [](char seed) { return witness_key(key_of(seed).public_key()); };
  Keeper a(one, 'a', {vkey_of('b')});
  Keeper b(one, 'b', {vkey_of('a')});
  one.witnessing->set_keepers({a.key.public_key(), b.key.public_key()});
  auto live = [&](int rounds) {
    while (rounds-- > 0) {
      one.log.grow(1);
      one.step(kSilentMs / 4);
      for (int turn = 0; turn < 3; ++turn) {
        a.turns(1);
        b.turns(1);
      }
    }
  };
  live(10);
  CHECK(a.quiet());
  CHECK(b.quiet());
  REQUIRE(a.kept() == one.log.size());
  // From here on b is shown another log.
  World two;
  two.log.copy_of(one.log);
  two.wall.advance_ms(one.wall.now_ms() - two.wall.now_ms());
  two.witnessing = two.begin();
  two.witnessing->set_keepers({b.key.public_key()});
  one.witnessing->set_keepers({a.key.public_key()});
  for (int round = 0; round < 10; ++round) {
    one.log.grow(1);
    two.log.grow(1, "other ");
    one.step(kSilentMs / 4);
    two.step(kSilentMs / 4);
    a.turns(3);
    std::string body, answer;
    b.witness->append(body);
    for (const auto& frame : vault::read_frames(body).value())
      (void)two.witnessing->take(b.key.public_key(), frame.payload);
    two.witnessing->append(answer, b.key.public_key());
    for (const auto& frame : vault::read_frames(answer).value()) b.witness->on_frame(frame);
  }
  CHECK(b.kept() > 10);  // neither sees a fault in what it is shown
  CHECK(a.alarms("log-fork") + b.alarms("log-fork") == 0);
  CHECK(a.alarms("log-unwitnessed") == 1);
  CHECK(b.alarms("log-unwitnessed") == 1);
}

TEST_CASE("keeper witness: openings that the work does not explain") {
  Fixture f;
  const std::string alarm = "openings-out-of-proportion";
  auto minute = [&] {
    for (int i = 0; i < 6; ++i) {
      f.step(kProportionMs / 6);
      f.keeper.turn();
    }
  };
  minute();
  SUBCASE("many, with the deeds for them") {
    f.counts.openings += 10 * kAlarmOpenings;
    f.counts.deeds += 10 * kAlarmOpenings / kAlarmOpeningsPerDeed + 1;
    minute();
    CHECK(f.keeper.quiet());
  }
  SUBCASE("few") {
    f.counts.openings += kAlarmOpenings;
    minute();
    f.counts.openings += kAlarmOpenings;
    minute();
    CHECK(f.keeper.quiet());
  }
  SUBCASE("many") {
    f.counts.openings += kAlarmOpenings + 1;
    minute();
    CHECK(f.keeper.alarms(alarm) == 1);
  }
  SUBCASE("many, little by little") {
    for (int i = 0; i < 4; ++i) {
      f.counts.openings += kAlarmOpenings / 3;
      f.step(kProportionMs / 6);
      f.keeper.turn();
    }
    CHECK(f.keeper.alarms(alarm) == 1);
  }
  SUBCASE("many in a vault that began anew") {
    f.counts.openings = kAlarmOpenings + 1;
    f.witnessing = f.begin();
    f.witnessing->set_keepers({f.keeper.key.public_key()});
    minute();
    CHECK(f.keeper.alarms(alarm) == 1);
  }
  SUBCASE("refused by the budget") {
    f.counts.refused += 1;
    minute();
    CHECK(f.keeper.alarms(alarm) == 1);
  }
  SUBCASE("in bulk, for a delivery") {
    f.counts.deliveries += 1;
    minute();
    f.counts.bulk += 100 * kAlarmBulkOpenings;
    minute();
    CHECK(f.keeper.quiet());
  }
  SUBCASE("in bulk, without one") {
    f.counts.bulk += kAlarmBulkOpenings + 1;
    minute();
    CHECK(f.keeper.alarms(alarm) == 1);
  }
}

}  // namespace
}  // namespace guildhall::keeper
