#include "work/days.h"

#include <algorithm>

namespace guildhall::work {

using store::Row;
using store::Tx;

DayFigures day_figures(TaskKind kind, AssignmentState from, AssignmentState to,
                       std::int64_t submitted, std::int64_t active_ms) {
  if (kind != TaskKind::work) return {.active_ms = active_ms};
  auto became = [&](bool is, bool was) { return std::int64_t{is && !was}; };
  return {submitted, became(counts_as_done(to), counts_as_done(from)),
          became(to == AssignmentState::returned, from == AssignmentState::returned),
          became(to == AssignmentState::rejected, from == AssignmentState::rejected), active_ms};
}

Result<void> count_day(Tx& tx, RoomId room, ProjectId project, MemberId member,
                       const DayFigures& f) {
  if (f == DayFigures{}) return {};
  return tx.put(
      "INSERT INTO day_tally (room, project, day, member, submitted, accepted, returned, rejected,"
      " active_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
      " ON CONFLICT (room, project, day, member) DO UPDATE SET"
      " submitted = day_tally.submitted + excluded.submitted,"
      " accepted = day_tally.accepted + excluded.accepted,"
      " returned = day_tally.returned + excluded.returned,"
      " rejected = day_tally.rejected + excluded.rejected,"
      " active_ms = day_tally.active_ms + excluded.active_ms",
      {room, project, tx.now() / kDayMs, member, f.submitted, f.accepted, f.returned, f.rejected,
       f.active_ms});
}

Result<std::vector<DayFigures>> days_of(Tx& tx, const Context& ctx, ProjectId project,
                                        std::int64_t first, std::int64_t last) {
  std::vector<DayFigures> days(static_cast<std::size_t>(last - first + 1));
  TRY(tx.query(
      "SELECT day, CAST(sum(submitted) AS BIGINT), CAST(sum(accepted) AS BIGINT),"
      " CAST(sum(returned) AS BIGINT), CAST(sum(rejected) AS BIGINT),"
      " CAST(sum(active_ms) AS BIGINT) FROM day_tally WHERE room = $1 AND project = $2"
      " AND day >= $3 AND day <= $4 GROUP BY day",
      {ctx.room, project, first, last}, [&](const Row& row) {
        days[static_cast<std::size_t>(row.integer(0) - first)] = {
            row.integer(1), row.integer(2), row.integer(3), row.integer(4), row.integer(5)};
        return true;
      }));
  return days;
}

namespace {

bool at_tasks(ActivityClass activity) {
  switch (activity) {
    case ActivityClass::work:
    case ActivityClass::rework:
    case ActivityClass::review: return true;
    case ActivityClass::guidelines:
    case ActivityClass::training:
    case ActivityClass::research:
    case ActivityClass::waiting: return false;
  }
  return false;
}

}  // namespace

Result<Today> today_of(Tx& tx, const Context& ctx, ProjectId project, MemberId member,
                       TimeMs since) {
  Today today;
  const std::vector<store::Param> params{ctx.room, project, member, since};
  const Tx::Query queries[] = {
      {"SELECT count(*) FROM assignment WHERE room = $1 AND project = $2 AND member = $3 AND"
       " +state > 9 AND state IN (10, 11, 12, 13, 14, 15) AND kind IN (1, 2, 3, 4) AND"
       " submitted_at >= $4",
       params,
       [&](const Row& row) {
         today.submitted = row.integer(0);
         return false;
       }},
      {"SELECT class, started_at, ended_at FROM activity a WHERE room = $1 AND project = $2 AND"
       " member = $3 AND ended_at > $4 AND NOT EXISTS (SELECT 1 FROM activity r WHERE"
       " r.room = $1 AND r.project = $2 AND r.member = $3 AND r.replaces = a.activity AND"
       " r.replaces > 0)",
       params, [&](const Row& row) {
         bool task = at_tasks(static_cast<ActivityClass>(row.integer(0)));
         auto& sum = task ? today.active_ms : today.other_ms;
         sum += row.integer(2) - std::max(row.integer(1), since);
         return true;
       }}};
  TRY(tx.query_all(queries));
  return today;
}

std::int64_t earned_minor(const Settings& settings, const Today& today) {
  if (settings.pay_per == "task") return today.submitted * settings.pay_minor;
  constexpr std::int64_t kHourMs = 3'600'000;
  std::int64_t worked_ms = today.active_ms + today.other_ms;
  // Whole hours and the rest apart: their products stay far within 64 bits.
  return worked_ms / kHourMs * settings.pay_minor +
         (worked_ms % kHourMs * settings.pay_minor + kHourMs / 2) / kHourMs;
}

}  // namespace guildhall::work
