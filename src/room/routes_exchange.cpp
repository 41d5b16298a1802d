// Budgets of a project, and the exchanges with models that were paid out of them.
#include <limits>

#include "base/utf8.h"
#include "crypto/hash.h"
#include "gateway/exchanges.h"
#include "room/render.h"

namespace guildhall::room {
namespace {

using gateway::Amount;
using gateway::Budget;
using gateway::Exchange;
using identity::allow;
using identity::kStaff;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;

constexpr Field kBudget[] = {
    {"name", Kind::text, true},
    {"currency", Kind::text, true, "USD"},
    {"period", Kind::text, false, "none, day or month (UTC)"},
    {"money", Kind::anything, false, "millionths of the currency; null: no bound"},
    {"tokens", Kind::anything, false, "null: no bound"}};
constexpr Field kBudgetChange[] = {{"name", Kind::text},
                                   {"state", Kind::text, false, "open or paused"},
                                   {"money", Kind::anything},
                                   {"tokens", Kind::anything}};
constexpr Field kKeep[] = {{"keep_days", Kind::integer, true, "0: for ever"}};

// A count, or null for none; what is neither is refused where the bound is checked.
std::int64_t bound_or(const json::value& body, std::string_view name, std::int64_t otherwise) {
  const json::value* given = find(body, name);
  if (given == nullptr) return otherwise;
  return given->is_null() ? gateway::kNoBound : as_int(*given).value_or(-1);
}

void write_bound(JsonWriter& out, std::string_view name, std::int64_t bound) {
  out.key(name);
  bound == gateway::kNoBound ? out.null() : out.integer(bound);
}

void write_amount(JsonWriter& out, std::string_view name, const Amount& amount) {
  out.key(name).begin_object().field("money", amount.units).field("tokens", amount.tokens);
  out.end_object();
}

struct ShownBudget {
  Budget budget;
  TimeMs since = 0;
  gateway::PotState pot;
};

Result<ShownBudget> show_budget(Tx& tx, const Call& call, Budget budget) {
  auto pot = gateway::pot_of(budget, tx.now());
  auto state = TRY(gateway::pot_state(tx, call.room.id(), pot.id));
  return ShownBudget{std::move(budget), pot.id.window, state};
}

void write_budget(JsonWriter& out, const Call& call, const ShownBudget& shown) {
  const auto& [budget, since, pot] = shown;
  out.begin_object().field("id", call.room.ids().show(budget.project, budget.id));
  out.field("name", budget.terms.name).field("currency", budget.terms.currency);
  out.field("period", gateway::word(budget.terms.period));
  out.field("state", gateway::word(budget.terms.state));
  write_bound(out, "money", budget.terms.limit.units);
  write_bound(out, "tokens", budget.terms.limit.tokens);
  out.field("created_at", rfc3339(budget.created_at)).key("since");
  since ? out.string(rfc3339(since)) : out.null();
  write_amount(out, "spent", pot.spent);
  write_amount(out, "reserved", pot.held);
  write_amount(out, "lost", pot.lost);
  out.end_object();
}

Result<Reply> budget_reply(Call& call, const Budget& budget, int status) {
  auto shown = TRY(call.room.db().read_as([&](Tx& tx) { return show_budget(tx, call, budget); }));
  JsonWriter out;
  write_budget(out, call, shown);
  return json_reply(status, out.take());
}

Result<Reply> list_all_budgets(Call& call) {
  auto all = TRY(call.room.db().read_as([&](Tx& tx) -> Result<std::vector<ShownBudget>> {
    std::vector<ShownBudget> out;
    for (auto& one : TRY(gateway::list_budgets(tx, call.room.gateway(), call.project))) {
      out.push_back(TRY(show_budget(tx, call, std::move(one))));
    }
    return out;
  }));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& one : all) write_budget(out, call, one);
  out.end_array().key("next").null().end_object();
  return json_reply(200, out.take());
}

Result<Reply> make_budget(Call& call) {
  gateway::BudgetTerms terms;
  terms.name = text_or(call.body, "name", "");
  terms.currency = text_or(call.body, "currency", "");
  auto period = gateway::period_of(text_or(call.body, "period", "none"));
  if (!period) {
    return fail(Fault::invalid, "bad-budget", "period is none, day or month.", "/period");
  }
  terms.period = *period;
  terms.limit = {bound_or(call.body, "money", gateway::kNoBound),
                 bound_or(call.body, "tokens", gateway::kNoBound)};
  auto budget =
      TRY(gateway::create_budget(call.room.gateway(), call.who.member, call.project, terms));
  return budget_reply(call, budget, 201);
}

Result<Budget> change_it(Call& call, const gateway::BudgetChange& change) {
  return gateway::change_budget(call.room.gateway(), call.who.member, call.project,
                                call.id<BudgetId>("budget"), change);
}

Result<Reply> patch_budget(Call& call) {
  gateway::BudgetChange change{text_if(call.body, "name"), {}, {}};
  if (find(call.body, "money") || find(call.body, "tokens")) {
    auto before = TRY(call.room.db().read_as([&](Tx& tx) {
      return gateway::budget_of(tx, call.room.gateway(), call.project, call.id<BudgetId>("budget"));
    }));
    change.limit = Amount{bound_or(call.body, "money", before.terms.limit.units),
                          bound_or(call.body, "tokens", before.terms.limit.tokens)};
  }
  if (auto state = text_if(call.body, "state")) {
    if (*state != "open" && *state != "paused") {
      return fail(Fault::invalid, "bad-state", "state is open or paused.", "/state");
    }
    change.state = gateway::budget_state_of(*state);
  }
  return budget_reply(call, TRY(change_it(call, change)), 200);
}

Result<Reply> close_budget(Call& call) {
  TRY(change_it(call, {{}, {}, gateway::BudgetState::closed}));
  return no_content();
}

Result<Reply> release(Call& call) {
  auto lost = TRY(gateway::release_lost(call.room.gateway(), call.who.member, call.project,
                                        call.id<BudgetId>("budget")));
  JsonWriter out;
  out.begin_object();
  write_amount(out, "released", lost);
  out.end_object();
  return json_reply(200, out.take());
}

void write_exchange_members(JsonWriter& out, const Call& call, const Exchange& e) {
  const auto& ids = call.room.ids();
  out.field("id", ids.show(e.project, e.id)).field("at", rfc3339(e.at));
  out.field("state", gateway::word(e.state)).field("purpose", gateway::word(e.purpose));
  out.field("key", ids.show(e.project, e.key)).field("budget", ids.show(e.project, e.budget));
  out.key("model");
  e.model ? out.string(ids.show(e.model)) : out.null();
  out.key("member");
  e.member ? out.string(ids.show(e.member)) : out.null();
  out.key("first_ms");
  e.first_ms >= 0 ? out.integer(e.first_ms) : out.null();
  out.field("whole_ms", e.whole_ms).field("input_tokens", e.usage.input);
  out.field("cached_tokens", e.usage.cached).field("output_tokens", e.usage.output);
  out.field("measured", e.measured).field("cost", e.cost);
  out.field("has_content", static_cast<bool>(e.body));
}

Result<gateway::ExchangeFilter> exchange_filter(const Call& call) {
  gateway::ExchangeFilter filter;
  if (auto text = call.request.param("key")) {
    auto opened = TRY(call.room.ids().open(store::IdType::virtual_key, *text));
    filter.key = VirtualKeyId{opened.inner};
  }
  if (auto text = call.request.param("model")) {
    filter.model = ModelId {
      TRY(call.room.ids().open(store::IdType::model, *text))
      .inner
    };
  }
  if (auto text = call.request.param("state")) {
    filter.state = gateway::exchange_state_of(*text);
    if (!filter.state) {
      return fail(Fault::invalid, "bad-parameter",
                  "state is complete, incomplete, error, cancelled or refused-upstream.", "state");
    }
  }
  if (auto text = call.request.param("purpose")) {
    filter.purpose = gateway::purpose_of(*text);
    if (!filter.purpose) {
      return fail(Fault::invalid, "bad-parameter", "purpose is dialogue, judge or drafting.",
                  "purpose");
    }
  }
  filter.from = TRY(time_param(call, "from", 0));
  return filter;
}

// Those before this place and not after `to`.
Result<gateway::ExchangePlace> exchange_place(const Call& call) {
  constexpr auto kEnd = std::numeric_limits<std::int64_t>::max();
  auto to = TRY(time_param(call, "to", kEnd));
  if (auto place = TRY(place_of(call)); place && place->at <= to) {
    return gateway::ExchangePlace{place->at, place->key};
  }
  return gateway::ExchangePlace{to, kEnd};
}

Result<Reply> list_all_exchanges(Call& call) {
  auto filter = TRY(exchange_filter(call));
  auto limit = TRY(limit_of(call));
  auto before = TRY(exchange_place(call));
  auto exchanges = TRY(call.room.db().read_as([&](Tx& tx) {
    return gateway::list_exchanges(tx, call.room.id(), call.project, filter, before, limit);
  }));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& one : exchanges) {
    out.begin_object();
    write_exchange_members(out, call, one);
    out.end_object();
  }
  out.end_array().key("next");
  bool more = static_cast<std::int64_t>(exchanges.size()) == limit;
  more ? out.string(next_cursor(call, {exchanges.back().at, exchanges.back().id.value}))
       : out.null();
  out.end_object();
  return json_reply(200, out.take());
}

void write_content(JsonWriter& out, const gateway::ExchangeContent& content) {
  bool text = is_utf8(content.request) && is_utf8(content.reply);
  out.begin_object().field("model", content.model).field("peer", content.peer);
  out.field("target", content.target).field("encoding", text ? "text" : "base64");
  out.field("request", text ? content.request : crypto::to_base64(content.request));
  out.field("reply", text ? content.reply : crypto::to_base64(content.reply));
  out.field("reply_cut", content.reply_cut).end_object();
}

Result<Reply> one_exchange(Call& call) {
  JsonWriter out;
  TRY(call.room.db().read([&](Tx& tx) -> Result<void> {
    out = JsonWriter();
    auto exchange = TRY(
        gateway::exchange_of(tx, call.room.id(), call.project, call.id<ExchangeId>("exchange")));
    out.begin_object();
    write_exchange_members(out, call, exchange);
    out.key("content");
    if (exchange.body) {
      write_content(
          out, TRY(gateway::open_exchange(tx, call.room.id(), exchange, store::Reason::manage)));
    } else {
      out.null();
    }
    out.end_object();
    return {};
  }));
  return json_reply(200, out.take());
}

Result<Reply> exchange_settings(Call& call) {
  auto days = TRY(call.room.db().read_as(
      [&](Tx& tx) { return gateway::keep_days(tx, call.room.id(), call.project); }));
  JsonWriter out;
  out.begin_object().field("keep_days", days).end_object();
  return json_reply(200, out.take());
}

Result<Reply> patch_exchange_settings(Call& call) {
  TRY(gateway::set_keep_days(call.room.gateway(), call.who.member, call.project,
                             int_or(call.body, "keep_days", 0)));
  return exchange_settings(call);
}

}  // namespace

void add_exchange_routes(Routes& routes) {
  constexpr auto read = allow(kStaff | Role::auditor).in(Scope::project);
  constexpr auto manage = allow(kStaff).writing().in(Scope::project);
  routes.push_back({Method::get, "/projects/{project}/budgets", read, list_all_budgets,
                    "A project's budgets for models, and what is used of them", "BudgetList"});
  routes.push_back({Method::post, "/projects/{project}/budgets", manage, make_budget,
                    "Make a budget", "Budget", 201, BodyKind::json, kBudget});
  routes.push_back({Method::patch, "/budgets/{budget}", manage, patch_budget, "Change a budget",
                    "Budget", 200, BodyKind::json, kBudgetChange});
  routes.push_back(
      {Method::del, "/budgets/{budget}", manage, close_budget, "Close a budget for good", "", 204});
  routes.push_back({Method::post, "/budgets/{budget}/release", manage, release,
                    "Free what was lost with processes that ended", "Released"});
  routes.push_back({Method::get, "/projects/{project}/exchanges", read, list_all_exchanges,
                    "Exchanges with models, newest first", "ExchangeList"});
  routes.push_back({Method::get, "/exchanges/{exchange}", allow(kStaff).in(Scope::project),
                    one_exchange, "One exchange with its content", "ExchangeContent"});
  routes.push_back({Method::get, "/projects/{project}/exchange-settings", read, exchange_settings,
                    "How long exchanges are kept", "ExchangeSettings"});
  routes.push_back({Method::patch, "/projects/{project}/exchange-settings", manage,
                    patch_exchange_settings, "Say how long exchanges are kept", "ExchangeSettings",
                    200, BodyKind::json, kKeep});
}

}  // namespace guildhall::room
