// A room that two servers serve: two vaults with a log each, and one keeper.
#include "base/fields.h"
#include "base/files.h"
#include "base/limits.h"
#include "keeper/keeper_test_util.h"
#include "keeper/orders.h"
#include "keeper/proportion.h"
#include "keeper/session.h"
#include "tlog/note.h"
#include "vault/lease_test_util.h"

namespace guildhall::keeper {
namespace {

using testing::MemoryStore;
using testing::Scratch;
using vault::testing::FakeVault;
using vault::testing::kRoom;

constexpr auto kWithdrawal = vault::StatementKind::withdrawal;
constexpr auto kRestore = vault::StatementKind::restore;
constexpr auto kShredding = vault::StatementKind::shredding;
constexpr ProjectId kOne{1};
constexpr ProjectId kTwo{2};

struct Node {
  Node(Random& random, Keyring& ring, const std::string& address)
      : url(address), keys(ring), vault(random, {kOne, kTwo}, {ring.id()}) {}
  std::string log() const { return vault.log_key.public_key(); }
  RoomState entry() const {
    RoomState state;
    state.url = url;
    state.verifier_key = tlog::VerifierKey{.name = "log", .public_key = log()}.text();
    return state;
  }
  std::string answer(std::string_view body) {
    return vault::exchange(*vault.leases, kRoom, vault.log_key, 0, body).value();
  }
  // One exchange, `more` before what the vault answers.
  void exchange(MemoryStore& store, FakeClock& wall, const std::string& more = {}) {
    if (!session) {
      session = std::make_unique<Session>(url, log(), keys, store, wall, vault.clock);
    }
    auto turn = session->next();
    REQUIRE(turn);
    said = turn->body;
    CHECK(session->take(more + answer(turn->body)));
  }
  bool open(ProjectId project) const { return vault.leases->leased(project); }
  bool strange() const { return session->status().alarms.contains("unknown-node"); }

  std::string url;
  Keyring& keys;
  FakeVault vault;
  std::unique_ptr<Session> session;
  std::string said;
};

struct World {
  World() { store.state.rooms.push_back(first.entry()); }
  // As `add-room --node-of` does: keys.box, then the state file.
  void join(bool in_box = true, bool in_state = true) {
    if (in_box) REQUIRE(keys.add_node(second.log(), first.log()));
    auto entry = second.entry();
    if (in_state) entry.node_of = store.state.rooms[0].verifier_key;
    store.state.rooms.push_back(entry);
  }
  void turns(int count = 2) {
    for (int i = 0; i < count; ++i) {
      first.exchange(store, wall);
      second.exchange(store, wall);
    }
  }
  void first_alone() {
    first.exchange(store, wall);
    first.exchange(store, wall);
  }
  bool all(ProjectId project, bool open) const {
    return first.open(project) == open && second.open(project) == open;
  }
  const Order& order_of(int node) const { return store.state.rooms.at(node).orders.at(0); }

  Scratch in;
  SeededRandom random{5};
  FakeClock wall{1'000'000};
  Keyring keys{Keyring::create(in.path / "k", Secret(), random).value()};
  MemoryStore store;
  Node first{random, keys, "http://127.0.0.1:1"};
  Node second{random, keys, "http://127.0.0.1:2"};
};

TEST_CASE("nodes: both are leased the room's keys, to challenges of their own") {
  World on;
  on.join();
  on.turns();
  CHECK(on.all(kOne, true));
  CHECK(on.first.vault.sink.held.at(kTwo).key == on.second.vault.sink.held.at(kTwo).key);
  CHECK(on.keys.size() == 2);
  on.second.vault.projects.push_back(ProjectId{3});
  on.second.vault.leases->want(ProjectId{3}, "");
  on.turns();
  CHECK(on.second.open(ProjectId{3}));  // what a node is the first to ask for is the room's too
  CHECK_FALSE(on.keys.find(on.first.log(), ProjectId{3}).empty());
  CHECK_FALSE((on.first.strange() || on.second.strange()));
}

TEST_CASE("nodes: an order that is given at one is every node's, and no question is asked") {
  for (const char* url : {"http://127.0.0.1:1", "http://127.0.0.1:2", ""}) {
    CAPTURE(url);
    World on;
    on.join();
    on.turns();
    auto given = give(on.store, {url, 1}, kWithdrawal);
    REQUIRE(given);
    CHECK(given->urls.size() == 2);
    on.turns(1);
    CHECK(on.all(kOne, false));
    CHECK(on.all(kTwo, true));
    CHECK((on.order_of(0).confirmed && on.order_of(1).confirmed));
    REQUIRE(give(on.store, {url, 1}, kRestore));
    on.turns();
    CHECK(on.all(kOne, true));
    REQUIRE(give(on.store, {url, {}}, kWithdrawal));
    on.turns(1);
    CHECK(on.all(kTwo, false));
  }
  World on;
  on.join();
  auto other = on.first.entry();
  other.url = "http://127.0.0.1:3";
  other.verifier_key = "other";
  on.store.state.rooms.push_back(other);
  CHECK(give(on.store, {"", 1}, kWithdrawal).error().type == "which-room");
  REQUIRE(give(on.store, {other.url, 1}, kWithdrawal));
  CHECK(on.store.state.rooms[0].orders.empty());
  CHECK(give(on.store, {"http://127.0.0.1:4", {}}, kWithdrawal).error().type == "no-such-room");
}

TEST_CASE("nodes: a key that is destroyed is at all, and none is made again") {
  World on;
  on.join();
  on.turns();
  REQUIRE(give(on.store, {on.second.url, 1}, kShredding));
  on.turns(3);
  CHECK(on.all(kOne, false));
  CHECK(on.keys.find(on.first.log(), kOne).empty());
  CHECK(on.second.session->status().receipts.size() == 1);
  on.second.vault.store.keepers[0] = {on.keys.id(), 0, false, {}, {}};
  on.second.vault.restart();  // and what it knew of it is gone
  on.turns(3);
  CHECK_FALSE(on.second.open(kOne));
  CHECK(on.keys.find(on.second.log(), kOne).empty());
}

TEST_CASE("nodes: a wish that one passes on is obeyed at all, at once") {
  World on;
  on.join();
  on.turns();
  FieldWriter wish;
  wish.u8(0).i64(kOne.value);
  std::string frame;
  vault::append_frame(frame, vault::FrameType::wish, wish.text());
  auto before = on.store.state.revision;
  on.second.exchange(on.store, on.wall, frame);
  CHECK(on.store.state.revision > before);  // wakes the other's dialler
  on.turns(1);
  CHECK(on.all(kOne, false));
}

TEST_CASE("nodes: no two statements of a room have one counter, so none can be shown elsewhere") {
  World on;
  on.join();
  on.turns();
  on.store.state.rooms[0].counter += 500;  // the first was told much in this millisecond
  REQUIRE(give(on.store, {"", {}}, kRestore));
  on.first.exchange(on.store, on.wall);
  auto restore = on.first.said;
  REQUIRE(give(on.store, {"", {}}, kWithdrawal));
  on.turns(1);
  CHECK(on.all(kOne, false));
  on.second.answer(restore);  // by a room's process, of what it carried to the other
  CHECK(on.second.vault.leases->withdrawn(kOne));
}

TEST_CASE("nodes: a log that only the state file calls one is leased nothing") {
  World on;
  on.first_alone();
  on.join(false, true);
  on.turns(3);
  CHECK(on.second.strange());
  CHECK(on.second.vault.sink.held.empty());
  CHECK(on.first.open(kOne));
  // The other way round, or left out of both: a room that is known has no other key.
  for (bool in_box : {true, false}) {
    World next;
    next.first_alone();
    next.join(in_box, false);
    next.turns(3);
    CHECK(next.second.strange());
    CHECK(next.second.vault.sink.held.empty());
    CHECK(next.keys.size() == 2);
  }
}

TEST_CASE("nodes: what one opens is compared with what was done in the room") {
  auto tally = [](std::uint64_t openings, std::uint64_t deeds, TimeMs since = 1) {
    vault::Tally said{.room = kRoom, .since_ms = since};
    said.counts.openings = openings;
    said.counts.deeds = deeds;
    return said;
  };
  const std::uint64_t many = kAlarmOpenings + kAlarmOpeningsPerDeed;
  const std::uint64_t enough = many / kAlarmOpeningsPerDeed + 1;
  for (bool together : {true, false}) {
    CAPTURE(together);
    auto work = std::make_shared<RoomWork>();
    Proportion first("1", work), second("2", together ? work : nullptr);
    CHECK_FALSE(first.take(tally(0, 7'000), 0));  // of before this keeper came
    CHECK_FALSE(second.take(tally(0, 0), 0));
    CHECK_FALSE(first.take(tally(0, 7'000 + enough), 1));
    CHECK(second.take(tally(many, 0), 2).has_value() == !together);
    CHECK(second.take(tally(2 * many, 0), 3).has_value());  // without a deed since
  }
  auto work = std::make_shared<RoomWork>();
  Proportion first("1", work), second("2", work);
  first.take(tally(0, 7'000), 0);
  second.take(tally(0, 0), 0);
  first.take(tally(0, 9'000), 1);
  CHECK(second.take(tally(many, 0, 2), 2).has_value());  // began anew: those deeds were before
}

TEST_CASE("nodes: keys.box has them, and takes no room for a node") {
  Scratch in;
  const std::string room(32, 'r'), node(32, 'n'), third(32, 't'), other(32, 'o');
  auto made = Keyring::create(in.path / "k", Secret());
  REQUIRE(made);
  CHECK_FALSE(made->has_keys(room));
  REQUIRE(made->make(room, {kOne}));
  REQUIRE(made->make(other, {kOne}));
  REQUIRE(made->add_node(node, room));
  CHECK(made->add_node(node, room));
  REQUIRE(made->add_node(third, node));  // of a node: of its room
  CHECK(made->add_node(node, other).error().type == "node-known");
  CHECK(made->add_node(other, room).error().type == "node-known");
  CHECK(made->add_node(room, other).error().type == "node-known");
  CHECK(made->add_node(std::string(32, 'x'), std::string(32, 'x')).error().type == "node-known");
  CHECK(made->take_over(room, node).error().type == "node-known");
  auto opened = Keyring::open(in.path / "k", Secret());
  REQUIRE(opened);
  CHECK((opened->is_node(node) && opened->is_node(third) && !opened->is_node(room)));
  CHECK(opened->find(node, kOne).expose() == made->find(room, kOne).expose());
  CHECK(opened->find(third, kOne).expose() == made->find(room, kOne).expose());
  CHECK(opened->makes_keys());
  CHECK(opened->take_over(node, std::string(32, 'b')).value() == 1);  // what its room had
  REQUIRE(opened->remove_node(third));
  CHECK_FALSE(Keyring::open(in.path / "k", Secret())->is_node(third));
  CHECK(opened->find(third, kOne).empty());
  REQUIRE(opened->shred(node, kOne));
  CHECK(opened->find(room, kOne).empty());
  auto box = read_file(in.path / "k/keys.box").value();
  auto second = Keyring::recover(in.path / "two", opened->root(), box, Secret(), Rebuilt::second);
  REQUIRE(second);
  auto again = Keyring::open(in.path / "two", Secret());
  REQUIRE(again);
  CHECK((again->is_node(node) && !again->makes_keys()));
}

}  // namespace
}  // namespace guildhall::keeper
