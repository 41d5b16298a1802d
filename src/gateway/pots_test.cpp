#include "gateway/pots.h"

#include <doctest/doctest.h>

#include <latch>
#include <thread>

#include "base/limits.h"
#include "store/conformance.h"
#include "work/work_test_util.h"

namespace guildhall::gateway {
namespace {

constexpr ProjectId kProject{101};
const Pot kHundred{{kProject, 7, 0}, {100, kNoBound}};

struct PotsRoom : work::TestRoom {
  explicit PotsRoom(const std::string& url) : TestRoom(url) {}
  PotState state(const PotId& pot = kHundred.id) {
    return GH_OK(db->read_as([&](store::Tx& tx) { return pot_state(tx, RoomId{1}, pot); }));
  }
  std::int64_t blocks() {
    return number("SELECT CAST(sum(held_units) AS BIGINT) FROM pot_block", {});
  }
  void write(std::span<const Charge> charges) {
    GH_OK(db->write([&](store::Tx& tx) { return write_charges(tx, RoomId{1}, charges); }));
  }
  // The store has not heard of the node for long.
  void silence(std::int64_t node) {
    GH_OK(db->write([&](store::Tx& tx) {
      return tx.put("UPDATE pot_node SET seen_at = 0 WHERE node = $1", {node});
    }));
  }
};

template <class T>
std::string_view why(const Result<T>& result) {
  return result ? std::string_view("taken") : result.error().type;
}

}  // namespace

TEST_CASE("pots: a thousand threads at a pot of a hundred") {
  store::on_both_stores([](const std::string& url) {
    PotsRoom room(url);
    Pots pots(*room.db, *room.keys, RoomId{1});
    std::vector<Result<Hold>> holds(1'000);
    std::latch together(1'000);
    {
      std::vector<std::jthread> threads;
      for (auto& hold : holds) {
        threads.emplace_back([&] {
          together.arrive_and_wait();
          hold = pots.hold(kHundred, {1, 1});
        });
      }
    }
    std::int64_t held = 0, reserved = 0;
    for (const auto& hold : holds) {
      held += hold ? 1 : 0;
      reserved += why(hold) == "budget-reserved" ? 1 : 0;
    }
    CHECK(held == 100);
    CHECK(reserved == 900);
    CHECK(room.state().held.units == 100);
    CHECK(room.number("SELECT count(*) FROM pot_block", {}) == 1);

    std::vector<Charge> charges;
    for (auto& hold : holds) {
      if (hold) charges.push_back(hold->used({1, 1}));
    }
    room.write(charges);
    CHECK(room.state().spent == Amount{100, 100});
    CHECK(why(pots.hold(kHundred, {1, 1})) == "budget-exhausted");
  });
}

TEST_CASE("pots: several nodes together never hold more than there is, and none starves another") {
  store::on_both_stores([](const std::string& url) {
    PotsRoom room(url);
    FakeClock clock;
    Pots first(*room.db, *room.keys, RoomId{1}, clock);
    Pots second(*room.db, *room.keys, RoomId{1}, clock);
    std::vector<Hold> holds;
    auto drain = [&](Pots& pots) {
      std::int64_t count = 0;
      for (;;) {
        auto hold = pots.hold(kHundred, {1, 1});
        if (!hold) return count;
        holds.push_back(*std::move(hold));
        ++count;
      }
    };
    holds.push_back(GH_OK(first.hold(kHundred, {1, 1})));
    Amount idle = first.idle(kHundred.id);
    CHECK(idle.units == 99 / kBlockShare);  // a block, not the pot
    CHECK(drain(second) == 99 - idle.units);
    CHECK(why(second.hold(kHundred, {1, 1})) == "budget-reserved");
    clock.advance_ms(kBlockIdleMs);
    GH_OK(first.tend());
    CHECK(first.idle(kHundred.id).is_zero());
    CHECK(drain(second) == idle.units);
    CHECK(room.state().held.units == 100);
    for (auto& hold : holds) hold.give_back();
    GH_OK(first.leave());
    GH_OK(second.leave());
    CHECK(room.state().held.is_zero());
    CHECK(room.number("SELECT count(*) FROM pot_node", {}) == 0);
  });
}

TEST_CASE("pots: eight nodes at once") {
  store::on_both_stores([](const std::string& url) {
    PotsRoom room(url);
    std::vector<std::unique_ptr<store::Database>> stores;  // as of processes of their own
    std::vector<std::unique_ptr<Pots>> nodes;
    for (int i = 0; i < 8; ++i) {
      if (url.starts_with("postgres")) {
        stores.push_back(GH_OK(store::open_database(url, {.postgres_group = 1})));
      }
      auto& db = stores.empty() ? *room.db : *stores.back();
      nodes.push_back(std::make_unique<Pots>(db, *room.keys, RoomId{1}));
    }
    std::vector<std::vector<Hold>> holds(nodes.size());
    std::latch together(static_cast<std::ptrdiff_t>(nodes.size()));
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < nodes.size(); ++i) {
        threads.emplace_back([&, i] {
          together.arrive_and_wait();
          while (auto hold = nodes[i]->hold(kHundred, {1, 1})) {
            holds[i].push_back(*std::move(hold));
          }
        });
      }
    }
    std::int64_t count = 0, idle = 0;
    for (const auto& one : holds) count += static_cast<std::int64_t>(one.size());
    for (const auto& node : nodes) idle += node->idle(kHundred.id).units;
    CHECK(count + idle == 100);
    CHECK(room.state().held.units == 100);
    CHECK(room.blocks() == 100);
  });
}

TEST_CASE("pots: what was sent is charged, whatever becomes of it; what was not goes back") {
  PotsRoom room("");
  Pots pots(*room.db, *room.keys, RoomId{1});
  {
    auto unsent = GH_OK(pots.hold(kHundred, {30, 1}));
    auto sent = GH_OK(pots.hold(kHundred, {20, 1}));
    sent.sent();
    Hold moved = std::move(sent);
    CHECK_FALSE(sent);
  }
  GH_OK(pots.tend());
  CHECK(room.state().spent.units == 20);
  // A provider may bill more than it was asked for: it is written as it is.
  auto hold = GH_OK(pots.hold(kHundred, {80, 1}));
  auto charge = hold.used({95, 1});
  room.write({&charge, 1});
  CHECK(room.state().spent.units == 115);
  CHECK(why(pots.hold(kHundred, {1, 1})) == "budget-exhausted");
  GH_OK(pots.leave());
  CHECK(room.state().held.units == 0);
}

TEST_CASE("pots: both counts have to fit, and another definition has blocks of its own") {
  PotsRoom room("");
  FakeClock clock;
  Pots pots(*room.db, *room.keys, RoomId{1}, clock);
  Pot pot{{kProject, 9, 0}, {1'000, 10}};
  CHECK(why(pots.hold(pot, {1, 11})) == "budget-exhausted");
  auto all = GH_OK(pots.hold(pot, {1, 10}));
  CHECK(why(pots.hold(pot, {1, 1})) == "budget-reserved");
  all.give_back();
  pot.limit = {1'000, 5};
  pot.version = 2;
  CHECK(why(pots.hold(pot, {1, 5})) == "budget-reserved");  // what was held before goes back first
  clock.advance_ms(kBlockIdleMs);
  GH_OK(pots.tend());
  CHECK(why(pots.hold(pot, {1, 5})) == "taken");
}

TEST_CASE("pots: what a node held when it was lost counts as spent; one that was slow joins anew") {
  store::on_both_stores([](const std::string& url) {
    PotsRoom room(url);
    Pots slow(*room.db, *room.keys, RoomId{1});
    Pots other(*room.db, *room.keys, RoomId{1});
    auto hold = GH_OK(slow.hold(kHundred, {40, 1}));
    std::int64_t held = room.state().held.units;
    CHECK(held > 40);
    room.silence(slow.node());
    GH_OK(other.tend());
    CHECK(room.state().lost.units == held);
    CHECK(room.state().held.units == 0);
    // It answers late: what it used is spent, and no longer lost. Never both.
    auto charge = hold.used({30, 1});
    room.write({&charge, 1});
    CHECK(room.state().spent.units == 30);
    CHECK(room.state().lost.units == held - 30);
    // Its memory is worth nothing once the store says that it is gone.
    std::int64_t before = slow.node();
    Hold again = GH_OK(slow.hold({{kProject, 8, 0}, {100, kNoBound}}, {1, 1}));
    CHECK(slow.node() != before);
    CHECK(slow.idle(kHundred.id).is_zero());
  });
}

// Reserve, settle, give back, write, crash and restart of three nodes in random order, beside what
// must come out of it.
TEST_CASE("pots: any order of events on three nodes") {
  store::on_both_stores([](const std::string& url) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      CAPTURE(seed);
      PotsRoom room(url);
      FakeClock clock;
      SeededRandom random(seed);
      struct Node {
        std::unique_ptr<Pots> pots;
        std::vector<Hold> holds;
        std::vector<Charge> charges;
      };
      Node nodes[3];
      for (auto& node : nodes) {
        node.pots = std::make_unique<Pots>(*room.db, *room.keys, RoomId{1}, clock);
      }
      const Pot pot{{ProjectId{static_cast<std::int64_t>(seed)}, 7, 0}, {5'000, 90'000}};
      Amount spent, lost;
      auto write = [&](Node& node) {
        for (const auto& charge : node.charges) spent += charge.used;
        room.write(node.charges);
        node.charges.clear();
      };
      auto crash = [&](Node& node) {
        std::int64_t id = node.pots->node();
        if (id == 0) return;
        node.pots->wait_filled();
        lost += GH_OK(room.db->read_as([&](store::Tx& tx) {
                  return tx.first(
                      "SELECT held_units, held_tokens FROM pot_block WHERE node = $1", {id},
                      [](const store::Row& row) { return Amount{row.integer(0), row.integer(1)}; });
                })).value_or(Amount{});
        node.pots->forget_all();
        node.holds.clear();
        node.charges.clear();
        room.silence(id);
        GH_OK(nodes[random.below(3)].pots->tend());
      };
      for (int step = 0; step < 400; ++step) {
        Node& node = nodes[random.below(3)];
        auto what = random.below(100);
        if (what < 50) {
          auto hold = node.pots->hold(pot, {static_cast<std::int64_t>(random.below(60)),
                                            static_cast<std::int64_t>(random.below(900))});
          if (hold) node.holds.push_back(*std::move(hold));
        } else if (what < 80 && !node.holds.empty()) {
          Hold hold = std::move(node.holds.back());
          node.holds.pop_back();
          auto part = static_cast<std::int64_t>(random.below(5));
          if (part < 4) node.charges.push_back(hold.used(hold.amount() * part / 4));
        } else if (what < 90) {
          write(node);
        } else if (what < 97) {
          clock.advance_ms(1'500);
          GH_OK(node.pots->tend());
        } else {
          crash(node);
        }
        for (const auto& one : nodes) one.pots->wait_filled();
        auto state = room.state(pot.id);
        REQUIRE((state.spent + state.lost + state.held).fits(pot.limit));
        REQUIRE(state.spent == spent);
        REQUIRE(state.lost == lost);
        Amount inside;
        for (const auto& one : nodes) {
          for (const auto& hold : one.holds) inside += hold.amount();
          for (const auto& charge : one.charges) inside += charge.used;
          inside += one.pots->idle(pot.id);
        }
        REQUIRE(state.held == inside);
      }
      for (auto& node : nodes) {
        node.holds.clear();
        write(node);
        GH_OK(node.pots->leave());
      }
      auto state = room.state(pot.id);
      CHECK(state.held.is_zero());
      CHECK(state.spent == spent);
      CHECK(state.lost == lost);
      CHECK(spent.units > 0);
      CHECK(lost.units > 0);
    }
  });
}

TEST_CASE("pots: a block is filled up while there is plenty, and nobody waits for it") {
  store::on_both_stores([](const std::string& url) {
    PotsRoom room(url);
    Pots pots(*room.db, *room.keys, RoomId{1});
    const Pot large{{kProject, 9, 0}, {1'000'000, kNoBound}};
    std::vector<Hold> holds;
    auto hold = [&] {
      holds.push_back(GH_OK(pots.hold(large, {1, 1})));
      pots.wait_filled();
    };
    hold();
    CHECK(pots.idle(large.id).units == kBlockHolds - 1);
    while (pots.idle(large.id).units > kBlockHolds / 2) hold();
    hold();
    // The half that was left but one, and the half that came: never more than a block.
    CHECK(pots.idle(large.id).units == kBlockHolds - 1);
    CHECK(room.state(large.id).held.units == std::ssize(holds) + kBlockHolds - 1);
    for (int i = 0; i < 10 * kBlockHolds; ++i) {
      hold();
      CHECK(pots.idle(large.id).units >= kBlockHolds / 2);
      CHECK(pots.idle(large.id).units < kBlockHolds);
    }
    holds.clear();
    GH_OK(pots.leave());
    CHECK(room.state(large.id).held.is_zero());
  });
}

// The control: look, then add, is what must not pass.
TEST_CASE("pots: a ledger that looks first and adds after is found out") {
  PotsRoom room("");
  Pots pots(*room.db, *room.keys, RoomId{1});
  (void)GH_OK(pots.hold(kHundred, {1, 1}));
  GH_OK(pots.leave());
  std::latch looked(2);
  auto careless = [&] {
    bool fits = Amount{60, 0}.fits(kHundred.limit - room.state().held);
    looked.arrive_and_wait();
    if (!fits) return;
    GH_OK(room.db->write(
        [&](store::Tx& tx) { return tx.put("UPDATE pot SET held_units = held_units + 60", {}); }));
  };
  {
    std::jthread one(careless);
    std::jthread two(careless);
  }
  CHECK_FALSE(room.state().held.fits(kHundred.limit));
}

}  // namespace guildhall::gateway
