#include "gateway/budgets.h"

#include <fmt/format.h>

#include <chrono>

#include "base/json.h"
#include "base/limits.h"
#include "gateway/models.h"
#include "gateway/terms.h"
#include "identity/canonical_bytes.h"

namespace guildhall::gateway {
namespace {

using store::Blob;
using store::Row;
using store::Tx;

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::string_view kPeriods[] = {"", "none", "day", "month"};
constexpr std::string_view kBudgetStates[] = {"", "open", "paused", "closed"};

// A budget as its row has it: without name and currency.
struct BudgetRow {
  Budget budget;
  ContentRef terms;
  std::string mac;
};

#define GH_BUDGET_SELECT                                                                      \
  "SELECT budget, project, period, state, units, tokens, terms_ref, version, created_at, mac" \
  " FROM budget WHERE room = $1 AND project = $2"

BudgetRow read_budget(const Row& row) {
  BudgetRow out;
  out.budget.id = row.id<BudgetId>(0);
  out.budget.project = row.id<ProjectId>(1);
  out.budget.terms.period = static_cast<Period>(row.integer(2));
  out.budget.terms.state = static_cast<BudgetState>(row.integer(3));
  out.budget.terms.limit = {row.integer(4), row.integer(5)};
  out.terms = row.id<ContentRef>(6);
  out.budget.version = row.integer(7);
  out.budget.created_at = row.integer(8);
  out.mac = row.bytes(9);
  return out;
}

std::string canonical(const Context& ctx, const Budget& budget, ContentRef terms) {
  return identity::CanonicalBytes("budget", ctx.room)
      .integer(budget.project.value)
      .integer(budget.id.value)
      .integer(static_cast<std::int64_t>(budget.terms.period))
      .integer(static_cast<std::int64_t>(budget.terms.state))
      .integer(budget.terms.limit.units)
      .integer(budget.terms.limit.tokens)
      .integer(terms.value)
      .integer(budget.version)
      .integer(budget.created_at)
      .take();
}

store::ContentContext budget_context(const Context& ctx, const Budget& budget) {
  return {ctx.room, budget.project, store::ContentType::terms, budget.id.value, budget.version};
}

std::string budget_text(const BudgetTerms& terms) {
  JsonWriter out;
  out.begin_object().field("name", terms.name).field("currency", terms.currency).end_object();
  return out.take();
}

Result<Budget> open_budget(Tx& tx, const Context& ctx, BudgetRow row) {
  TRY(check_mac(tx, canonical(ctx, row.budget, row.terms), row.mac));
  auto text =
      TRY(store::open_name(tx, budget_context(ctx, row.budget), row.terms, store::Reason::manage));
  auto value = TRY(parse_json(text));
  if (const auto* name = find_string(value, "name")) row.budget.terms.name = view(*name);
  if (const auto* code = find_string(value, "currency")) row.budget.terms.currency = view(*code);
  return std::move(row.budget);
}

Result<void> check_budget(const BudgetTerms& terms) {
  auto bad = [](std::string what, std::string field) {
    return fail(Fault::invalid, "bad-budget", std::move(what), std::move(field));
  };
  auto in_range = [](std::int64_t count) {
    return count == kNoBound || (count >= 0 && count <= kMaxBudgetAmount);
  };
  if (!is_name(terms.name)) return bad("A name of 1 to 128 bytes.", "/name");
  if (!is_currency(terms.currency)) return bad("A currency such as USD.", "/currency");
  if (!in_range(terms.limit.units)) return bad("Millionths of the currency.", "/money");
  if (!in_range(terms.limit.tokens)) return bad("A number of tokens.", "/tokens");
  if (terms.limit == Amount{kNoBound, kNoBound}) {
    return bad("A budget bounds money, tokens or both.", "/money");
  }
  return {};
}

Result<BudgetRow> lock_budget(Tx& tx, const Context& ctx, ProjectId project, BudgetId id) {
  auto row = TRY(tx.first(
      {GH_BUDGET_SELECT " AND budget = $3", GH_BUDGET_SELECT " AND budget = $3 FOR UPDATE"},
      {ctx.room, project, id}, read_budget));
  if (row) return *std::move(row);
  return fail(Fault::not_found, "no-budget", "There is no such budget.");
}

Result<void> budget_deed(Tx& tx, const Context& ctx, MemberId actor, std::int64_t deed,
                         std::string_view verb, const Budget& budget, std::string_view bytes,
                         std::int64_t detail = 0) {
  auto hash = sha256_text(bytes);
  return store::record(tx, {ctx.room, budget.project, deed, actor, verb, budget.id.value,
                            budget.version, detail, hash});
}

}  // namespace

std::string_view word(Period period) { return kPeriods[static_cast<std::size_t>(period)]; }
std::string_view word(BudgetState state) { return kBudgetStates[static_cast<std::size_t>(state)]; }

std::optional<Period> period_of(std::string_view text) {
  for (Period period : {Period::none, Period::day, Period::month}) {
    if (word(period) == text) return period;
  }
  return std::nullopt;
}

std::optional<BudgetState> budget_state_of(std::string_view text) {
  for (BudgetState state : {BudgetState::open, BudgetState::paused, BudgetState::closed}) {
    if (word(state) == text) return state;
  }
  return std::nullopt;
}

TimeMs period_start(Period period, TimeMs now) {
  if (period == Period::none) return 0;
  if (period == Period::day) return now - now % kDayMs;
  std::chrono::sys_days day{std::chrono::days(now / kDayMs)};
  std::chrono::year_month_day date{day};
  std::chrono::sys_days first = date.year() / date.month() / std::chrono::day(1);
  return first.time_since_epoch().count() * kDayMs;
}

Pot pot_of(const Budget& budget, TimeMs now) {
  return {{budget.project, budget.id.value, period_start(budget.terms.period, now)},
          budget.terms.limit,
          budget.version};
}

Result<Budget> create_budget(const Context& ctx, MemberId actor, ProjectId project,
                             const BudgetTerms& terms) {
  TRY(check_budget(terms));
  std::int64_t first = TRY(ctx.keys.take(3));
  return ctx.db.write_as([&](Tx& tx) -> Result<Budget> {
    auto count = TRY(tx.first("SELECT count(*) FROM budget WHERE room = $1 AND project = $2",
                              {ctx.room, project}, [](const Row& row) { return row.integer(0); }));
    if (count.value_or(0) >= static_cast<std::int64_t>(kMaxBudgets)) {
      return fail(Fault::conflict, "too-many-budgets", fmt::format("At most {}.", kMaxBudgets));
    }
    Budget budget{BudgetId{first}, project, 1, tx.now(), terms};
    ContentRef ref{first + 1};
    auto bytes = canonical(ctx, budget, ref);
    auto mac = TRY(mac_of(tx, bytes));
    TRY(put_terms(tx, budget_context(ctx, budget), ref, budget_text(terms)));
    TRY(
        tx.exec("INSERT INTO budget (room, project, budget, period, state, units, tokens,"
                " terms_ref, version, created_at, mac)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10)",
                {ctx.room, project, budget.id, static_cast<std::int64_t>(terms.period),
                 static_cast<std::int64_t>(terms.state), terms.limit.units, terms.limit.tokens, ref,
                 budget.created_at, Blob{mac}}));
    TRY(budget_deed(tx, ctx, actor, first + 2, "budget.create", budget, bytes));
    return budget;
  });
}

Result<Budget> change_budget(const Context& ctx, MemberId actor, ProjectId project, BudgetId id,
                             const BudgetChange& change) {
  std::int64_t first = TRY(ctx.keys.take(2));
  return ctx.db.write_as([&](Tx& tx) -> Result<Budget> {
    auto row = TRY(lock_budget(tx, ctx, project, id));
    ContentRef ref{first}, old_ref = row.terms;
    Budget before = TRY(open_budget(tx, ctx, std::move(row)));
    if (before.terms.state == BudgetState::closed) {
      return fail(Fault::conflict, "budget-closed", "A closed budget stays as it is.");
    }
    Budget budget = before;
    budget.version += 1;
    budget.terms.name = change.name.value_or(before.terms.name);
    budget.terms.limit = change.limit.value_or(before.terms.limit);
    budget.terms.state = change.state.value_or(before.terms.state);
    TRY(check_budget(budget.terms));
    auto bytes = canonical(ctx, budget, ref);
    auto mac = TRY(mac_of(tx, bytes));
    TRY(put_terms(tx, budget_context(ctx, budget), ref, budget_text(budget.terms)));
    TRY(store::drop_content(tx, budget_context(ctx, before), old_ref));
    TRY(tx.exec(
        "UPDATE budget SET state = $4, units = $5, tokens = $6, terms_ref = $7,"
        " version = $8, mac = $9 WHERE room = $1 AND project = $2 AND budget = $3",
        {ctx.room, project, id, static_cast<std::int64_t>(budget.terms.state),
         budget.terms.limit.units, budget.terms.limit.tokens, ref, budget.version, Blob{mac}}));
    TRY(budget_deed(tx, ctx, actor, first + 1, "budget.change", budget, bytes));
    return budget;
  });
}

Result<Amount> release_lost(const Context& ctx, MemberId actor, ProjectId project, BudgetId id) {
  std::int64_t deed = TRY(ctx.keys.next());
  return ctx.db.write_as([&](Tx& tx) -> Result<Amount> {
    auto row = TRY(lock_budget(tx, ctx, project, id));
    auto budget = TRY(open_budget(tx, ctx, std::move(row)));
    Amount lost = TRY(take_lost(tx, ctx.room, pot_of(budget, tx.now()).id));
    TRY(budget_deed(tx, ctx, actor, deed, "budget.release", budget, {}, lost.units));
    return lost;
  });
}

Result<Budget> budget_of(Tx& tx, const Context& ctx, ProjectId project, BudgetId id) {
  auto row =
      TRY(tx.first(GH_BUDGET_SELECT " AND budget = $3", {ctx.room, project, id}, read_budget));
  if (!row) return fail(Fault::not_found, "no-budget", "There is no such budget.");
  return open_budget(tx, ctx, *std::move(row));
}

Result<std::vector<Budget>> list_budgets(Tx& tx, const Context& ctx, ProjectId project) {
  std::vector<BudgetRow> rows;
  TRY(tx.query(GH_BUDGET_SELECT " ORDER BY budget", {ctx.room, project}, [&](const Row& row) {
    rows.push_back(read_budget(row));
    return true;
  }));
  std::vector<Budget> out;
  for (auto& row : rows) out.push_back(TRY(open_budget(tx, ctx, std::move(row))));
  return out;
}

Result<Hold> reserve(Pots& pots, const Budget& budget, std::string_view currency, Amount amount,
                     TimeMs now) {
  if (budget.terms.state != BudgetState::open) {
    return fail(Fault::conflict, "budget-paused", "This budget is paused or closed.");
  }
  if (budget.terms.currency != currency) {
    return fail(Fault::conflict, "unknown-price",
                "This model's prices are in another currency than the budget.");
  }
  return pots.hold(pot_of(budget, now), amount);
}

}  // namespace guildhall::gateway
