#include "keeper/dial.h"

#include <thread>

#include "base/limits.h"
#include "keeper/keeper_test_util.h"
#include "net/test_client.h"
#include "vault/lease_test_util.h"

namespace guildhall::keeper {
namespace {

using net::testing::TestApp;
using net::testing::TestServer;
using net::testing::wait_for;
using vault::testing::FakeVault;
using vault::testing::kRoom;

class SteadyClock final : public Clock {
 public:
  TimeMs now_ms() const override { return monotonic_ms(); }
};

// The state is the dialler's and the test's at once.
struct LockedStore final : StateStore {
  mutable Mutex mutex;
  State state GUARDED_BY(mutex);
  Result<State> read() const override {
    MutexLock lock(mutex);
    return state;
  }
  Result<State> update(const std::function<Result<void>(State&)>& change) override {
    MutexLock lock(mutex);
    TRY(change(state));
    return state;
  }
};

// A room that holds its answers until the test's end, unless there is something to say.
struct HoldingRoom {
  HoldingRoom(Random& random, const vault::KeeperId& keeper)
      : vault(random, {ProjectId{1}}, {keeper}) {
    app.admissions["/api/v1/keeper/exchange"] = {false, kMaxExchangeBody};
    app.routes["/api/v1/keeper/exchange"] = [this](net::Request& request) {
      net::Reply reply;
      auto frames = vault::read_frames(request.body);
      REQUIRE(frames);
      if (vault::wait_of(*frames) > 0) {
        ++held;
        while (!ending && !vault.leases->urgent()) usleep(1'000);
      }
      reply.body =
          vault::exchange(*vault.leases, kRoom, vault.log_key, 0, request.body).value_or("");
      return reply;
    };
  }
  ~HoldingRoom() { ending = true; }
  TestApp app;
  FakeVault vault;
  std::atomic<bool> ending = false;
  std::atomic<int> held = 0;
  TestServer at{app};
};

TEST_CASE("dial: leases over HTTP; a withdrawal does not wait for the answer that is held") {
  testing::Scratch in;
  SeededRandom random(1);
  auto keys = Keyring::create(in.path / "k", Secret());
  REQUIRE(keys);
  HoldingRoom room(random, keys->id());
  RoomState known;
  known.url = "http://127.0.0.1:" + std::to_string(room.at.port) + "/";
  LockedStore store;
  REQUIRE(store.update([&](State& state) -> Result<void> {
    state.rooms.push_back(known);
    return {};
  }));
  auto line = open_line(known);
  REQUIRE(line);
  SteadyClock steady;
  Session session(known.url, room.vault.log_key.public_key(), *keys, store, system_clock(), steady);
  Dialler dialler(session, **line, steady);
  std::thread thread([&] { dialler.run(); });
  auto& leases = *room.vault.leases;
  CHECK(wait_for([&] { return leases.leased(ProjectId{1}); }));
  CHECK(wait_for([&] { return room.held > 0; }));
  auto say = [&](bool withdrawn) {
    REQUIRE(store.update([&](State& state) -> Result<void> {
      auto kind = withdrawn ? vault::StatementKind::withdrawal : vault::StatementKind::restore;
      state.rooms[0].give({true, {}, kind, false});
      return {};
    }));
    dialler.wake();
  };
  say(true);
  CHECK(wait_for([&] { return !leases.leased(ProjectId{1}); }));
  CHECK(wait_for([&] { return store.read()->rooms[0].orders[0].confirmed; }));
  say(false);
  CHECK(wait_for([&] { return leases.leased(ProjectId{1}); }));
  dialler.stop();
  thread.join();
  room.ending = true;
}

TEST_CASE("dial: a room that is not there is tried again; addresses that are none are refused") {
  CHECK(check_room_url("https://room.example"));
  CHECK(check_room_url("http://localhost:8080"));
  for (auto* bad : {"http://room.example", "http://127.0.0.1.example", "http://localhost@evil",
                    "ftp://127.0.0.1", ""}) {
    CHECK(check_room_url(bad).error().type == "bad-room-url");
  }
  testing::Scratch in;
  auto keys = Keyring::create(in.path / "k", Secret());
  testing::MemoryStore store;
  store.state.rooms.push_back({"http://127.0.0.1:1", "", "", 0, 60'000, 0, {}});
  auto line = open_line(store.state.rooms[0]);
  REQUIRE(line);
  SteadyClock steady;
  Session session("http://127.0.0.1:1", std::string(32, 'k'), *keys, store, system_clock(), steady);
  Dialler dialler(session, **line, steady);
  std::thread thread([&] { dialler.run(); });
  CHECK(wait_for([&] { return session.status().alarms["http-connect"] >= 2; }));
  dialler.stop();
  thread.join();
}

}  // namespace
}  // namespace guildhall::keeper
