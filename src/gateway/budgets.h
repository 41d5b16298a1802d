// Budgets: how much of a project's money and tokens its virtual keys may use, altogether or in each
// day or month (UTC). The bound, period and state are clear and carry a MAC, so that who writes the
// database cannot raise one; name and currency are content. What is used of a budget is counted in
// its pots (pots.h), one for each period.
//
// Concurrency: functions with a Tx as the Tx; the others are one transaction, from any thread.
// Limits: kMaxBudgets, kMaxBudgetAmount.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/context.h"
#include "gateway/pots.h"

namespace guildhall::gateway {

// Numbers are in the store: they keep their meaning.
enum class Period : unsigned char { none = 1, day, month };
enum class BudgetState : unsigned char { open = 1, paused, closed };
std::string_view word(Period period);
std::string_view word(BudgetState state);
std::optional<Period> period_of(std::string_view word);
std::optional<BudgetState> budget_state_of(std::string_view word);

struct BudgetTerms {
  std::string name;
  std::string currency;  // ISO 4217; `limit.units` are its millionths
  Period period = Period::none;
  Amount limit{kNoBound, kNoBound};
  BudgetState state = BudgetState::open;
};

struct Budget {
  BudgetId id;
  ProjectId project;
  std::int64_t version = 1;
  TimeMs created_at = 0;
  BudgetTerms terms;
};

// When the period began in which `now` lies; 0 where there is none.
TimeMs period_start(Period period, TimeMs now);
Pot pot_of(const Budget& budget, TimeMs now);

// Errors: invalid/"bad-budget", naming the field; conflict/"too-many-budgets".
Result<Budget> create_budget(const Context& ctx, MemberId actor, ProjectId project,
                             const BudgetTerms& terms);
// Every member is set, but the period and the currency, which stay: what was counted was counted in
// them. A closed budget stays closed. Errors: not_found/"no-budget", conflict/"budget-closed".
struct BudgetChange {
  std::optional<std::string> name;
  std::optional<Amount> limit;
  std::optional<BudgetState> state;
};
Result<Budget> change_budget(const Context& ctx, MemberId actor, ProjectId project, BudgetId id,
                             const BudgetChange& change);
// What was lost with processes in the running period is free again. How much it was.
Result<Amount> release_lost(const Context& ctx, MemberId actor, ProjectId project, BudgetId id);

Result<Budget> budget_of(store::Tx& tx, const Context& ctx, ProjectId project, BudgetId id);
Result<std::vector<Budget>> list_budgets(store::Tx& tx, const Context& ctx, ProjectId project);

// Out of an open budget: conflict/"budget-paused" of any other; conflict/"unknown-price" where the
// amount is in another currency; the errors of Pots::hold.
Result<Hold> reserve(Pots& pots, const Budget& budget, std::string_view currency, Amount amount,
                     TimeMs now);

}  // namespace guildhall::gateway
