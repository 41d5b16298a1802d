#include "gateway/recorder.h"

#include <doctest/doctest.h>

#include <atomic>
#include <limits>
#include <thread>

#include "base/limits.h"
#include "store/conformance.h"
#include "work/work_test_util.h"

namespace guildhall::gateway {
namespace {

constexpr ProjectId kAlpha{101};
constexpr ProjectId kBeta{102};
const Pot kPot{{kAlpha, 7, 0}, {1'000'000, kNoBound}};

// Seals as the room does, but for a project whose key is away.
class AwaySealer final : public store::LocalSealer {
 public:
  explicit AwaySealer(store::Sealer& whole) : whole_(whole) {}
  Result<std::vector<store::Sealed>> seal(std::span<const store::ToSeal> items) override {
    for (const auto& item : items) {
      if (away && item.context.project == kBeta) return fail(Fault::locked, "locked", "Away.");
    }
    return whole_.seal(items);
  }
  std::atomic<bool> away{false};

 private:
  store::Sealer& whole_;
};

struct RecorderRoom : work::TestRoom {
  explicit RecorderRoom(const std::string& url) : TestRoom(url) { recorder->start(); }
  AwaySealer away{sealer};
  Context gateway{*db, *keys, RoomId{1}, index_key, random, away};
  Pots pots{*db, *keys, RoomId{1}};
  std::unique_ptr<Recorder> recorder = std::make_unique<Recorder>(gateway, pots);

  void one(ProjectId project, std::int64_t number, ExchangeState state = ExchangeState::complete) {
    auto place = GH_OK(recorder->admit(9));
    auto hold = GH_OK(pots.hold(kPot, {10, 10}));
    hold.sent();
    Exchange exchange{.project = project,
                      .key = VirtualKeyId{number % 2 + 1},
                      .model = ModelId{number % 4 + 1},
                      .state = state,
                      .at = 1'000 + number,
                      .usage = {3, 1, 4},
                      .measured = true,
                      .cost = 7};
    ExchangeContent content{"small",       "acme", "m-1", "{\"n\":" + std::to_string(number) + "}",
                            "data: x\n\n", false};
    recorder->record(std::move(place), exchange, std::move(content), hold.used({7, 7}));
  }
  std::vector<Exchange> list(ExchangeFilter filter = {}, std::int64_t limit = 1'000) {
    constexpr auto kEnd = std::numeric_limits<std::int64_t>::max();
    return GH_OK(db->read_as([&](store::Tx& tx) {
      return list_exchanges(tx, RoomId{1}, kAlpha, filter, {kEnd, kEnd}, limit);
    }));
  }
  Result<ExchangeContent> open(const Exchange& exchange) {
    return db->read_as([&](store::Tx& tx) {
      return open_exchange(tx, RoomId{1}, exchange, store::Reason::manage);
    });
  }
  PotState state() {
    return GH_OK(db->read_as([&](store::Tx& tx) { return pot_state(tx, RoomId{1}, kPot.id); }));
  }
  TimeMs now_ms() {
    return GH_OK(db->read_as([](store::Tx& tx) -> Result<TimeMs> { return tx.now(); }));
  }
  std::int64_t rows(ProjectId project) {
    return number("SELECT count(*) FROM exchange WHERE project = $1", {project});
  }
  void until(auto condition) {
    while (!condition()) std::this_thread::yield();
  }
};

template <class T>
std::string_view outcome(const Result<T>& result) {
  return result ? std::string_view("ok") : result.error().type;
}

}  // namespace

TEST_CASE("recorder: every exchange is written once, with its content, its deed and its cost") {
  store::on_both_stores([](const std::string& url) {
    RecorderRoom room(url);
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
          for (int i = 0; i < 25; ++i) {
            room.one(kAlpha, t * 25 + i,
                     i == 0 ? ExchangeState::cancelled : ExchangeState::complete);
          }
        });
      }
    }
    room.recorder->stop();
    auto counts = room.recorder->counts();
    CHECK(counts.written == 200);
    CHECK(counts.places == 0);
    CHECK(counts.bytes == 0);
    CHECK(room.state().spent == Amount{1'400, 1'400});
    CHECK(room.state().held.is_zero());  // given back at the stop
    CHECK(room.number("SELECT count(*) FROM deed WHERE verb = 'exchange.record' AND"
                      " length(hash) = 32",
                      {}) == 200);
    auto all = room.list();
    REQUIRE(all.size() == 200);
    CHECK(all.front().at == 1'199);  // newest first
    CHECK(room.list({VirtualKeyId{1}}).size() == 100);
    CHECK(room.list({{}, ExchangeState::cancelled}).size() == 8);
    CHECK(room.list({{}, {}, 1'190}).size() == 10);
    CHECK(room.list({.model = ModelId{2}}).size() == 50);
    CHECK(room.list({.model = ModelId{2}}).front().model == ModelId{2});
    CHECK(room.list({.state = ExchangeState::cancelled, .model = ModelId{2}}).size() == 2);
    CHECK(room.list({.key = VirtualKeyId{1}, .model = ModelId{1}}).size() == 50);
    CHECK(room.list({.key = VirtualKeyId{1}, .model = ModelId{2}}).empty());
    CHECK(GH_OK(room.open(all.front())).request == "{\"n\":199}");
    CHECK(GH_OK(room.open(all.front())).reply == "data: x\n\n");
    CHECK(all.front().usage == Tokens{3, 1, 4});
    CHECK(outcome(room.recorder->admit(1)) == "recorder-full");  // it is stopped
  });
}

TEST_CASE("recorder: full means nothing is sent, and a place given up is free again") {
  RecorderRoom room("");
  CHECK(outcome(room.recorder->admit(kMaxModelBody + 1)) == "request-too-large");
  std::vector<Place> places;
  for (std::size_t i = 0; i < kMaxExchangeBacklog; ++i) {
    places.push_back(GH_OK(room.recorder->admit(1)));
  }
  CHECK(outcome(room.recorder->admit(1)) == "recorder-full");
  places.pop_back();
  CHECK(outcome(room.recorder->admit(1)) == "ok");
  places.push_back(GH_OK(room.recorder->admit(1)));
  CHECK(outcome(room.recorder->admit(1, 20)) == "recorder-full");
  std::thread later([&] { places.pop_back(); });
  CHECK(outcome(room.recorder->admit(1, 60'000)) == "ok");  // waits for that one
  later.join();
  places.clear();
  CHECK(room.recorder->counts().places == 0);
  while (auto place = room.recorder->admit(kMaxModelBody)) places.push_back(*std::move(place));
  CHECK(places.size() == kMaxExchangeBytes / kMaxModelBody);
}

TEST_CASE("recorder: a key that is away is waited for; others are not kept waiting") {
  RecorderRoom room("");
  room.away.away = true;
  room.one(kBeta, 1);
  room.one(kAlpha, 2);
  room.until([&] { return room.rows(kAlpha) == 1; });
  CHECK(room.rows(kBeta) == 0);
  room.away.away = false;
  room.until([&] { return room.rows(kBeta) == 1; });
  CHECK(room.recorder->counts().bare == 0);
  // At a stop nothing waits: what cannot be sealed is written without content, its cost all the
  // same.
  room.away.away = true;
  room.one(kBeta, 3);
  room.recorder->stop();
  CHECK(room.rows(kBeta) == 2);
  CHECK(room.recorder->counts().bare == 1);
  CHECK(room.recorder->counts().lost == 0);
  CHECK(room.state().spent.units == 21);
  CHECK(room.number("SELECT count(*) FROM content WHERE project = $1", {kBeta}) == 1);
  auto bare = GH_OK(room.db->read_as(
      [&](store::Tx& tx) { return list_exchanges(tx, RoomId{1}, kBeta, {}, {5'000, 0}, 1); }));
  CHECK_FALSE(bare.at(0).body);
  CHECK(outcome(room.open(bare.at(0))) == "content-missing");
}

TEST_CASE("recorder: a request of any length that is taken is kept whole, in parts") {
  store::on_both_stores([](const std::string& url) {
    RecorderRoom room(url);
    std::string request;
    while (request.size() < kMaxModelBody) request += std::to_string(request.size()) + " ";
    request.resize(kMaxModelBody);
    for (auto at : {room.now_ms(), TimeMs{5}}) {
      auto place = GH_OK(room.recorder->admit(request.size()));
      room.recorder->record(std::move(place), {.project = kAlpha, .at = at},
                            {"m", "p", "t", request, "reply", false}, {});
      room.one(kAlpha, at);
    }
    room.recorder->stop();
    auto all = room.list();
    REQUIRE(all.size() == 4);
    CHECK(all.at(1).parts == 5);
    CHECK(GH_OK(room.open(all.at(1))).request == request);
    CHECK(GH_OK(room.open(all.at(1))).reply == "reply");
    CHECK(room.number("SELECT count(*) FROM content", {}) == 12);
    // A part in another's place opens as neither.
    auto swapped = all.at(1);
    swapped.body = ContentRef{swapped.body.value + 1};
    swapped.parts = 1;
    CHECK_FALSE(room.open(swapped));
    // All parts go with their exchange.
    GH_OK(set_keep_days(room.gateway, {}, kAlpha, 1));
    CHECK(GH_OK(purge_exchanges(room.gateway)) == 2);
    CHECK(room.number("SELECT count(*) FROM content", {}) == 6);
  });
}

TEST_CASE("exchanges: one without content takes nobody's with it when it goes") {
  RecorderRoom room("");
  auto body = GH_OK(room.sealer.seal({RoomId{1}, kBeta, store::ContentType::note, 1}, "another's"));
  GH_OK(room.db->write([&](store::Tx& tx) {
    return store::put_content(tx, {RoomId{1}, kBeta, store::ContentType::note, 1}, ContentRef{1},
                              body);
  }));
  room.away.away = true;
  auto place = GH_OK(room.recorder->admit(1));
  room.recorder->record(std::move(place), {.project = kBeta, .at = 5},
                        {"m", "p", "t", std::string(3 * kExchangePartBytes, 'q'), "", false}, {});
  room.recorder->stop();
  CHECK(room.recorder->counts().bare == 1);
  GH_OK(set_keep_days(room.gateway, {}, kBeta, 1));
  CHECK(GH_OK(purge_exchanges(room.gateway)) == 1);
  CHECK(room.number("SELECT count(*) FROM content WHERE project = $1", {kBeta}) == 1);
}

TEST_CASE("recorder: a long reply is cut and says so") {
  RecorderRoom room("");
  auto place = GH_OK(room.recorder->admit(1));
  room.recorder->record(std::move(place), {.project = kAlpha, .at = 5},
                        {"m", "p", "t", "q", std::string(kMaxExchangeReply + 1, 'x'), false}, {});
  room.recorder->stop();
  auto content = GH_OK(room.open(room.list().at(0)));
  CHECK(content.reply_cut);
  CHECK(content.reply.size() == kMaxExchangeReply);
}

TEST_CASE("exchanges: what is older than its project keeps it goes, with its content") {
  store::on_both_stores([](const std::string& url) {
    RecorderRoom room(url);
    auto now = room.now_ms();
    for (std::int64_t i = 0; i < kExchangePurgeRows + 3; ++i) room.one(kAlpha, i);
    room.one(kBeta, 1);
    room.one(kAlpha, now - 3'600'000);
    room.recorder->stop();
    CHECK(GH_OK(purge_exchanges(room.gateway)) == 0);
    CHECK(outcome(set_keep_days(room.gateway, {}, kAlpha, kMaxKeepDays + 1)) == "bad-days");
    GH_OK(set_keep_days(room.gateway, MemberId{5}, kAlpha, 1));
    CHECK(GH_OK(purge_exchanges(room.gateway)) == kExchangePurgeRows + 3);
    CHECK(room.rows(kAlpha) == 1);
    CHECK(room.rows(kBeta) == 1);
    CHECK(room.number("SELECT count(*) FROM content", {}) == 2);
    CHECK(room.number("SELECT count(*) FROM deed WHERE verb = 'exchange.purge'", {}) == 2);
  });
}

TEST_CASE("exchanges: content as it is stored, and what is not well formed") {
  ExchangeContent content{"m", "p", "t", "a\nb", std::string("\0\xff", 2), true};
  auto text = to_text(content);
  auto back = GH_OK(read_content(text));
  CHECK(back.request == content.request);
  CHECK(back.reply == content.reply);
  CHECK(back.reply_cut);
  for (std::size_t cut = 0; cut < text.size(); ++cut)
    CHECK_FALSE(read_content(text.substr(0, cut)));
  CHECK_FALSE(read_content(text + "x"));
}

}  // namespace guildhall::gateway
