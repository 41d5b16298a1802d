#include "work/claim_steps.h"
#include "work/outcome.h"

namespace guildhall::work {
namespace {

using store::Row;
using store::Tx;

// What this person has of a task already.
Result<std::optional<Assignment>> own_of(Tx& tx, const Attempt& at, TaskId task) {
  return tx.first("SELECT " GH_ASSIGNMENT_COLUMNS
                  " FROM assignment a WHERE a.room = $1 AND a.project = $2 AND a.task = $3 AND"
                  " a.member = $4",
                  {at.ctx.room, at.project, task, at.actor.member},
                  [](const Row& row) { return read_assignment(row); });
}

Result<bool> offered(Tx& tx, const Attempt& at, const TaskRow& task, NoClaim& why) {
  for (const auto& lane : TRY(lanes_for(tx, at, TaskKind::review))) {
    if (lane.id != task.lane) continue;
    if (TRY(batch_quota_left(tx, at, lane))) return true;
    why = NoClaim::quota;
  }
  return false;
}

Result<bool> may_hold_more(Tx& tx, const Attempt& at, const Project& project) {
  auto held = TRY(tx.first(
      "SELECT CAST(sum(leased) AS BIGINT) FROM tally WHERE room = $1 AND project = $2 AND"
      " member = $3",
      {at.ctx.room, at.project, at.actor.member}, [](const Row& row) { return row.integer(0); }));
  return held.value_or(0) < project.settings->max_open;
}

}  // namespace

Result<std::optional<TaskRow>> lock_open_review(Tx& tx, const Context& ctx, const Assignment& s) {
  auto id = TRY(tx.first(
      "SELECT task FROM task WHERE room = $1 AND project = $2 AND parent = $3 AND parent > 0 AND"
      " kind = 3 AND origin = $4 AND state = 1",
      {ctx.room, s.project, s.task, s.id}, [](const Row& row) { return row.id<TaskId>(0); }));
  if (!id) return std::nullopt;
  auto task = TRY(lock_task(tx, ctx.room, s.project, *id));
  if (task.state != TaskState::open) return std::nullopt;
  return task;
}

Result<Claim> claim_review(Tx& tx, const Attempt& at, HeldBound bound) {
  TRY(lock_member(tx, at.ctx, at.actor.member));
  auto project = TRY(at.ctx.projects.find(tx, at.project));
  if (!takes_claims(project, TaskKind::review)) return Claim{std::nullopt, NoClaim::paused};
  auto s = TRY(find_assignment(tx, at.ctx, at.project, at.submission));
  if (!is_submission(s)) return std::unexpected(no_submission());
  bool answered = TRY(own_of(tx, at, s.task))
  .has_value();
  auto task = TRY(lock_open_review(tx, at.ctx, s));
  if (answered || !task) return Claim{std::nullopt, NoClaim::none_left};
  auto before = TRY(own_of(tx, at, task->id));
  if (before && before->state == AssignmentState::leased) return Claim{before, {}};
  if (before && before->state != AssignmentState::expired) {
    return Claim{std::nullopt, NoClaim::none_left};
  }
  Claim refused{std::nullopt, NoClaim::none_left};
  if (!TRY(offered(tx, at, *task, refused.reason))) return refused;
  if (!task->has_place()) return Claim{std::nullopt, NoClaim::all_leased};
  if (bound == HeldBound::settings && !TRY(may_hold_more(tx, at, project))) {
    return Claim{std::nullopt, NoClaim::quota};
  }
  Pick pick;
  pick.task = *task;
  if (before) {
    pick.again = before->id;
    pick.last_token = before->token;
  }
  return hand_out(tx, at, project, pick);
}

}  // namespace guildhall::work
