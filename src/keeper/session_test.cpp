#include "keeper/session.h"

#include "base/fields.h"
#include "base/limits.h"
#include "keeper/keeper_test_util.h"
#include "vault/lease_test_util.h"

namespace guildhall::keeper {
namespace {

constexpr auto kWithdrawal = vault::StatementKind::withdrawal;
constexpr auto kRestore = vault::StatementKind::restore;

using testing::MemoryStore;
using testing::Scratch;
using vault::testing::FakeVault;
using vault::testing::kRoom;

constexpr ProjectId kOne{1};
constexpr ProjectId kTwo{2};
const std::string kUrl = "http://127.0.0.1:1";

// A keeper and a vault, and the line between them in the test's hand.
struct World {
  explicit World(std::uint64_t seed = 1)
      : random(seed),
        keys(Keyring::create(in.path / "k", Secret(), random).value()),
        vault(random, {kOne, kTwo}, {keys.id()}) {
    store.state.rooms.push_back({kUrl, "", "", 0, 60'000, 0, {}});
    restart_keeper();
  }
  void restart_keeper() {
    session =
        std::make_unique<Session>(kUrl, vault.log_key.public_key(), keys, store, wall, vault.clock);
  }
  Result<std::string> answer(std::string_view body) {
    return vault::exchange(*vault.leases, kRoom, vault.log_key, 0, body);
  }
  // One exchange; how long the room could have held it.
  std::int64_t exchange() {
    auto turn = session->next();
    REQUIRE(turn);
    auto answered = answer(turn->body);
    REQUIRE(answered);
    CHECK(session->take(*answered));
    wall.advance_ms(1);
    return turn->wait_ms;
  }
  void order(const Order& order) { store.state.rooms[0].give(order); }
  bool open(ProjectId project) const { return vault.leases->leased(project); }

  Scratch in;
  SeededRandom random;
  FakeClock wall;
  Keyring keys;
  FakeVault vault;
  MemoryStore store;
  std::unique_ptr<Session> session;
};

TEST_CASE("session: asks, leases what is wanted, renews when half of the term is left") {
  World on;
  CHECK(on.exchange() == 0);  // for a challenge
  CHECK(on.store.state.rooms[0].room == kRoom.value);
  CHECK_FALSE(on.open(kOne));
  on.exchange();
  CHECK(on.open(kOne));
  CHECK(on.vault.sink.held.at(kTwo).key ==
        on.keys.find(on.vault.log_key.public_key(), kTwo).expose());
  CHECK(on.session->status().leased.size() == 2);
  auto counter = on.store.state.rooms[0].counter;
  CHECK(on.exchange() == kMaxExchangeWaitMs);  // 30 s to the half, an answer is held for 25
  CHECK(on.store.state.rooms[0].counter == counter);
  on.vault.clock.advance_ms(25'000);
  on.exchange();
  auto wait_ms = on.exchange();
  CHECK(wait_ms == 5'000);
  on.vault.clock.advance_ms(wait_ms);
  on.exchange();  // brings the challenge
  on.exchange();
  CHECK(on.vault.leases->left_ms(kOne) == 60'000);
  CHECK(on.session->status().alarms.empty());
}

TEST_CASE("session: a vault that was restarted is leased anew, with the same keys") {
  World on;
  on.exchange();
  on.exchange();
  auto held = on.vault.sink.held.at(kOne).key;
  on.vault.restart();
  CHECK(on.vault.leases->urgent());
  on.exchange();
  on.exchange();
  CHECK(on.open(kOne));
  CHECK(on.vault.sink.held.at(kOne).key == held);
  on.vault.projects.push_back(ProjectId{3});
  on.vault.leases->want(ProjectId{3}, "");
  on.exchange();
  on.exchange();
  CHECK(on.open(ProjectId{3}));
}

TEST_CASE("session: a withdrawal goes first, is confirmed, and holds until the restore") {
  World on;
  on.exchange();
  on.exchange();
  on.order({false, kOne, kWithdrawal, false});
  on.exchange();
  CHECK_FALSE(on.open(kOne));
  CHECK(on.open(kTwo));
  CHECK(on.store.state.rooms[0].orders.at(0).confirmed);
  CHECK(on.session->status().leased == std::vector{kTwo});
  for (int i = 0; i < 4; ++i) {
    on.vault.clock.advance_ms(20'000);
    on.exchange();
    on.exchange();
    CHECK(on.open(kTwo));
    CHECK_FALSE(on.open(kOne));
  }
  on.order({false, kOne, kRestore, false});
  on.exchange();  // the restore, and in the same body the lease
  CHECK(on.open(kOne));
  CHECK(on.store.state.rooms[0].orders.empty());
  on.order({true, {}, kWithdrawal, false});
  on.exchange();
  CHECK(on.vault.sink.held.empty());
  CHECK(on.session->status().alarms.empty());
}

TEST_CASE("session: a key is destroyed before anybody is told, and there is a receipt") {
  World on;
  on.exchange();
  on.exchange();
  auto room_key = on.vault.log_key.public_key();
  REQUIRE_FALSE(on.keys.find(room_key, kOne).empty());
  on.order({false, kOne, vault::StatementKind::shredding, false});
  REQUIRE(on.session->next());  // the room is not reached
  CHECK(on.keys.find(room_key, kOne).empty());
  CHECK(Keyring::open(on.in.path / "k", Secret())->find(room_key, kOne).empty());
  on.session->lost({Fault::timeout, "http-timeout", "Slow.", {}});
  on.exchange();
  CHECK_FALSE(on.open(kOne));
  CHECK(on.open(kTwo));
  auto receipts = on.session->status().receipts;
  REQUIRE(receipts.size() == 1);
  auto said = vault::read_statement(receipts[0].statement);
  REQUIRE(said);
  CHECK((said->kind == vault::StatementKind::shredding && said->project == kOne));
  CHECK(vault::open_verdict(receipts[0].verdict, room_key)->refusal.empty());
  for (int i = 0; i < 3; ++i) {
    on.vault.clock.advance_ms(20'000);
    on.exchange();
  }
  CHECK(on.keys.find(room_key, kOne).empty());  // and no other is made
  CHECK(on.open(kTwo));
}

TEST_CASE("session: what was withdrawn before the lease is signed is not in it") {
  World on;
  on.exchange();
  on.order({true, {}, kWithdrawal, false});
  auto turn = on.session->next();
  REQUIRE(turn);
  int leases = 0;
  for (const auto& frame : *vault::read_frames(turn->body)) {
    if (!frame.is(vault::FrameType::statement)) continue;
    leases += vault::read_statement(frame.payload)->kind == vault::StatementKind::lease ? 1 : 0;
  }
  CHECK(leases == 0);
}

TEST_CASE("session: an order is said again until its verdict comes") {
  World on;
  on.exchange();
  on.exchange();
  on.order({false, kOne, kWithdrawal, false});
  auto turn = on.session->next();
  REQUIRE(turn);
  REQUIRE(on.answer(turn->body));  // arrives, but the answer is lost
  on.session->lost({Fault::timeout, "http-timeout", "Slow.", {}});
  CHECK_FALSE(on.open(kOne));
  CHECK_FALSE(on.store.state.rooms[0].orders.at(0).confirmed);
  on.store.state.rooms[0].orders.at(0).confirmed = true;
  CHECK(on.session->next()->wait_ms == 0);  // it asks at once: the challenge may be used up
  on.store.state.rooms[0].orders.at(0).confirmed = false;
  on.restart_keeper();
  on.exchange();
  CHECK(on.store.state.rooms[0].orders.at(0).confirmed);
}

TEST_CASE("session: a challenge that the room did not sign is not answered") {
  World on;
  SeededRandom other(9);
  FakeVault foreign(other, {kOne}, {on.keys.id()});
  auto turn = on.session->next();
  auto answered = vault::exchange(*foreign.leases, kRoom, foreign.log_key, 0, turn->body);
  auto taken = on.session->take(*answered);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().type == "lease-forged");
  CHECK(on.session->status().alarms.at("lease-forged") == 1);
  CHECK(on.session->next()->wait_ms == 0);
  CHECK(on.keys.size() == 0);
  on.exchange();
  on.store.state.rooms[0].room = 8;
  auto elsewhere = on.session->take(on.answer(on.session->next()->body).value());
  CHECK(elsewhere.error().type == "lease-other-room");
}

TEST_CASE("session: a key that is lost or another's is left out, with an alarm, and none is made") {
  World on;
  on.vault.leases->want(ProjectId{3}, std::string(vault::kKeyIdBytes, 'x'));
  REQUIRE(on.keys.make(on.vault.log_key.public_key(), {ProjectId{4}}));
  on.vault.leases->want(ProjectId{4}, std::string(vault::kKeyIdBytes, 'y'));
  on.exchange();
  on.exchange();
  CHECK(on.open(kOne));
  CHECK_FALSE(on.open(ProjectId{3}));
  CHECK_FALSE(on.open(ProjectId{4}));
  CHECK(on.keys.find(on.vault.log_key.public_key(), ProjectId{3}).empty());
  CHECK(on.session->status().alarms.contains("missing-key"));
  CHECK(on.session->status().alarms.contains("other-key"));
}

TEST_CASE("session: a keeper set back goes on, its clock being right") {
  World on;
  on.exchange();
  on.exchange();
  on.store.state.rooms[0].counter = 0;
  on.vault.clock.advance_ms(40'000);
  on.wall.advance_ms(40'000);
  on.exchange();
  on.exchange();
  CHECK(on.vault.leases->left_ms(kOne) == 60'000);
  // With a clock set back as well it is refused until time has caught up: an alarm, no opening.
  on.store.state.rooms[0].counter = 0;
  on.wall.advance_ms(-3'600'000);
  on.vault.clock.advance_ms(61'000);
  on.exchange();
  on.exchange();
  CHECK_FALSE(on.open(kOne));
  CHECK(on.session->status().alarms.at("lease-replayed") == 1);
}

// What a vault says of its owner's wish, before its challenge.
std::string with_wish(std::uint8_t whole, ProjectId project, const std::string& answer) {
  std::string body;
  FieldWriter wish;
  wish.u8(whole).i64(project.value);
  vault::append_frame(body, vault::FrameType::wish, wish.text());
  return body + answer;
}

TEST_CASE("session: a room's wish to withdraw is obeyed once, and never restores") {
  World on;
  on.exchange();
  on.exchange();
  auto say = [&](std::uint8_t whole, ProjectId project) {
    auto turn = on.session->next();
    REQUIRE(turn);
    auto taken = on.session->take(with_wish(whole, project, on.answer(turn->body).value()));
    on.wall.advance_ms(1);
    return taken;
  };
  REQUIRE(say(0, kOne));
  CHECK(on.session->status().alarms.at("room-asked-to-withdraw") == 1);
  CHECK(on.open(kOne));
  on.exchange();  // by its own signed statement
  CHECK_FALSE(on.open(kOne));
  CHECK(on.open(kTwo));
  auto word = on.session->status().confirmed;
  REQUIRE(word);
  CHECK(word->order.withdraws());
  CHECK(vault::read_statement(word->statement)->kind == vault::StatementKind::withdrawal);
  CHECK(vault::open_verdict(word->verdict, on.vault.log_key.public_key())->refusal.empty());
  // Restored while the room goes on asking: it is the same wish.
  REQUIRE(say(1, {}));
  REQUIRE(say(1, {}));
  on.order({true, {}, kRestore, false});
  REQUIRE(say(1, {}));
  REQUIRE(say(1, {}));
  CHECK(on.open(kTwo));
  CHECK(on.session->status().alarms.at("room-asked-to-withdraw") == 2);
  on.exchange();
  REQUIRE(say(1, {}));  // asked anew
  on.exchange();
  CHECK_FALSE(on.open(kTwo));
  CHECK(on.session->status().alarms.at("room-asked-to-withdraw") == 3);
  for (auto [whole, project] : {std::pair{2, ProjectId{}}, {1, kTwo}}) {
    auto refused = say(static_cast<std::uint8_t>(whole), project);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().type == "exchange-malformed");
  }
}

TEST_CASE("session: a wish is only an alarm where it is to be ignored, or the project is unknown") {
  World on;
  on.exchange();
  auto said = [&](ProjectId project) {
    auto turn = on.session->next();
    REQUIRE(on.session->take(with_wish(0, project, on.answer(turn->body).value())));
  };
  said(ProjectId{99});
  CHECK(on.store.state.rooms[0].orders.empty());
  on.session = std::make_unique<Session>(kUrl, on.vault.log_key.public_key(), on.keys, on.store,
                                         on.wall, on.vault.clock, nullptr, Session::Wishes::ignore);
  on.exchange();
  said(kOne);
  CHECK(on.store.state.rooms[0].orders.empty());
  CHECK(on.session->status().alarms.at("room-asked-to-withdraw") == 1);
}

// Exchanges that are lost on the way there or back, restarts of either side, orders at any time.
TEST_CASE("session, simulated: the vault follows its keeper") {
  int leased = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    World on(seed);
    for (int i = 0; i < 60; ++i) {
      switch (on.random.below(12)) {
        case 0: on.vault.restart(); break;
        case 1: on.restart_keeper(); break;
        case 2: on.order({on.random.below(3) == 0, kOne, kWithdrawal, false}); break;
        case 3:
        case 4: on.order({on.random.below(2) == 0, kOne, kRestore, false}); break;
        case 5:
          on.vault.clock.advance_ms(static_cast<std::int64_t>(on.random.below(90'000)));
          break;
        default: break;
      }
      for (auto& order : on.store.state.rooms[0].orders) {
        if (order.whole_room) order.project = {};
      }
      auto turn = on.session->next();
      REQUIRE(turn);
      on.wall.advance_ms(1);
      auto answered = on.random.below(5) == 0 ? Result<std::string>(fail(Fault::timeout, "t", "T."))
                                              : on.answer(turn->body);
      if (answered && on.random.below(5) > 0) {
        CHECK(on.session->take(*answered));
      } else {
        on.session->lost({Fault::timeout, "http-timeout", "Slow.", {}});
      }
      // A withdrawal that is confirmed holds, and what a lease says is so.
      for (ProjectId project : {kOne, kTwo}) {
        bool withdrawn = false;
        for (const auto& order : on.store.state.rooms[0].orders) {
          bool covers = order.whole_room || order.project == project;
          withdrawn = withdrawn || (order.withdraws() && order.confirmed && covers);
        }
        if (withdrawn) CHECK_FALSE(on.open(project));
      }
    }
    for (int i = 0; i < 4; ++i) on.exchange();  // a good line: all is said and done
    for (ProjectId project : {kOne, kTwo}) {
      bool open = on.open(project);
      CHECK(open != on.store.state.rooms[0].withdraws(project));
      leased += open ? 1 : 0;
    }
  }
  CHECK(leased > 10);
}

}  // namespace
}  // namespace guildhall::keeper
