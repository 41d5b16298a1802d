#include "vault/lease.h"

#include <memory>

#include "base/limits.h"
#include "vault/lease_test_util.h"

namespace guildhall::vault {
namespace {

using testing::FakeKeeper;
using testing::FakeVault;
using testing::kRoom;

constexpr ProjectId kOne{1};
constexpr ProjectId kTwo{2};

struct World {
  SeededRandom random{1};
  FakeKeeper first{crypto::SigningKey::generate(random)};
  FakeKeeper second{crypto::SigningKey::generate(random)};
  FakeVault vault{random, {kOne, kTwo}, {first.id(), second.id()}};

  std::string ask() { return vault.leases->challenge(0); }
  std::string lease(FakeKeeper& keeper, std::int64_t term_ms = 60'000) {
    return keeper.lease(ask(), vault.log_key, {kOne, kTwo}, term_ms);
  }
  Result<void> take(std::string_view statement) { return vault.leases->take(statement); }
  std::string_view refusal(std::string_view statement) {
    auto taken = take(statement);
    return taken ? "" : taken.error().type;
  }
  bool open(ProjectId project) const {
    CHECK(vault.leases->leased(project) == (vault.leases->left_ms(project) > 0));
    return vault.leases->leased(project);
  }
};

TEST_CASE("lease: keys arrive, and end with the term that began with the challenge") {
  World on;
  auto challenge = on.ask();
  auto lease = on.first.lease(challenge, on.vault.log_key, {kOne, kTwo}, 20'000);
  on.vault.clock.advance_ms(5'000);  // on its way
  REQUIRE(on.take(lease));
  CHECK(on.vault.sink.held.at(kOne).key == testing::key_of(kOne).expose());
  CHECK(on.vault.sink.held.at(kOne).until_ms == 1'000 + 20'000);
  CHECK_FALSE(on.vault.leases->urgent());
  on.vault.clock.advance_ms(14'999);
  CHECK(on.open(kOne));
  on.vault.clock.advance_ms(1);
  CHECK_FALSE(on.open(kOne));
  CHECK(on.vault.leases->urgent());
  CHECK(on.vault.sink.held.size() == 2);  // nobody looked yet
  on.vault.leases->tick();
  CHECK(on.vault.sink.held.empty());
}

TEST_CASE("lease: a process that was frozen holds nothing afterwards") {
  World on;
  REQUIRE(on.take(on.lease(on.first)));
  auto stale = on.lease(on.first);
  on.vault.clock.advance_ms(600'000);
  CHECK_FALSE(on.open(kOne));
  CHECK(on.refusal(stale) == "lease-too-late");
  CHECK(on.refusal(on.lease(on.first, kMaxLeaseMs)) == "");
}

TEST_CASE("lease: what was shredded is never leased again, by either keeper") {
  World on;
  REQUIRE(on.take(on.lease(on.first)));
  REQUIRE(on.take(on.first.order(StatementKind::shredding, kOne)));
  CHECK_FALSE(on.open(kOne));
  CHECK_FALSE(on.vault.sink.held.contains(kOne));
  CHECK(on.open(kTwo));
  for (auto* keeper : {&on.first, &on.second}) {
    REQUIRE(on.take(keeper->order(StatementKind::restore, kOne)));
    REQUIRE(on.take(keeper->order_room(StatementKind::restore)));
    REQUIRE(on.take(on.lease(*keeper)));  // its other project
    CHECK_FALSE(on.open(kOne));
    CHECK(on.refusal(keeper->lease(on.ask(), on.vault.log_key, {kOne})) == "lease-withdrawn");
  }
  on.vault.restart();
  CHECK(on.refusal(on.second.lease(on.ask(), on.vault.log_key, {kOne})) == "lease-withdrawn");
  CHECK_FALSE(on.vault.leases->urgent() == on.open(kTwo));
  CHECK(on.vault.leases->shredded(kOne));
}

TEST_CASE("lease: a challenge is good once, a counter too") {
  World on;
  auto challenge = on.ask();
  auto lease = on.first.lease(challenge, on.vault.log_key, {kOne});
  auto again = on.first.lease(challenge, on.vault.log_key, {kOne});
  auto older = on.first.order(StatementKind::withdrawal, kTwo);
  REQUIRE(on.take(lease));
  CHECK(on.refusal(lease) == "lease-replayed");
  CHECK(on.refusal(again) == "lease-unknown-challenge");
  REQUIRE(on.take(on.first.order(StatementKind::withdrawal, kTwo)));
  CHECK(on.refusal(older) == "lease-replayed");
  on.vault.restart();
  CHECK(on.refusal(lease) == "lease-replayed");  // the counter outlives the process
  CHECK(on.refusal(on.lease(on.first)) == "");
  CHECK(on.vault.leases->refusals().at("lease-replayed") == 1);
}

TEST_CASE("lease: forged, foreign, of another room, epoch, term or version: each its own error") {
  World on;
  auto good = on.lease(on.first);
  auto forged = good;
  forged.back() ^= 1;
  CHECK(on.refusal(forged) == "lease-forged");
  FakeKeeper stranger{crypto::SigningKey::generate(on.random)};
  CHECK(on.refusal(on.lease(stranger)) == "lease-unknown-keeper");
  FakeKeeper rebuilt{crypto::SigningKey::from_seed(on.first.key.seed()).value(), 2, 0};
  CHECK(on.refusal(on.lease(rebuilt)) == "lease-other-epoch");
  auto foreign = on.first.statement(StatementKind::withdrawal);
  foreign.room = RoomId{8};
  foreign.whole_room = true;
  CHECK(on.refusal(sign_statement(foreign, on.first.key)) == "lease-other-room");
  CHECK(on.refusal(on.lease(on.first, kMinLeaseMs - 1)) == "lease-term");
  CHECK(on.refusal(on.lease(on.first, kMaxLeaseMs + 1)) == "lease-term");
  auto newer = good;
  newer[4 + std::string_view("guildhall/keeper-statement").size()] = 2;
  CHECK(on.refusal(newer) == "lease-version");
  CHECK(on.refusal("") == "lease-malformed");
  CHECK(on.refusal(on.first.lease(on.ask(), on.vault.log_key, {ProjectId{3}})) == "lease-unasked");
  CHECK(on.vault.sink.held.empty());
}

TEST_CASE("lease: keys of one challenge do not open with another's, nor under another head") {
  World on;
  auto made = on.first.statement(StatementKind::lease);
  auto theirs = on.ask();
  made.challenge = digest_of(theirs);
  made.term_ms = 60'000;
  made.projects = {kOne};
  auto other = open_challenge(on.ask(), on.vault.log_key.public_key());
  REQUIRE(other);
  REQUIRE(seal_keys(made, other->hpke_key, testing::key_of(kOne)));
  CHECK(on.refusal(sign_statement(made, on.first.key)) == "lease-unsealable");
  auto right = open_challenge(theirs, on.vault.log_key.public_key());
  REQUIRE(seal_keys(made, right->hpke_key, testing::key_of(kOne)));
  made.projects = {kTwo};  // the same keys, said to be another project's
  CHECK(on.refusal(sign_statement(made, on.first.key)) == "lease-unsealable");
  made.projects = {kOne, kTwo};  // one key too few
  REQUIRE(seal_keys(made, right->hpke_key, testing::key_of(kOne)));
  CHECK(on.refusal(sign_statement(made, on.first.key)) == "lease-unsealable");
}

TEST_CASE("lease: a project keeps the first key it got") {
  World on;
  REQUIRE(on.take(on.lease(on.first)));
  auto swapped = on.second.statement(StatementKind::lease);
  auto message = on.ask();
  auto challenge = open_challenge(message, on.vault.log_key.public_key());
  CHECK(challenge->wanted[0].key_id == key_id_of(testing::key_of(kOne).expose()));
  CHECK(challenge->wanted[0].left_ms == 60'000);
  swapped.challenge = digest_of(message);
  swapped.term_ms = 60'000;
  swapped.projects = {kOne};
  REQUIRE(seal_keys(swapped, challenge->hpke_key, testing::key_of(kTwo)));
  auto statement = sign_statement(swapped, on.second.key);
  CHECK(on.refusal(statement) == "lease-other-key");
  on.vault.restart();
  CHECK(on.vault.store.key_ids.size() == 2);
}

TEST_CASE("lease: a withdrawal binds both keepers until the one that withdrew restores") {
  World on;
  REQUIRE(on.take(on.lease(on.first)));
  auto waiting = on.lease(on.first);  // signed before the withdrawal, comes after it
  auto restore_before = on.first.order(StatementKind::restore, kOne);
  SUBCASE("one project") {
    REQUIRE(on.take(on.first.order(StatementKind::withdrawal, kOne)));
    CHECK_FALSE(on.open(kOne));
    CHECK_FALSE(on.vault.sink.held.contains(kOne));  // at once, not at the next tick
    CHECK(on.open(kTwo));
    CHECK(on.refusal(waiting) == "lease-replayed");
    CHECK(on.refusal(restore_before) == "lease-replayed");
    CHECK(on.refusal(on.lease(on.second)) == "");  // for the other project
    CHECK_FALSE(on.open(kOne));
    REQUIRE(on.take(on.second.order(StatementKind::restore, kOne)));  // its own, there is none
    REQUIRE(on.take(on.first.order_room(StatementKind::restore)));    // another scope
    CHECK_FALSE(on.vault.leases->urgent());
    CHECK(on.refusal(on.second.lease(on.ask(), on.vault.log_key, {kOne})) == "lease-withdrawn");
    on.vault.restart();
    CHECK(on.refusal(on.first.lease(on.ask(), on.vault.log_key, {kOne})) == "lease-withdrawn");
    REQUIRE(on.take(on.first.order(StatementKind::restore, kOne)));
    CHECK_FALSE(on.open(kOne));  // only a lease opens
    REQUIRE(on.take(on.lease(on.second)));
    CHECK(on.open(kOne));
  }
  SUBCASE("the whole room") {
    REQUIRE(on.take(on.second.order_room(StatementKind::withdrawal)));
    CHECK(on.vault.sink.held.empty());
    CHECK(on.refusal(on.lease(on.first)) == "lease-withdrawn");
    REQUIRE(on.take(on.second.order_room(StatementKind::restore)));
    CHECK(on.refusal(on.lease(on.first)) == "");
    CHECK(on.open(kTwo));
  }
}

TEST_CASE("lease: either keeper's lease is enough, the longer one counts") {
  World on;
  REQUIRE(on.take(on.lease(on.first, 60'000)));
  REQUIRE(on.take(on.lease(on.second, 10'000)));
  on.vault.clock.advance_ms(30'000);
  on.vault.leases->tick();
  CHECK(on.open(kOne));
  CHECK(on.vault.sink.held.at(kOne).until_ms == 61'000);
}

TEST_CASE("lease: nothing is taken that cannot be persisted, but a withdrawal drops keys first") {
  World on;
  on.vault.store.broken = true;
  CHECK(on.refusal(on.lease(on.first)) == "disk-full");
  CHECK_FALSE(on.open(kOne));
  CHECK(on.vault.sink.held.empty());
  on.vault.store.broken = false;
  REQUIRE(on.take(on.lease(on.first)));
  on.vault.store.broken = true;
  auto withdrawal = on.first.order(StatementKind::withdrawal, kOne);
  CHECK(on.refusal(withdrawal) == "disk-full");
  CHECK_FALSE(on.open(kOne));
  CHECK(on.refusal(on.first.order(StatementKind::restore, kOne)) == "disk-full");
  CHECK(on.vault.leases->withdrawn(kOne));
  on.vault.store.broken = false;
  CHECK(on.refusal(withdrawal) == "");  // said again
}

TEST_CASE("lease: bounds of challenges and of withdrawn projects") {
  World on;
  auto oldest = on.lease(on.first);
  for (std::size_t i = 0; i < kMaxChallenges; ++i) on.ask();
  CHECK(on.refusal(oldest) == "lease-unknown-challenge");
  on.vault.store.keepers[0].withdrawn.clear();
  for (std::size_t i = 0; i < kMaxWithdrawn; ++i) {
    on.vault.store.keepers[0].withdrawn.insert(ProjectId{static_cast<std::int64_t>(10 + i)});
  }
  on.vault.store.keepers[0].counter = on.first.counter;
  on.vault.restart();
  CHECK(on.refusal(on.lease(on.first)) == "");
  REQUIRE(on.take(on.first.order(StatementKind::withdrawal, ProjectId{9})));
  CHECK(on.vault.sink.held.empty());  // too many to count: the whole room
  for (int i = 0; i < 2'000; ++i) on.vault.leases->want(ProjectId{100 + i}, "");
  auto crowded = open_challenge(on.ask(), on.vault.log_key.public_key());
  REQUIRE(crowded);
  CHECK(crowded->wanted.size() == kMaxLeaseKeys);
}

}  // namespace
}  // namespace guildhall::vault
