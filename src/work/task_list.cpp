#include <algorithm>
#include <limits>

#include "work/task_body.h"
#include "work/tasks.h"

namespace guildhall::work {
namespace {

using store::Row;
using store::Tx;

constexpr std::size_t kRangesAtOnce = 64;  // looked through in one round trip

template <class E>
bool among(const std::vector<E>& values, E value) {
  return std::ranges::find(values, value) != values.end();
}

std::vector<TaskState> states_of(const TaskFilter& filter) {
  if (!filter.states.empty()) return filter.states;
  return {TaskState::open, TaskState::done, TaskState::cancelled};
}

bool kind_fits(const TaskFilter& filter, TaskKind kind) {
  if (filter.kinds.empty()) return kind == TaskKind::work || kind == TaskKind::gold;
  return among(filter.kinds, kind);
}

// The tasks of one lane in one state: in order of their keys.
struct Range {
  LaneId lane;
  std::int64_t priority = 0;
  TaskState state = TaskState::open;
};

// Highest priority first.
Result<std::vector<Range>> ranges_of(Tx& tx, const Context& ctx, ProjectId project,
                                     const TaskFilter& filter) {
  std::vector<Range> ranges;
  auto states = states_of(filter);
  TRY(
      tx.query("SELECT lane, priority, kind FROM lane WHERE room = $1 AND project = $2 AND"
               " ($3 = 0 OR batch = $3) ORDER BY priority DESC, lane",
               {ctx.room, project, filter.batch}, [&](const Row& row) {
                 if (!kind_fits(filter, static_cast<TaskKind>(row.integer(2)))) return true;
                 for (TaskState state : states) {
                   ranges.push_back({row.id<LaneId>(0), row.integer(1), state});
                 }
                 return true;
               }));
  return ranges;
}

// The best tasks so far, in order, at most a page of them.
class Merge {
 public:
  Merge(const Context& ctx, ProjectId project, const TaskFilter& filter)
      : ctx_(ctx), project_(project), filter_(filter) {}

  // `low` and `high`: between which keys, themselves not.
  Result<void> add(Tx& tx, std::span<const Range> ranges, std::int64_t low, std::int64_t high) {
    auto from = rows_.size();
    while (!ranges.empty()) {
      auto some = ranges.first(std::min(ranges.size(), kRangesAtOnce));
      ranges = ranges.subspan(some.size());
      TRY(look(tx, some, low, high));
      std::sort(
          rows_.begin() + static_cast<std::ptrdiff_t>(from), rows_.end(),
          [&](const TaskRow& a, const TaskRow& b) { return newest() ? a.id > b.id : a.id < b.id; });
      if (!full()) continue;
      rows_.resize(static_cast<std::size_t>(filter_.limit));
      (newest() ? low : high) = rows_.back().id.value;  // what lies beyond has no place
    }
    return {};
  }
  bool full() const { return static_cast<std::int64_t>(rows_.size()) >= filter_.limit; }
  const std::vector<TaskRow>& rows() const { return rows_; }

 private:
  bool newest() const { return filter_.order == TaskOrder::newest; }

  Result<void> look(Tx& tx, std::span<const Range> ranges, std::int64_t low, std::int64_t high) {
#define GH_TASK_RANGE                                                                      \
  "SELECT " GH_TASK_COLUMNS                                                                \
  " FROM task t WHERE t.room = $1 AND t.project = $2 AND t.lane = $3 AND t.state = $4 AND" \
  " t.task > $5 AND t.task < $6 ORDER BY t.task"
    std::vector<Tx::Query> queries;
    for (const auto& range : ranges) {
      std::vector<store::Param> params{
          ctx_.room, project_, range.lane,   static_cast<std::int64_t>(range.state),
          low,       high,     filter_.limit};
      auto sink = [this](const Row& row) {
        rows_.push_back(read_task(row));
        return true;
      };
      if (newest()) {
        queries.push_back({GH_TASK_RANGE " DESC LIMIT $7", std::move(params), sink});
      } else {
        queries.push_back({GH_TASK_RANGE " LIMIT $7", std::move(params), sink});
      }
    }
    return tx.query_all(queries);
  }

  const Context& ctx_;
  ProjectId project_;
  const TaskFilter& filter_;
  std::vector<TaskRow> rows_;
};

constexpr std::int64_t kFirst = 0;
constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();

// One priority after the other, until the page is full.
Result<void> by_priority(Tx& tx, const TaskFilter& filter, std::span<const Range> ranges,
                         Merge& merge) {
  while (!ranges.empty() && !merge.full()) {
    std::int64_t priority = ranges.front().priority;
    std::size_t count = 0;
    while (count < ranges.size() && ranges[count].priority == priority) ++count;
    auto level = ranges.first(count);
    ranges = ranges.subspan(count);
    if (filter.after && priority > filter.after->priority) continue;
    bool goes_on = filter.after && priority == filter.after->priority;
    TRY(merge.add(tx, level, goes_on ? filter.after->task.value : kFirst, kLast));
  }
  return {};
}

// At most one. A page that goes on after it is empty.
Result<std::vector<TaskRow>> of_key(Tx& tx, const Context& ctx, ProjectId project,
                                    const TaskFilter& filter) {
  std::vector<TaskRow> rows;
  auto id = TRY(find_task_by_key(tx, ctx, project, *filter.key));
  if (!id || filter.after) return rows;
  auto row = TRY(find_task(tx, ctx.room, project, id));
  bool fits = kind_fits(filter, row.kind) && among(states_of(filter), row.state) &&
              (!filter.batch || filter.batch == row.batch);
  if (fits) rows.push_back(row);
  return rows;
}

Result<std::vector<TaskRow>> rows_of(Tx& tx, const Context& ctx, ProjectId project,
                                     const TaskFilter& filter) {
  if (filter.key) return of_key(tx, ctx, project, filter);
  auto ranges = TRY(ranges_of(tx, ctx, project, filter));
  Merge merge(ctx, project, filter);
  std::int64_t after = filter.after ? filter.after->task.value : kFirst;
  switch (filter.order) {
    case TaskOrder::oldest: TRY(merge.add(tx, ranges, after, kLast)); break;
    case TaskOrder::newest: TRY(merge.add(tx, ranges, kFirst, filter.after ? after : kLast)); break;
    case TaskOrder::priority: TRY(by_priority(tx, filter, ranges, merge)); break;
  }
  return merge.rows();
}

}  // namespace

Result<std::vector<TaskItem>> list_tasks(Tx& tx, const Context& ctx, ProjectId project,
                                         const TaskFilter& filter) {
  return task_items(tx, ctx, project, TRY(rows_of(tx, ctx, project, filter)));
}

}  // namespace guildhall::work
