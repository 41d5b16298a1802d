// Figures by day. `days`: what happened in a project on each UTC day, for whoever plans with it.
// `today`: what one person has done since a moment of their choice (their own midnight), and what
// it has earned by the project's rate.
//
// A day's row is counted in the transaction of the move it counts: one row a person and day, so
// that nobody waits for anybody; a day is the sum over its rows. Moves are counted, not states: a
// submission that is accepted on Monday and rejected on Friday counts on both days. Submissions are
// work, as in Progress; time is everybody's, reviews and check tasks too.
//
// `today` is counted from the person's own submissions and record of time, exactly from the moment
// given; an index leads to the newest of both.
//
// Concurrency: inside the caller's transaction. Limits: kMaxDays.
#pragma once

#include <string>
#include <vector>

#include "work/context.h"
#include "work/model.h"
#include "work/settings.h"

namespace guildhall::work {

inline constexpr std::int64_t kDayMs = 86'400'000;

struct DayFigures {
  std::int64_t submitted = 0;
  std::int64_t accepted = 0;  // fixed ones too
  std::int64_t returned = 0;
  std::int64_t rejected = 0;
  std::int64_t active_ms = 0;
  bool operator==(const DayFigures&) const = default;
};

// What a move from one state to another adds to its day. `submitted` and `active_ms` come with it.
DayFigures day_figures(TaskKind kind, AssignmentState from, AssignmentState to,
                       std::int64_t submitted, std::int64_t active_ms);

// Adds to the day of tx.now(), in the row of `member`: whose submission it is.
Result<void> count_day(store::Tx& tx, RoomId room, ProjectId project, MemberId member,
                       const DayFigures& figures);

// One for each UTC day from `first` to `last` (days since 1970), both included.
Result<std::vector<DayFigures>> days_of(store::Tx& tx, const Context& ctx, ProjectId project,
                                        std::int64_t first, std::int64_t last);

struct Today {
  std::int64_t submitted = 0;  // answers, reviews and adjudications
  std::int64_t active_ms = 0;  // at tasks: work, rework, review
  std::int64_t other_ms = 0;   // guidelines, training, research, waiting
};

// Intervals count with the part that lies after `since`; replaced ones do not count.
Result<Today> today_of(store::Tx& tx, const Context& ctx, ProjectId project, MemberId member,
                       TimeMs since);

// By the project's rate, in the smallest unit of its currency; 0 where it has none. Whole numbers
// only, half a unit and more counts as one.
std::int64_t earned_minor(const Settings& settings, const Today& today);

}  // namespace guildhall::work
