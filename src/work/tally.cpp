#include "work/tally.h"

namespace guildhall::work {
namespace {

constexpr std::int64_t Tally::* kColumns[] = {
    &Tally::tasks,    &Tally::tasks_done, &Tally::tasks_cancelled, &Tally::wanted,
    &Tally::leased,   &Tally::submitted,  &Tally::in_review,       &Tally::accepted,
    &Tally::returned, &Tally::rejected,   &Tally::skipped,         &Tally::gold_right,
    &Tally::active_ms};

Result<KindTallies> collect(store::Tx& tx, store::Sql sql, store::Params params) {
  KindTallies sums;
  TRY(tx.query(sql, params, [&](const store::Row& row) {
    Tally* into = &sums.work;
    switch (static_cast<TaskKind>(row.integer(0))) {
      case TaskKind::work: break;
      case TaskKind::gold: into = &sums.gold; break;
      case TaskKind::review: into = &sums.review; break;
      case TaskKind::adjudication: into = &sums.adjudication; break;
    }
    int column = 1;
    for (auto member : kColumns) into->*member = row.integer(column++);
    return true;
  }));
  return sums;
}

}  // namespace

Tally operator+(const Tally& a, const Tally& b) {
  Tally sum;
  for (auto member : kColumns) sum.*member = a.*member + b.*member;
  return sum;
}

Tally operator-(const Tally& a, const Tally& b) {
  Tally difference;
  for (auto member : kColumns) difference.*member = a.*member - b.*member;
  return difference;
}

Tally standing(AssignmentState state) {
  switch (state) {
    case AssignmentState::leased: return {.leased = 1};
    case AssignmentState::in_review: return {.in_review = 1};
    case AssignmentState::accepted:
    case AssignmentState::fixed: return {.accepted = 1};
    case AssignmentState::returned: return {.returned = 1};
    case AssignmentState::rejected: return {.rejected = 1};
    case AssignmentState::skipped: return {.skipped = 1};
    case AssignmentState::expired:
    case AssignmentState::withdrawn:
    case AssignmentState::submitted: return {};
  }
  return {};
}

Result<void> count(store::Tx& tx, const TallyKey& key, const Tally& d) {
  TRY(tx.put(
      "INSERT INTO tally (room, project, member, batch, kind, tasks, tasks_done, tasks_cancelled,"
      " wanted, leased, submitted, in_review, accepted, returned, rejected, skipped, gold_right,"
      " active_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,"
      " $17, $18) ON CONFLICT (room, project, member, batch, kind) DO UPDATE SET"
      " tasks = tally.tasks + excluded.tasks,"
      " tasks_done = tally.tasks_done + excluded.tasks_done,"
      " tasks_cancelled = tally.tasks_cancelled + excluded.tasks_cancelled,"
      " wanted = tally.wanted + excluded.wanted,"
      " leased = tally.leased + excluded.leased,"
      " submitted = tally.submitted + excluded.submitted,"
      " in_review = tally.in_review + excluded.in_review,"
      " accepted = tally.accepted + excluded.accepted,"
      " returned = tally.returned + excluded.returned,"
      " rejected = tally.rejected + excluded.rejected,"
      " skipped = tally.skipped + excluded.skipped,"
      " gold_right = tally.gold_right + excluded.gold_right,"
      " active_ms = tally.active_ms + excluded.active_ms",
      {key.room, key.project, key.member, key.batch, static_cast<std::int64_t>(key.kind), d.tasks,
       d.tasks_done, d.tasks_cancelled, d.wanted, d.leased, d.submitted, d.in_review, d.accepted,
       d.returned, d.rejected, d.skipped, d.gold_right, d.active_ms}));
  return {};
}

#define GH_TALLY_SUMS                                                   \
  "kind, CAST(sum(tasks) AS BIGINT), CAST(sum(tasks_done) AS BIGINT),"  \
  " CAST(sum(tasks_cancelled) AS BIGINT), CAST(sum(wanted) AS BIGINT)," \
  " CAST(sum(leased) AS BIGINT), CAST(sum(submitted) AS BIGINT),"       \
  " CAST(sum(in_review) AS BIGINT), CAST(sum(accepted) AS BIGINT),"     \
  " CAST(sum(returned) AS BIGINT), CAST(sum(rejected) AS BIGINT),"      \
  " CAST(sum(skipped) AS BIGINT), CAST(sum(gold_right) AS BIGINT),"     \
  " CAST(sum(active_ms) AS BIGINT)"

Result<KindTallies> sum_of_project(store::Tx& tx, RoomId room, ProjectId project) {
  return collect(
      tx, "SELECT " GH_TALLY_SUMS " FROM tally WHERE room = $1 AND project = $2 GROUP BY kind",
      {room, project});
}

Result<KindTallies> sum_of_member(store::Tx& tx, RoomId room, ProjectId project, MemberId member) {
  return collect(tx,
                 "SELECT " GH_TALLY_SUMS
                 " FROM tally WHERE room = $1 AND project = $2 AND member = $3 GROUP BY kind",
                 {room, project, member});
}

}  // namespace guildhall::work
