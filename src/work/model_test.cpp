#include "work/model.h"

#include <doctest/doctest.h>

#include <set>
#include <tuple>
#include <vector>

namespace guildhall::work {
namespace {

using S = AssignmentState;
using M = AssignmentMove;

constexpr S kStates[] = {S::leased,    S::expired,  S::skipped, S::withdrawn, S::submitted,
                         S::in_review, S::accepted, S::fixed,   S::returned,  S::rejected};
constexpr M kMoves[] = {M::submit, M::submit_for_review, M::submit_unjudged, M::expire,
                        M::skip,   M::withdraw,          M::release_again,   M::accept,
                        M::fix,    M::give_back,         M::reject};

// Written down apart from the table: what may happen, in the words of docs/api.md.
std::optional<S> expected(S from, M move) {
  bool answered = move == M::submit || move == M::submit_for_review || move == M::submit_unjudged;
  if (answered && (from == S::leased || from == S::expired)) {
    if (move == M::submit) return S::accepted;
    return move == M::submit_for_review ? S::in_review : S::submitted;
  }
  if (from == S::leased && move == M::expire) return S::expired;
  if (from == S::leased && move == M::skip) return S::skipped;
  if (from == S::leased && move == M::withdraw) return S::withdrawn;
  if (from == S::expired && move == M::release_again) return S::leased;
  if (from == S::returned && move == M::submit_for_review) return S::in_review;
  if (from == S::returned && (move == M::expire || move == M::withdraw)) return S::rejected;
  bool judged = from == S::in_review || from == S::accepted;
  if (judged && move == M::accept) return S::accepted;
  if (judged && move == M::fix) return S::fixed;
  if (judged && move == M::give_back) return S::returned;
  if ((judged || from == S::fixed) && move == M::reject) return S::rejected;
  return std::nullopt;
}

TEST_CASE("model: every state and every move of an assignment") {
  for (S from : kStates) {
    for (M move : kMoves) {
      CAPTURE(word(from));
      CAPTURE(static_cast<int>(move));
      CHECK(after(from, move) == expected(from, move));
    }
  }
}

TEST_CASE("model: what was submitted never becomes unsubmitted, what is over stays over") {
  for (S from : kStates) {
    for (M move : kMoves) {
      auto to = after(from, move);
      if (!to) continue;
      if (static_cast<int>(from) >= 10) CHECK(static_cast<int>(*to) >= 10);
      CHECK(from != S::skipped);
      CHECK(from != S::withdrawn);
      CHECK(from != S::rejected);
      CHECK(from != S::submitted);
      if (counts_as_done(*to)) CHECK(holds_place(*to));
    }
  }
}

TEST_CASE("model: every pair of project states and of task states") {
  using P = ProjectState;
  std::set<std::pair<P, P>> project = {{P::draft, P::open},    {P::open, P::paused},
                                       {P::paused, P::open},   {P::open, P::closed},
                                       {P::paused, P::closed}, {P::closed, P::paused}};
  for (P a : {P::draft, P::open, P::paused, P::closed}) {
    for (P b : {P::draft, P::open, P::paused, P::closed}) {
      CHECK(may_become(a, b) == project.contains({a, b}));
    }
  }
  using T = TaskState;
  std::set<std::pair<T, T>> task = {{T::open, T::done},
                                    {T::done, T::open},
                                    {T::open, T::cancelled},
                                    {T::done, T::cancelled},
                                    {T::cancelled, T::open}};
  for (T a : {T::open, T::done, T::cancelled}) {
    for (T b : {T::open, T::done, T::cancelled}) CHECK(may_become(a, b) == task.contains({a, b}));
  }
}

TEST_CASE("model: words go both ways and are nobody else's") {
  for (S state : kStates) CHECK(from_word<S>(word(state)) == state);
  for (int i = 1; i <= 4; ++i) {
    CHECK(from_word<Verdict>(word(static_cast<Verdict>(i))) == static_cast<Verdict>(i));
    CHECK(from_word<TaskKind>(word(static_cast<TaskKind>(i))) == static_cast<TaskKind>(i));
    CHECK(from_word<ProjectState>(word(static_cast<ProjectState>(i))) ==
          static_cast<ProjectState>(i));
  }
  CHECK(!from_word<S>("unknown"));
  CHECK(!from_word<S>(""));
}

}  // namespace
}  // namespace guildhall::work
