#include "work/submission_list.h"

#include <algorithm>
#include <limits>

namespace guildhall::work {
namespace {

using store::Row;
using store::Tx;

// Check tasks are answered once and never judged, all others always are.
struct Range {
  AssignmentState state;
  TaskKind kind;
};
constexpr Range kRanges[] = {
    {AssignmentState::submitted, TaskKind::gold}, {AssignmentState::in_review, TaskKind::work},
    {AssignmentState::accepted, TaskKind::work},  {AssignmentState::fixed, TaskKind::work},
    {AssignmentState::returned, TaskKind::work},  {AssignmentState::rejected, TaskKind::work}};

bool fits(const Range& range, const SubmissionFilter& filter) {
  bool shown_accepted = filter.as_author_sees && range.kind == TaskKind::gold;
  auto shown = shown_accepted ? AssignmentState::accepted : range.state;
  return !filter.state || *filter.state == shown;
}

#define GH_SUBMISSIONS "SELECT " GH_ASSIGNMENT_COLUMNS " FROM assignment a WHERE a.room = $1 AND"
#define GH_RANGE " a.project = $2 AND a.state = $3 AND +a.state > 9 AND a.kind = $4"
// The plus keeps planners from the ranges: a task has few answers, and an index of its own.
#define GH_OF_TASK                                                                  \
  " a.project = $2 AND +a.state = $3 AND a.kind = $4 AND ($8 = 0 OR a.member = $8)" \
  " AND a.task = $9"
#define GH_OLDEST \
  " AND (a.submitted_at, a.assignment) > ($5, $6) ORDER BY a.submitted_at, a.assignment LIMIT $7"
#define GH_NEWEST                                                                \
  " AND (a.submitted_at, a.assignment) < ($5, $6) ORDER BY a.submitted_at DESC," \
  " a.assignment DESC LIMIT $7"

store::Sql text_of(const SubmissionFilter& filter) {
  static constexpr store::Sql kOldest = GH_SUBMISSIONS GH_RANGE GH_OLDEST;
  static constexpr store::Sql kNewest = GH_SUBMISSIONS GH_RANGE GH_NEWEST;
  static constexpr store::Sql kTheirOldest = GH_SUBMISSIONS GH_RANGE " AND a.member = $8" GH_OLDEST;
  static constexpr store::Sql kTheirNewest = GH_SUBMISSIONS GH_RANGE " AND a.member = $8" GH_NEWEST;
  static constexpr store::Sql kTaskOldest = GH_SUBMISSIONS GH_OF_TASK GH_OLDEST;
  static constexpr store::Sql kTaskNewest = GH_SUBMISSIONS GH_OF_TASK GH_NEWEST;
  if (filter.task) return filter.newest_first ? kTaskNewest : kTaskOldest;
  if (filter.member) return filter.newest_first ? kTheirNewest : kTheirOldest;
  return filter.newest_first ? kNewest : kOldest;
}

SubmissionPlace start_of(const SubmissionFilter& filter) {
  if (filter.after) return *filter.after;
  constexpr auto kEnd = std::numeric_limits<std::int64_t>::max();
  return filter.newest_first ? SubmissionPlace{kEnd, AssignmentId{kEnd}}
                             : SubmissionPlace{-1, AssignmentId{0}};
}

}  // namespace

Result<std::vector<Assignment>> list_submissions(Tx& tx, const Context& ctx, ProjectId project,
                                                 const SubmissionFilter& filter) {
  std::vector<Assignment> found;
  std::vector<Tx::Query> queries;
  auto start = start_of(filter);
  for (const auto& range : kRanges) {
    if (!fits(range, filter)) continue;
    std::vector<store::Param> params{ctx.room,
                                     project,
                                     static_cast<std::int64_t>(range.state),
                                     static_cast<std::int64_t>(range.kind),
                                     start.submitted_at,
                                     start.id,
                                     filter.limit};
    if (filter.member || filter.task) params.emplace_back(filter.member);
    if (filter.task) params.emplace_back(filter.task);
    queries.push_back({text_of(filter), std::move(params), [&found](const Row& row) {
                         found.push_back(read_assignment(row));
                         return true;
                       }});
  }
  TRY(tx.query_all(queries));
  std::ranges::sort(found, [&](const Assignment& a, const Assignment& b) {
    auto left = std::pair(a.submitted_at, a.id), right = std::pair(b.submitted_at, b.id);
    return filter.newest_first ? left > right : left < right;
  });
  if (static_cast<std::int64_t>(found.size()) > filter.limit) {
    found.resize(static_cast<std::size_t>(filter.limit));
  }
  return found;
}

}  // namespace guildhall::work
