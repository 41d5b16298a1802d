// The places of a task: how many are taken, and when the task stands open in its lane. Every
// change of a place goes through here, so that overlap is exact in one spot.
//
// Concurrency: inside the caller's transaction, which holds the task's row (PostgreSQL: locked).
#pragma once

#include "work/assignment.h"

namespace guildhall::work {

struct TaskRow {
  TaskId id;
  LaneId lane;
  BatchId batch;
  TaskKind kind = TaskKind::work;
  TaskState state = TaskState::open;
  std::int64_t seq = 0;
  std::int64_t ceiling = 1;  // 0: no ceiling (gold)
  std::int64_t taken = 0;
  std::int64_t done = 0;
  std::int64_t priority = 0;
  TaskId parent;        // review, adjudication: the task that was answered
  AssignmentId origin;  // review: the submission to judge
  AssignmentId final_;  // the adjudicated answer
  std::int64_t version = 1;
  ContentRef data_ref;
  ContentRef gold_ref;
  ContentRef extra_ref;  // suggestions and earlier submissions
  TimeMs created_at = 0;

  bool has_place() const { return state == TaskState::open && (ceiling == 0 || taken < ceiling); }
};

#define GH_TASK_COLUMNS                                                                      \
  "t.task, t.lane, t.batch, t.kind, t.state, t.seq, t.ceiling, t.taken, t.done, t.priority," \
  " t.parent, t.origin, t.final, t.version, t.data_ref, t.gold_ref, t.extra_ref, t.created_at"
inline constexpr int kTaskColumns = 18;
TaskRow read_task(const store::Row& row, int first_column = 0);

// The task's row, locked for this transaction. not_found/"no-task".
Result<TaskRow> lock_task(store::Tx& tx, RoomId room, ProjectId project, TaskId id);
Result<TaskRow> find_task(store::Tx& tx, RoomId room, ProjectId project, TaskId id);

struct PlaceChange {
  std::int64_t taken = 0;
  std::int64_t done = 0;
};

// Applies the change to the row and to `task`. A task that gets a place back goes to the end of
// its lane; one whose places are all done is done. Returns +1 when the task became done, -1 when
// it ceased to be, else 0.
Result<int> change_places(store::Tx& tx, RoomId room, ProjectId project, TaskRow& task,
                          PlaceChange change);

// The lane for (kind, batch, priority), made where it is missing (`fresh` is its key then).
Result<LaneId> lane_for(store::Tx& tx, RoomId room, ProjectId project, TaskKind kind, BatchId batch,
                        std::int64_t priority, LaneId fresh);

}  // namespace guildhall::work
