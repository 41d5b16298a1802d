#include <fmt/format.h>

#include "store/deed.h"
#include "work/outcome.h"
#include "work/tasks.h"
#include "work/timesheet.h"

namespace guildhall::work {
namespace {

using store::Row;
using store::Tx;

constexpr int kFewLeases = 64;  // nearly every task has fewer: then keys are taken once

// Inner keys for a number of leases that only the closure knows; it asks for more by failing.
class LeaseKeys {
 public:
  LeaseKeys(std::int64_t first, int leases) : spare_{first}, left_(2 * leases) {}
  Result<std::int64_t> take() {
    if (left_-- > 0) return spare_.take();
    return fail(Fault::conflict, "too-many-leases", "Too many people hold this task at once.");
  }

 private:
  Spare spare_;
  int left_;
};

// Runs `body(tx, keys)` as a transaction, again with more keys when it had too few.
template <class Body>
Result<void> write_with_keys(const Context& ctx, Body body) {
  for (int leases = kFewLeases;; leases *= 8) {
    std::int64_t first = TRY(ctx.keys.take(2 * leases));
    auto done = ctx.db.write([&](Tx& tx) -> Result<void> {
      LeaseKeys keys(first, leases);
      return body(tx, keys);
    });
    bool short_of_keys = !done && done.error().type == "too-many-leases";
    if (!short_of_keys || leases * 8 > static_cast<int>(kMaxTaskLeases)) return done;
  }
}

// Every assignment of the task that is held or was submitted, locked, in order of their keys.
Result<std::vector<Assignment>> lock_answers(Tx& tx, const Context& ctx, ProjectId project,
                                             TaskId task) {
  std::vector<Assignment> all;
  TRY(tx.query({"SELECT " GH_ASSIGNMENT_COLUMNS
                " FROM assignment a WHERE a.room = $1 AND a.project = $2 AND a.task = $3 AND"
                " (a.state = 1 OR a.state >= 10) ORDER BY a.assignment",
                "SELECT " GH_ASSIGNMENT_COLUMNS
                " FROM assignment a WHERE a.room = $1 AND a.project = $2 AND a.task = $3 AND"
                " (a.state = 1 OR a.state >= 10) ORDER BY a.assignment FOR UPDATE"},
               {ctx.room, project, task}, [&](const Row& row) {
                 all.push_back(read_assignment(row));
                 return true;
               }));
  return all;
}

struct Locked {
  TaskRow task;
  std::vector<Assignment> answers;
};

// Assignments first, as everybody locks; then the task, so that no lease is added; then those that
// were added in between.
Result<Locked> lock_all(Tx& tx, const Context& ctx, ProjectId project, TaskId id) {
  TRY(lock_answers(tx, ctx, project, id));
  Locked all;
  all.task = TRY(lock_task(tx, ctx.room, project, id));
  all.answers = TRY(lock_answers(tx, ctx, project, id));
  return all;
}

bool is_held(const Assignment& a) {
  return a.state == AssignmentState::leased || a.state == AssignmentState::returned;
}

Result<void> withdraw(Tx& tx, const Context& ctx, const Actor& actor, Assignment& a,
                      std::int64_t activity, std::int64_t deed) {
  TRY(keep_lease_time(tx, ctx, a, ActivityId{activity}));
  TRY(move_outcome(tx, ctx, actor, a, AssignmentMove::withdraw, {}));
  return store::record(tx, {ctx.room, a.project, deed, actor.member, "assignment.withdraw",
                            a.id.value, a.token, a.task.value});
}

Result<void> withdraw_held(Tx& tx, const Context& ctx, const Actor& actor,
                           std::vector<Assignment>& answers, LeaseKeys& keys) {
  for (auto& a : answers) {
    if (!is_held(a)) continue;
    std::int64_t activity = TRY(keys.take());
    TRY(withdraw(tx, ctx, actor, a, activity, TRY(keys.take())));
  }
  return {};
}

Result<void> put_state(Tx& tx, const Context& ctx, ProjectId project, TaskRow& task,
                       TaskState state) {
  task.state = state;
  if (state == TaskState::open) task.seq = tx.tick();
  TRY(
      tx.exec("UPDATE task SET state = $4, open = $5, seq = $6, ceiling = $7, final = $8"
              " WHERE room = $1 AND project = $2 AND task = $3",
              {ctx.room, project, task.id, static_cast<std::int64_t>(state),
               task.has_place() ? 1 : 0, task.seq, task.ceiling, task.final_}));
  return {};
}

// How a change of state shows in the counters of the task's own kind.
Result<void> count_state(Tx& tx, const Context& ctx, const Actor& actor, ProjectId project,
                         const TaskRow& task, TaskState from, TaskState to) {
  auto shown = [&](TaskState state) {
    Tally tally{.wanted = task.ceiling};
    if (state == TaskState::done) tally.tasks_done = 1;
    if (state == TaskState::cancelled) tally = {.tasks_cancelled = 1};
    return tally;
  };
  return count(tx, {ctx.room, project, actor.member, task.batch, task.kind},
               shown(to) - shown(from));
}

Result<std::vector<TaskId>> children_of(Tx& tx, const Context& ctx, ProjectId project,
                                        TaskId parent, TaskState state, TaskKind kind) {
  std::vector<TaskId> ids;
  TRY(tx.query(
      "SELECT task FROM task WHERE room = $1 AND project = $2 AND parent = $3 AND parent > 0 AND"
      " state = $4 AND kind = $5 ORDER BY task",
      {ctx.room, project, parent, static_cast<std::int64_t>(state),
       static_cast<std::int64_t>(kind)},
      [&](const Row& row) {
        ids.push_back(row.id<TaskId>(0));
        return true;
      }));
  return ids;
}

Result<void> cancel_child(Tx& tx, const Context& ctx, const Actor& actor, ProjectId project,
                          TaskId id, LeaseKeys& keys) {
  auto child = TRY(lock_all(tx, ctx, project, id));
  TRY(withdraw_held(tx, ctx, actor, child.answers, keys));
  child.task = TRY(lock_task(tx, ctx.room, project, id));
  TaskState from = child.task.state;
  if (from == TaskState::cancelled) return {};
  TRY(put_state(tx, ctx, project, child.task, TaskState::cancelled));
  return count_state(tx, ctx, actor, project, child.task, from, TaskState::cancelled);
}

Result<void> cancel_children(Tx& tx, const Context& ctx, const Actor& actor, ProjectId project,
                             TaskId parent, TaskState state, LeaseKeys& keys) {
  for (TaskKind kind : {TaskKind::review, TaskKind::adjudication}) {
    if (state == TaskState::done && kind == TaskKind::review) continue;  // given is given
    for (TaskId id : TRY(children_of(tx, ctx, project, parent, state, kind))) {
      TRY(cancel_child(tx, ctx, actor, project, id, keys));
    }
  }
  return {};
}

// Reviews that were cancelled with their task and whose submission still waits.
Result<void> reopen_reviews(Tx& tx, const Context& ctx, const Actor& actor, ProjectId project,
                            const Locked& all) {
  for (const auto& a : all.answers) {
    if (a.state != AssignmentState::in_review) continue;
    auto newest =
        TRY(tx.first(
            "SELECT " GH_TASK_COLUMNS " FROM task t WHERE t.room = $1 AND t.project = $2 AND "
            "t.parent = $3 AND t.parent > 0 AND t.kind = 3 AND"
            " t.origin = $4 ORDER BY t.task DESC LIMIT 1",
            {ctx.room, project, all.task.id, a.id}, [](const Row& row) { return read_task(row); }));
    if (!newest || newest->state != TaskState::cancelled) continue;
    TRY(put_state(tx, ctx, project, *newest, TaskState::open));
    TRY(count_state(tx, ctx, actor, project, *newest, TaskState::cancelled, TaskState::open));
  }
  return {};
}

std::unexpected<Error> bad_transition(TaskState from, TaskState to) {
  return fail(Fault::conflict, "bad-transition",
              fmt::format("A task that is {} cannot become {}.", word(from), word(to)));
}

Result<void> check_move(const TaskRow& task, TaskState to) {
  if (task.parent) {
    return fail(Fault::conflict, "bad-transition", "Reviews follow what they are about.");
  }
  if (!may_become(task.state, to)) return bad_transition(task.state, to);
  return {};
}

Result<void> reopen_with_answers(Tx& tx, const Context& ctx, const Actor& actor, ProjectId project,
                                 Locked& all) {
  TaskState from = all.task.state;
  std::int64_t more = all.task.ceiling > 0 && all.task.done >= all.task.ceiling
                          ? all.task.done + 1 - all.task.ceiling
                          : 0;
  if (all.task.ceiling + more > kMaxTaskCeiling) {
    return fail(Fault::conflict, "too-many-answers",
                fmt::format("A task takes at most {} answers.", kMaxTaskCeiling));
  }
  TRY(count_state(tx, ctx, actor, project, all.task, from, TaskState::open));
  all.task.ceiling += more;
  TRY(count(tx, {ctx.room, project, actor.member, all.task.batch, all.task.kind},
            {.wanted = more}));
  TRY(put_state(tx, ctx, project, all.task, TaskState::open));
  return reopen_reviews(tx, ctx, actor, project, all);
}

Result<void> reopen_without_answers(Tx& tx, const Context& ctx, const Actor& actor,
                                    ProjectId project, Locked& all, LeaseKeys& keys) {
  TRY(cancel_children(tx, ctx, actor, project, all.task.id, TaskState::open, keys));
  TRY(cancel_children(tx, ctx, actor, project, all.task.id, TaskState::done, keys));
  TRY(count_state(tx, ctx, actor, project, all.task, all.task.state, TaskState::open));
  all.task.final_ = AssignmentId{};
  TRY(put_state(tx, ctx, project, all.task, TaskState::open));
  for (auto& a : all.answers) {
    if (!after(a.state, AssignmentMove::reject)) continue;
    TRY(move_outcome(tx, ctx, actor, a, AssignmentMove::reject, {}));
    TRY(store::record(tx, {
      ctx.room, project, TRY(keys.take())
      , actor.member, "submission.reject", a.id.value, a.revision, a.task.value
    }));
  }
  return {};
}

}  // namespace

Result<void> cancel_task(const Context& ctx, const Actor& actor, ProjectId project, TaskId id) {
  return write_with_keys(ctx, [&](Tx& tx, LeaseKeys& keys) -> Result<void> {
    auto all = TRY(lock_all(tx, ctx, project, id));
    TRY(check_move(all.task, TaskState::cancelled));
    TRY(withdraw_held(tx, ctx, actor, all.answers, keys));
    TRY(cancel_children(tx, ctx, actor, project, id, TaskState::open, keys));
    auto task = TRY(lock_task(tx, ctx.room, project, id));
    TaskState from = task.state;
    TRY(put_state(tx, ctx, project, task, TaskState::cancelled));
    TRY(count_state(tx, ctx, actor, project, task, from, TaskState::cancelled));
    return store::record(tx, {
      ctx.room, project, TRY(keys.take())
      , actor.member, "task.cancel", id.value, task.version
    });
  });
}

Result<void> requeue_task(const Context& ctx, const Actor& actor, ProjectId project, TaskId id,
                          Requeue submissions) {
  return write_with_keys(ctx, [&](Tx& tx, LeaseKeys& keys) -> Result<void> {
    auto all = TRY(lock_all(tx, ctx, project, id));
    TRY(check_move(all.task, TaskState::open));
    TRY(submissions == Requeue::keep ? reopen_with_answers(tx, ctx, actor, project, all)
                                     : reopen_without_answers(tx, ctx, actor, project, all, keys));
    return store::record(tx, {
      ctx.room, project, TRY(keys.take())
      , actor.member, "task.requeue", id.value, all.task.version,
          submissions == Requeue::reject ? 1 : 0
    });
  });
}

Result<void> release_member(Tx& tx, const Context& ctx, const Actor& actor, MemberId member,
                            std::int64_t first_key, ProjectId only) {
  std::vector<Assignment> held;
  TRY(tx.query({"SELECT " GH_ASSIGNMENT_COLUMNS
                " FROM assignment a WHERE a.room = $1 AND a.member = $2 AND ($3 = 0 OR"
                " a.project = $3) AND (a.state = 1 OR a.state = 14)"
                " ORDER BY a.project, a.assignment LIMIT $4",
                "SELECT " GH_ASSIGNMENT_COLUMNS
                " FROM assignment a WHERE a.room = $1 AND a.member = $2 AND ($3 = 0 OR"
                " a.project = $3) AND (a.state = 1 OR a.state = 14)"
                " ORDER BY a.project, a.assignment LIMIT $4 FOR UPDATE"},
               {ctx.room, member, only, kMaxReleased}, [&](const Row& row) {
                 held.push_back(read_assignment(row));
                 return true;
               }));
  Spare spare{first_key};
  for (auto& a : held) {
    std::int64_t activity = spare.take();
    TRY(withdraw(tx, ctx, actor, a, activity, spare.take()));
  }
  return {};
}

}  // namespace guildhall::work
