#include "keeper/state.h"

#include <thread>

#include "keeper/keeper_test_util.h"

namespace guildhall::keeper {
namespace {

constexpr auto kWithdrawal = vault::StatementKind::withdrawal;
constexpr auto kRestore = vault::StatementKind::restore;

State sample() {
  State state;
  state.revision = 3;
  auto& room = state.rooms.emplace_back();
  room.url = "https://room.example";
  room.verifier_key = "room+1+A";
  room.ca_file = "/etc/ca.pem";
  room.room = 7;
  room.term_ms = 30'000;
  room.counter = 1'790'000'000'000;
  room.orders = {{true, {}, kWithdrawal, true}, {false, ProjectId{4}, kRestore, false}};
  room.witnesses = {"keeper+2+B"};
  room.node_of = "room+3+C";
  return state;
}

TEST_CASE("keeper state: as text and back, and nothing else is read") {
  auto text = state_text(sample());
  auto read = read_state(text);
  REQUIRE(read);
  CHECK(state_text(*read) == text);
  CHECK(read->rooms[0].counter == 1'790'000'000'000);
  CHECK(read->rooms[0].orders[1].project == ProjectId{4});
  CHECK(read->rooms[0].room_key() == "room+3+C");
  for (std::size_t at = 0; at + 2 < text.size(); ++at) {
    CHECK_FALSE(read_state(text.substr(0, at)));
  }
  CHECK(read_state("{}").error().type == "bad-keeper-state");
}

TEST_CASE("keeper state: orders of one scope replace each other") {
  RoomState room;
  room.give({false, ProjectId{4}, kWithdrawal, false});
  room.give({true, {}, kWithdrawal, false});
  CHECK(room.withdraws(ProjectId{9}));
  room.give({true, {}, kRestore, false});
  CHECK_FALSE(room.withdraws(ProjectId{9}));
  CHECK(room.withdraws(ProjectId{4}));
  room.confirm({true, {}, kWithdrawal, false});  // the older word, confirmed late
  CHECK(room.orders.size() == 2);
  CHECK_FALSE(room.orders[1].confirmed);
  room.confirm({true, {}, kRestore, false});
  CHECK(room.orders.size() == 1);  // a confirmed restore leaves nothing
  room.confirm({false, ProjectId{4}, kWithdrawal, false});
  CHECK(room.orders[0].confirmed);
}

TEST_CASE("keeper state: writers take turns, and a failed change writes nothing") {
  testing::Scratch in;
  auto count = [&] {
    FileStore store(in.path);
    for (int i = 0; i < 100; ++i) {
      REQUIRE(store.update([](State& state) -> Result<void> {
        ++state.revision;
        return {};
      }));
    }
  };
  {
    std::jthread one(count), two(count);
  }
  FileStore store(in.path);
  CHECK(store.read()->revision == 200);
  auto before = store.stamp();
  CHECK_FALSE(store.update([](State& state) -> Result<void> {
    state.revision = 0;
    return fail(Fault::invalid, "no", "No.");
  }));
  CHECK(store.read()->revision == 200);
  CHECK(store.stamp() == before);
}

}  // namespace
}  // namespace guildhall::keeper
