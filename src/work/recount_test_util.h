// For tests only: recounts a project from its rows and says what does not hold together.
//
// Concurrency: call when nobody writes.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "work/work_test_util.h"

namespace guildhall::work {

struct Rows {
  std::map<TaskId, TaskRow> tasks;
  std::map<TaskId, std::int64_t> open;  // the column, as stored
  std::vector<Assignment> assignments;
};

inline Rows rows_of(TestRoom& room, ProjectId project) {
  Rows rows;
  GH_OK(room.db->read([&](store::Tx& tx) -> Result<void> {
    TRY(tx.query("SELECT " GH_TASK_COLUMNS
                 ", t.open FROM task t WHERE t.room = 1 AND t.project = $1",
                 {project}, [&](const store::Row& row) {
                   auto task = read_task(row);
                   rows.tasks[task.id] = task;
                   rows.open[task.id] = row.integer(kTaskColumns);
                   return true;
                 }));
    TRY(tx.query("SELECT " GH_ASSIGNMENT_COLUMNS
                 " FROM assignment a WHERE a.room = 1 AND a.project = $1",
                 {project}, [&](const store::Row& row) {
                   rows.assignments.push_back(read_assignment(row));
                   return true;
                 }));
    return {};
  }));
  return rows;
}

// The days together are what was counted since the project began.
inline std::vector<std::string> day_faults(TestRoom& room, ProjectId project,
                                           const KindTallies& held) {
  std::vector<std::string> faults;
  auto one = [&](const std::string& name, std::int64_t counted, std::int64_t real) {
    if (counted == real) return;
    faults.push_back("days " + name + ": counted " + std::to_string(counted) + ", real " +
                     std::to_string(real));
  };
  GH_OK(room.db->read([&](store::Tx& tx) -> Result<void> {
    TRY(
        tx.query("SELECT CAST(sum(submitted) AS BIGINT), CAST(sum(rejected) AS BIGINT),"
                 " CAST(sum(active_ms) AS BIGINT) FROM day_tally WHERE room = 1 AND project = $1",
                 {project}, [&](const store::Row& row) {
                   one("submitted", row.integer(0), held.work.submitted);
                   one("rejected", row.integer(1), held.work.rejected);
                   one("active_ms", row.integer(2),
                       held.work.active_ms + held.gold.active_ms + held.review.active_ms +
                           held.adjudication.active_ms);
                   return true;
                 }));
    return {};
  }));
  return faults;
}

// Everything that is wrong, in words; empty when all holds.
inline std::vector<std::string> faults_of(TestRoom& room, ProjectId project) {
  std::vector<std::string> faults;
  auto rows = rows_of(room, project);
  auto say = [&](std::string what, std::int64_t id) {
    faults.push_back(what + " (" + std::to_string(id) + ")");
  };
  std::map<TaskId, std::int64_t> taken, done;
  std::set<std::pair<TaskId, MemberId>> seen;
  std::map<TaskKind, Tally> sums;
  for (const auto& a : rows.assignments) {
    if (!seen.emplace(a.task, a.member).second) say("twice to one person", a.id.value);
    if (!rows.tasks.contains(a.task)) say("assignment without a task", a.id.value);
    taken[a.task] += holds_place(a.state);
    bool given = a.kind != TaskKind::work && a.kind != TaskKind::gold &&
                 a.state == AssignmentState::submitted;
    done[a.task] += counts_as_done(a.state) || given;
    auto& sum = sums[a.kind];
    sum = sum + standing(a.state);
    if (a.revision > 0 || a.state == AssignmentState::submitted) ++sum.submitted;
  }
  for (const auto& [id, task] : rows.tasks) {
    if (task.taken != taken[id]) say("taken is not what is held", id.value);
    if (task.done != done[id]) say("done is not what is done", id.value);
    if (task.ceiling > 0 && task.taken > task.ceiling) say("over its ceiling", id.value);
    if (task.done > task.taken) say("more done than taken", id.value);
    bool full = task.ceiling > 0 && task.done == task.ceiling;
    if (task.state == TaskState::done && !full && task.kind != TaskKind::review) {
      say("done and not full", id.value);
    }
    if (task.state == TaskState::open && full) say("full and not done", id.value);
    if ((rows.open[id] != 0) != task.has_place()) say("open column is wrong", id.value);
    auto& sum = sums[task.kind];
    ++sum.tasks;
    if (task.state == TaskState::done) ++sum.tasks_done;
    if (task.state == TaskState::cancelled) ++sum.tasks_cancelled;
    if (task.state != TaskState::cancelled) sum.wanted += task.ceiling;
  }
  auto held = room.tallies(project);
  for (auto& fault : day_faults(room, project, held)) faults.push_back(std::move(fault));
  auto compare = [&](TaskKind kind, const Tally& counted) {
    const Tally& real = sums[kind];
    auto one = [&](const char* name, std::int64_t a, std::int64_t b) {
      if (a == b) return;
      faults.push_back(std::string(word(kind)) + " " + name + ": counted " + std::to_string(a) +
                       ", real " + std::to_string(b));
    };
    one("tasks", counted.tasks, real.tasks);
    one("tasks_done", counted.tasks_done, real.tasks_done);
    one("tasks_cancelled", counted.tasks_cancelled, real.tasks_cancelled);
    one("wanted", counted.wanted, real.wanted);
    one("leased", counted.leased, real.leased);
    one("submitted", counted.submitted, real.submitted);
    one("in_review", counted.in_review, real.in_review);
    one("accepted", counted.accepted, real.accepted);
    one("returned", counted.returned, real.returned);
    one("rejected", counted.rejected, real.rejected);
    one("skipped", counted.skipped, real.skipped);
  };
  compare(TaskKind::work, held.work);
  compare(TaskKind::gold, held.gold);
  compare(TaskKind::review, held.review);
  compare(TaskKind::adjudication, held.adjudication);
  return faults;
}

inline void check_whole(TestRoom& room, ProjectId project) {
  for (const auto& fault : faults_of(room, project)) FAIL_CHECK(fault);
}

}  // namespace guildhall::work
