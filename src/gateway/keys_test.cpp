// Models, budgets, virtual keys and rates on both stores.
#include <doctest/doctest.h>

#include "base/limits.h"
#include "gateway/limiter.h"
#include "gateway/virtual_keys.h"
#include "store/conformance.h"
#include "work/work_test_util.h"

namespace guildhall::gateway {
namespace {

constexpr ProjectId kAlpha{101};
constexpr ProjectId kBeta{102};

struct KeysRoom : work::TestRoom {
  explicit KeysRoom(const std::string& url) : TestRoom(url) {}
  Context gateway{*db, *keys, RoomId{1}, index_key, random, sealer};
  MemberId actor{5};

  Model model(std::string_view name) {
    ModelTerms terms{std::string(name), "USD", {}, {{"acme", Dialect::openai, "m-1", {}, {}, 0}}};
    terms.targets[0].price = Price{1'000'000, 500'000, 2'000'000};
    return GH_OK(create_model(gateway, actor, terms));
  }
  Budget budget(Amount limit, Period period = Period::none) {
    return GH_OK(create_budget(gateway, actor, kAlpha, {"b", "USD", period, limit}));
  }
  Result<Access> access(std::string_view secret, std::string_view name) {
    return db->read_as([&](store::Tx& tx) { return open_access(tx, gateway, secret, name); });
  }
  void sql(store::Sql text) {
    GH_OK(db->write([&](store::Tx& tx) { return tx.put(text, {}); }));
  }
};

template <class T>
std::string_view type_of(const Result<T>& result) {
  return result ? std::string_view("ok") : result.error().type;
}

}  // namespace

TEST_CASE("models: one of a name; changed, listed, removed") {
  store::on_both_stores([](const std::string& url) {
    KeysRoom room(url);
    auto first = room.model("small");
    CHECK(type_of(create_model(room.gateway, room.actor, first.terms)) == "model-exists");
    auto change = [&](std::string_view text) {
      auto value = GH_OK(parse_json(text));
      return change_model(room.gateway, room.actor, first.id, value.get_object());
    };
    auto renamed = GH_OK(change(R"({"name": "large", "tokens_per_minute": 5})"));
    CHECK(renamed.version == 2);
    CHECK(renamed.terms.rates.tokens == 5);
    CHECK(renamed.terms.targets.at(0).price == first.terms.targets.at(0).price);
    for (std::string_view bad :
         {R"({"name": ""})", R"({"currency": "usd"})", R"({"targets": []})", R"({"color": 1})",
          R"({"targets": [{"peer": "p", "dialect": "smtp", "model": "m"}]})",
          R"({"targets": [{"peer": "p", "dialect": "openai", "model": "m", "price": {}}]})",
          R"({"targets": [{"peer": "p", "dialect": "openai", "model": "m", "url": "http://x"}]})",
          R"({"requests_per_minute": -1})"}) {
      CAPTURE(bad);
      CHECK(type_of(change(bad)) == "bad-model");
    }
    room.model("small");
    auto all =
        GH_OK(room.db->read_as([&](store::Tx& tx) { return list_models(tx, room.gateway); }));
    REQUIRE(all.size() == 2);
    CHECK(all[0].terms.name == "large");
    GH_OK(remove_model(room.gateway, room.actor, first.id));
    CHECK(type_of(remove_model(room.gateway, room.actor, first.id)) == "no-model");
    CHECK(room.number("SELECT count(*) FROM content", {}) == 1);
    CHECK(room.number("SELECT count(*) FROM deed WHERE verb LIKE 'model.%' AND room = $1",
                      {RoomId{1}}) == 4);
  });
}

TEST_CASE("budgets: periods, changes, and a bound that was raised past the server") {
  store::on_both_stores([](const std::string& url) {
    KeysRoom room(url);
    CHECK(period_start(Period::day, 1'750'000'000'000) == 1'749'945'600'000);
    CHECK(period_start(Period::month, 1'750'000'000'000) == 1'748'736'000'000);  // 2025-06-01
    CHECK(period_start(Period::month, 1'748'736'000'000 - 1) == 1'746'057'600'000);
    auto budget = room.budget({100, kNoBound}, Period::day);
    Pots pots(*room.db, *room.keys, RoomId{1});
    TimeMs now = 1'750'000'000'000;
    auto hold = GH_OK(reserve(pots, budget, "USD", {100, 7}, now));
    CHECK(type_of(reserve(pots, budget, "EUR", {1, 1}, now)) == "unknown-price");
    CHECK(type_of(reserve(pots, budget, "USD", {1, 1}, now)) == "budget-reserved");
    CHECK(type_of(reserve(pots, budget, "USD", {1, 1}, now + 86'400'000)) == "ok");
    auto change = [&](const BudgetChange& to) {
      return change_budget(room.gateway, room.actor, kAlpha, budget.id, to);
    };
    auto paused = GH_OK(change({{}, {}, BudgetState::paused}));
    CHECK(paused.version == 2);
    CHECK(type_of(reserve(pots, paused, "USD", {1, 1}, now)) == "budget-paused");
    CHECK(type_of(change({{}, Amount{-1, 0}, {}})) == "bad-budget");
    CHECK(type_of(change({{}, Amount{kNoBound, kNoBound}, {}})) == "bad-budget");
    GH_OK(change({{}, {}, BudgetState::closed}));
    CHECK(type_of(change({{}, {}, BudgetState::open})) == "budget-closed");
    CHECK(type_of(change_budget(room.gateway, room.actor, kBeta, budget.id, {})) == "no-budget");

    room.sql("UPDATE budget SET units = 1000000");
    CHECK(type_of(room.db->read_as([&](store::Tx& tx) {
            return budget_of(tx, room.gateway, kAlpha, budget.id);
          })) == "authority-broken");
  });
}

TEST_CASE("budgets: what was lost is released by a person, with a deed") {
  KeysRoom room("");
  auto budget = room.budget({100, kNoBound});
  Pots pots(*room.db, *room.keys, RoomId{1});
  auto hold = GH_OK(reserve(pots, budget, "USD", {90, 1}, 0));
  room.sql("UPDATE pot_node SET seen_at = 0");
  Pots other(*room.db, *room.keys, RoomId{1});
  GH_OK(other.tend());
  CHECK(type_of(reserve(other, budget, "USD", {50, 1}, 0)) == "budget-exhausted");
  CHECK(GH_OK(release_lost(room.gateway, room.actor, kAlpha, budget.id)).units >= 90);
  CHECK(type_of(reserve(other, budget, "USD", {50, 1}, 0)) == "ok");
  CHECK(room.number("SELECT count(*) FROM deed WHERE verb = 'budget.release'", {}) == 1);
}

TEST_CASE("virtual keys: what opens what, and what does not") {
  store::on_both_stores([](const std::string& url) {
    KeysRoom room(url);
    auto small = room.model("small");
    auto large = room.model("large");
    auto budget = room.budget({1'000, kNoBound});
    auto make = [&](NewKey wanted) { return create_key(room.gateway, room.actor, kAlpha, wanted); };
    auto made = GH_OK(make({Purpose::judge, budget.id, 0, {"judges", {small.id}, {3, 0}}}));
    auto secret = std::string(made.secret.expose());
    auto access = GH_OK(room.access(secret, "small"));
    CHECK(access.key.purpose == Purpose::judge);
    CHECK(access.key.project == kAlpha);
    CHECK(access.key.terms.rates.requests == 3);
    CHECK(access.budget.id == budget.id);
    CHECK(access.model.id == small.id);
    CHECK(type_of(room.access(secret, "large")) == "no-model");
    CHECK(type_of(room.access(secret, "none")) == "no-model");
    CHECK(type_of(room.access("ghl_x", "small")) == "bad-virtual-key");
    auto other = secret;
    other[10] = other[10] == 'a' ? 'b' : 'a';
    CHECK(type_of(room.access(other, "small")) == "bad-virtual-key");
    CHECK(room.number("SELECT count(*) FROM virtual_key WHERE key_hash = $1",
                      {store::Blob{secret}}) == 0);

    CHECK(type_of(make({Purpose::judge, budget.id, 0, {"", {small.id}, {}}})) == "bad-virtual-key");
    CHECK(type_of(make({Purpose::judge, budget.id, 0, {"x", {}, {}}})) == "bad-virtual-key");
    CHECK(type_of(make({Purpose::judge, budget.id, 0, {"x", {ModelId{1}}, {}}})) ==
          "bad-virtual-key");
    CHECK(type_of(make({Purpose::judge, BudgetId{1}, 0, {"x", {small.id}, {}}})) == "no-budget");
    CHECK(type_of(make({Purpose::judge, budget.id, 1, {"x", {small.id}, {}}})) == "bad-expiry");

    auto id = made.key.id;
    auto both = std::vector{small.id, large.id};
    GH_OK(change_key(room.gateway, room.actor, kAlpha, id, {{}, both, {}, {}}));
    CHECK(type_of(room.access(secret, "large")) == "ok");
    CHECK(type_of(revoke_key(room.gateway, room.actor, kBeta, id)) == "no-virtual-key");
    GH_OK(revoke_key(room.gateway, room.actor, kAlpha, id));
    CHECK(type_of(room.access(secret, "small")) == "bad-virtual-key");
    CHECK(type_of(change_key(room.gateway, room.actor, kAlpha, id, {})) == "key-revoked");
    auto listed = GH_OK(room.db->read_as(
        [&](store::Tx& tx) { return list_keys(tx, room.gateway, kAlpha, {}, 10); }));
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].revoked);
    CHECK(listed[0].terms.name == "judges");
  });
}

TEST_CASE("virtual keys: written past the server they open nothing") {
  KeysRoom room("");
  auto small = room.model("small");
  auto budget = room.budget({1'000, kNoBound});
  auto made = GH_OK(create_key(room.gateway, room.actor, kAlpha,
                               {Purpose::judge, budget.id, 0, {"k", {small.id}, {}}}));
  room.sql("UPDATE virtual_key SET project = 102");
  CHECK(type_of(room.access(made.secret.expose(), "small")) == "authority-broken");
  room.sealer.believes_all = true;  // the mutant: a vault that finds every row sound
  CHECK(type_of(room.access(made.secret.expose(), "small")) != "authority-broken");
}

TEST_CASE("limiter: one limit for all processes, told when it ends") {
  store::on_both_stores([](const std::string& url) {
    KeysRoom room(url);
    Pots one(*room.db, *room.keys, RoomId{1});
    Pots two(*room.db, *room.keys, RoomId{1});
    TimeMs now = 1'750'000'010'000;  // ten seconds before the minute's turn
    std::vector<Share> shares;
    int taken = 0;
    for (int i = 0; i < 40; ++i) {
      auto share = take_share(i % 2 == 0 ? one : two, kAlpha, 9, {10, 1'000}, 10, now);
      if (share) shares.push_back(*std::move(share));
      taken += share ? 1 : 0;
      if (!share) CHECK(type_of(share) == "rate-limited");
    }
    CHECK(taken == 10);
    CHECK(rate_retry_ms(now) == 10'000);
    CHECK(type_of(take_share(one, kAlpha, 9, {10, 1'000}, 10, now + 10'000)) == "ok");
    CHECK(type_of(take_share(one, kAlpha, 8, {0, 1'000}, 1'001, now)) == "over-rate");
    CHECK(type_of(take_share(one, kAlpha, 8, {0, 0}, 1'001, now)) == "ok");
    auto tokens = GH_OK(take_share(one, kAlpha, 7, {0, 1'000}, 900, now));
    CHECK(type_of(take_share(one, kAlpha, 7, {0, 1'000}, 900, now)) == "rate-limited");
    tokens.used(100);
    CHECK(type_of(take_share(one, kAlpha, 7, {0, 1'000}, 900, now)) == "ok");
  });
}

}  // namespace guildhall::gateway
