#include "work/place.h"

namespace guildhall::work {

using store::Row;
using store::Tx;

TaskRow read_task(const Row& row, int c) {
  TaskRow task;
  task.id = row.id<TaskId>(c);
  task.lane = row.id<LaneId>(c + 1);
  task.batch = row.id<BatchId>(c + 2);
  task.kind = static_cast<TaskKind>(row.integer(c + 3));
  task.state = static_cast<TaskState>(row.integer(c + 4));
  task.seq = row.integer(c + 5);
  task.ceiling = row.integer(c + 6);
  task.taken = row.integer(c + 7);
  task.done = row.integer(c + 8);
  task.priority = row.integer(c + 9);
  task.parent = row.id<TaskId>(c + 10);
  task.origin = row.id<AssignmentId>(c + 11);
  task.final_ = row.id<AssignmentId>(c + 12);
  task.version = row.integer(c + 13);
  task.data_ref = row.id<ContentRef>(c + 14);
  task.gold_ref = row.id<ContentRef>(c + 15);
  task.extra_ref = row.id<ContentRef>(c + 16);
  task.created_at = row.integer(c + 17);
  return task;
}

namespace {

Result<TaskRow> one_task(Result<std::optional<TaskRow>> found) {
  auto task = TRY(std::move(found));
  if (!task) return fail(Fault::not_found, "no-task", "There is no such task.");
  return *std::move(task);
}

}  // namespace

Result<TaskRow> lock_task(Tx& tx, RoomId room, ProjectId project, TaskId id) {
  return one_task(tx.first(
      {"SELECT " GH_TASK_COLUMNS
       " FROM task t WHERE t.room = $1 AND t.project = $2 AND t.task = $3",
       "SELECT " GH_TASK_COLUMNS " FROM task t WHERE t.room = $1 AND t.project = $2 AND t.task = $3"
       " FOR UPDATE"},
      {room, project, id}, [](const Row& row) { return read_task(row); }));
}

Result<TaskRow> find_task(Tx& tx, RoomId room, ProjectId project, TaskId id) {
  return one_task(tx.first("SELECT " GH_TASK_COLUMNS
                           " FROM task t WHERE t.room = $1 AND t.project = $2 AND t.task = $3",
                           {room, project, id}, [](const Row& row) { return read_task(row); }));
}

Result<int> change_places(Tx& tx, RoomId room, ProjectId project, TaskRow& task,
                          PlaceChange change) {
  if (change.taken == 0 && change.done == 0) return 0;
  TaskState before = task.state;
  bool was_open = task.has_place();
  task.taken += change.taken;
  task.done += change.done;
  bool full = task.ceiling > 0 && task.done >= task.ceiling;
  if (task.state == TaskState::open && full) task.state = TaskState::done;
  if (task.state == TaskState::done && !full) task.state = TaskState::open;
  if (change.taken < 0) task.seq = tx.tick();
  bool stands = was_open == task.has_place() && task.state == before && change.taken >= 0;
  if (stands) {  // no index has to be touched, and SQLite would touch those it is told of
    TRY(
        tx.put("UPDATE task SET taken = $4, done = $5"
               " WHERE room = $1 AND project = $2 AND task = $3",
               {room, project, task.id, task.taken, task.done}));
    return 0;
  }
  TRY(
      tx.put("UPDATE task SET taken = $4, done = $5, state = $6, open = $7, seq = $8"
             " WHERE room = $1 AND project = $2 AND task = $3",
             {room, project, task.id, task.taken, task.done, static_cast<std::int64_t>(task.state),
              task.has_place() ? 1 : 0, task.seq}));
  if (task.state == before) return 0;
  if (task.state == TaskState::done) return 1;
  return before == TaskState::done ? -1 : 0;
}

Result<LaneId> lane_for(Tx& tx, RoomId room, ProjectId project, TaskKind kind, BatchId batch,
                        std::int64_t priority, LaneId fresh) {
  TRY(
      tx.exec("INSERT INTO lane (room, project, kind, batch, priority, lane)"
              " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
              {room, project, static_cast<std::int64_t>(kind), batch, priority, fresh}));
  auto lane =
      TRY(tx.first("SELECT lane FROM lane WHERE room = $1 AND project = $2 AND kind = $3"
                   " AND batch = $4 AND priority = $5",
                   {room, project, static_cast<std::int64_t>(kind), batch, priority},
                   [](const Row& row) { return row.id<LaneId>(0); }));
  return lane.value_or(fresh);
}

}  // namespace guildhall::work
