#include "gateway/exposure.h"

#include <doctest/doctest.h>

#include "store/conformance.h"
#include "store/deed.h"
#include "work/work_test_util.h"

namespace guildhall::gateway {
namespace {

constexpr ProjectId kAlpha{101};
constexpr ProjectId kBeta{102};
constexpr ProjectId kBoth[] = {kAlpha, kBeta};
constexpr std::int64_t kPeer = 77;
constexpr std::int64_t kOther = 78;

struct ExposureRoom : work::TestRoom {
  explicit ExposureRoom(const std::string& url) : TestRoom(url) {}

  void deed(std::string_view verb, std::int64_t run, std::int64_t peer, std::int64_t detail) {
    auto key = GH_OK(keys->next());
    GH_OK(db->write([&](store::Tx& tx) {
      return store::record(tx, {RoomId{1}, {}, key, {}, verb, run, peer, detail, "digest"});
    }));
  }
  void start(std::int64_t run, std::int64_t peer) {
    for (std::int64_t role : {1, 2, 3}) deed("peer.start", run, peer, role);
  }
  void exchange(ProjectId project, std::int64_t id, std::vector<PeerRunId> runs) {
    auto key = GH_OK(keys->next());
    GH_OK(db->write([&](store::Tx& tx) {
      Sealable row{.exchange = {.id = ExchangeId{id},
                                .project = project,
                                .at = tx.now(),
                                .runs = std::move(runs)},
                   .deed = key};
      return write_exchanges(tx, RoomId{1}, std::span(&row, 1));
    }));
  }
  Exposure of(std::int64_t peer) {
    return GH_OK(db->read_as([&](store::Tx& tx) {
      return exposure_of(tx, RoomId{1}, peer, kBoth, 0, tx.now() + 1'000);
    }));
  }
};

TEST_CASE("exposure: what went through a peer's processes, and nothing else") {
  store::on_both_stores([](const std::string& url) {
    ExposureRoom room(url);
    CHECK(room.of(kPeer).runs.empty());
    room.start(1'000, kPeer);
    room.exchange(kAlpha, 1, {PeerRunId{1'000}});
    room.start(1'001, kOther);
    room.exchange(kAlpha, 2, {PeerRunId{1'001}});
    // Tried at the one, answered by the other.
    room.exchange(kBeta, 3, {PeerRunId{1'000}, PeerRunId{1'001}});
    room.exchange(kBeta, 4, {});
    room.deed("peer.stop", 1'000, kPeer, 2);
    room.start(1'002, kPeer);
    room.exchange(kBeta, 5, {PeerRunId{1'002}});
    auto all = room.of(kPeer);
    REQUIRE(all.runs.size() == 2);
    const auto& first = all.runs[0];
    CHECK(first.stopped == 2);
    CHECK(first.ended_at >= first.started_at);
    REQUIRE(first.roles.size() == 3);
    CHECK(first.roles[1].sha256 == "digest");
    REQUIRE(first.exchanges.size() == 2);
    CHECK(first.exchanges[0].id == ExchangeId{1});
    CHECK(first.exchanges[1].id == ExchangeId{3});
    CHECK(first.exchanges[1].project == kBeta);
    CHECK(all.runs[1].ended_at == 0);
    CHECK(all.runs[1].stopped == -1);
    REQUIRE(all.runs[1].exchanges.size() == 1);
    CHECK(all.runs[1].exchanges[0].id == ExchangeId{5});
    CHECK_FALSE(all.more);
  });
}

TEST_CASE("exposure: the runs of an exchange are read as they are written") {
  CHECK(runs_of("").empty());
  CHECK(runs_of("12 ") == std::vector{PeerRunId{12}});
  CHECK(runs_of("12 15 ") == std::vector{PeerRunId{12}, PeerRunId{15}});
  CHECK(runs_of("x").empty());
}

}  // namespace
}  // namespace guildhall::gateway
