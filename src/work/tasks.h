// Tasks as their manager handles them: listed, opened, amended, cancelled, put into the queue
// again. What people do with them is in assignment.h and submission.h.
//
// Only work and gold are handled here; reviews and adjudications follow what they are about.
//
// Concurrency: any thread; a call that takes a Context without a Tx is one transaction. Locks are
// taken assignment, task.
// Limits: kMaxPage a list, kMaxTaskLeases ended by one cancelling, kMaxTaskCeiling answers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/limits.h"
#include "work/place.h"

namespace guildhall::work {

enum class TaskOrder : unsigned char { oldest, newest, priority };

// Where a task stands in a list.
struct TaskPlace {
  std::int64_t priority = 0;
  TaskId task;
};

struct TaskFilter {
  std::vector<TaskState> states;  // none: all
  std::vector<TaskKind> kinds;    // none: work and gold
  BatchId batch;
  std::optional<std::string> key;  // the one task of this key
  TaskOrder order = TaskOrder::oldest;
  std::optional<TaskPlace> after;  // the last one of the page before
  std::int64_t limit = 50;
};

struct TaskItem {
  TaskRow row;
  std::string key;  // empty: none
  std::int64_t leased = 0;
  std::int64_t submitted = 0;  // ever
  std::int64_t accepted = 0;   // now; fixed ones too
};

// In order of their inner keys, or the other way round, or of priority (highest first) and then
// their keys. Merged from the ranges (lane, state) that the filter leaves, so that a page costs
// their number and its own length, never the tasks that do not fit. A full page may have others
// after it: ask after its last task.
Result<std::vector<TaskItem>> list_tasks(store::Tx& tx, const Context& ctx, ProjectId project,
                                         const TaskFilter& filter);

// One for one; their bodies are opened together.
Result<std::vector<TaskItem>> task_items(store::Tx& tx, const Context& ctx, ProjectId project,
                                         std::span<const TaskRow> rows);

struct OpenedTask {
  TaskItem item;
  std::string data_json;
  std::string gold_json;   // {"answers", "reason"?}; empty: none
  std::string extra_json;  // {"suggestions"?, "submissions"?}; empty: none
};

// not_found/"no-task".
Result<OpenedTask> open_task(store::Tx& tx, const Context& ctx, ProjectId project, TaskId id);

struct TaskPatch {
  const json::value* data = nullptr;
  const json::value* gold = nullptr;  // {"answers", "reason"?} or the answers; gold tasks only
  std::optional<std::int64_t> priority;
  std::optional<BatchId> batch;
};

// New data or gold is a new version; leases that are open keep what they were given. A new place
// in the queue (priority, batch) is at its lane's end. Error: invalid, naming the field;
// not_found/"no-task", "no-batch".
Result<void> amend_task(const Context& ctx, const Actor& actor, ProjectId project, TaskId id,
                        const TaskPatch& patch);

// Leases on it end, with the time worked kept; work returned to its author counts as rejected;
// reviews and adjudications that stand open are cancelled with it. What was submitted stays.
// conflict/"bad-transition" if it is cancelled already.
Result<void> cancel_task(const Context& ctx, const Actor& actor, ProjectId project, TaskId id);

// What becomes of what was submitted. reject: all of it is rejected and its places are free again.
// keep: it stays, and open reviews of it come back; where every place is done, one more answer is
// wanted than before.
enum class Requeue : unsigned char { keep, reject };

// A cancelled or done task stands open again, at its lane's end. Nobody who had it gets it again.
// conflict/"bad-transition" if it is open, "too-many-answers" beyond kMaxTaskCeiling.
Result<void> requeue_task(const Context& ctx, const Actor& actor, ProjectId project, TaskId id,
                          Requeue submissions);

// Ends what a removed person holds, in the caller's transaction: leases are withdrawn, returned
// work is rejected, places are free again. `first_key` is the first of kReleaseKeys inner keys.
// Whatever is beyond kMaxReleased ends when it expires. `only` 0: in every project.
inline constexpr int kReleaseKeys = 2 * kMaxReleased;
Result<void> release_member(store::Tx& tx, const Context& ctx, const Actor& actor, MemberId member,
                            std::int64_t first_key, ProjectId only = {});

}  // namespace guildhall::work
