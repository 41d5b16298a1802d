#include "room/quality/reader.h"

#include <algorithm>
#include <set>

#include "base/clock.h"
#include "base/limits.h"
#include "store/content.h"
#include "work/project.h"
#include "work/task_body.h"

namespace guildhall::room {
namespace {

using store::Row;
using store::Tx;

constexpr std::int64_t kRowsAtOnce = 10'000;

// Of a fixed answer the author's own revision; of all others the newest, which is that.
#define GH_ANSWERS                                                                               \
  "SELECT a.assignment, a.task, a.member, a.vendor, a.kind, a.state, a.guidelines_version,"      \
  " r.template_version, r.answers_ref, a.submitted_at, a.active_ms FROM assignment a JOIN"       \
  " revision r ON r.room = a.room AND r.project = a.project AND r.assignment = a.assignment AND" \
  " r.revision = CASE WHEN a.state = 13 THEN (SELECT max(s.revision) FROM revision s WHERE"      \
  " s.room = a.room AND s.project = a.project AND s.assignment = a.assignment AND s.source = 1)" \
  " ELSE a.revision END WHERE a.room = $1 AND a.project = $2 AND a.kind IN (1, 2) AND"           \
  " a.revision > 0"
#define GH_CHANGED                                                                        \
  "SELECT d.object FROM deed d WHERE d.room = $1 AND d.project = $2 AND d.tick >= $3 AND" \
  " d.tick < $4 AND d.verb"

AnswerRow read_row(const Row& row) {
  return {row.id<AssignmentId>(0),
          row.id<TaskId>(1),
          row.id<MemberId>(2),
          row.integer(3),
          static_cast<work::TaskKind>(row.integer(4)) == work::TaskKind::gold,
          static_cast<work::AssignmentState>(row.integer(5)),
          row.integer(6),
          row.integer(7),
          row.id<ContentRef>(8),
          row.integer(9),
          row.integer(10)};
}

struct Seen {
  std::vector<AnswerRow> rows;
  std::int64_t settled = 0;
  std::set<std::int64_t> amended;  // tasks
};

Result<void> read_all(Tx& tx, const work::Context& ctx, ProjectId project, Seen& seen) {
  AssignmentId after;
  for (std::int64_t got = kRowsAtOnce; got == kRowsAtOnce;) {
    got = TRY(tx.query(GH_ANSWERS " AND a.assignment > $3 ORDER BY a.assignment LIMIT $4",
                       {ctx.room, project, after, kRowsAtOnce}, [&](const Row& row) {
                         seen.rows.push_back(read_row(row));
                         return true;
                       }));
    if (!seen.rows.empty()) after = seen.rows.back().id;
  }
  return {};
}

Result<void> read_changes(Tx& tx, const work::Context& ctx, ProjectId project, const ReadMark& mark,
                          Seen& seen) {
  TRY(tx.query(GH_ANSWERS " AND a.assignment IN (" GH_CHANGED
                          " IN ('submission.submit', 'submission.revise', 'submission.review',"
                          " 'submission.reject')) ORDER BY a.assignment",
               {ctx.room, project, mark.tick, seen.settled}, [&](const Row& row) {
                 seen.rows.push_back(read_row(row));
                 return true;
               }));
  TRY(tx.query(GH_CHANGED " = 'task.amend'", {ctx.room, project, mark.tick, seen.settled},
               [&](const Row& row) {
                 seen.amended.insert(row.integer(0));
                 return true;
               }));
  return {};
}

struct GoldTask {
  TaskId task;
  ContentRef ref;
};

// Of these tasks, those that are check tasks with a right answer that is not known yet.
Result<std::vector<GoldTask>> unknown_gold(Tx& tx, const work::Context& ctx, ProjectId project,
                                           const std::set<std::int64_t>& tasks,
                                           const HeldProject& held) {
  std::vector<GoldTask> found;
  for (std::int64_t task : tasks) {
    auto ref = TRY(
        tx.first("SELECT gold_ref FROM task WHERE room = $1 AND project = $2 AND task = $3 AND"
                 " kind = 2",
                 {ctx.room, project, task}, [](const Row& row) { return row.id<ContentRef>(0); }));
    if (ref && *ref && held.gold_ref(TaskId{task}) != ref) found.push_back({TaskId{task}, *ref});
  }
  return found;
}

Result<void> keep_gold(Tx& tx, const work::Context& ctx, ProjectId project,
                       std::span<const GoldTask> tasks,
                       std::span<const std::optional<Plaintext>> opened, HeldProject& held) {
  if (tasks.empty()) return {};
  auto form = TRY(ctx.projects.find(tx, project))
  .form;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (!opened[i]) {
      held.keep_gold(tasks[i].task, tasks[i].ref, {}, {}, true);
      continue;
    }
    auto gold = TRY(parse_json(opened[i]->expose()));
    const auto* answers = find(gold, "answers");
    held.keep_gold(tasks[i].task, tasks[i].ref, form->closed_questions(),
                   answers ? form->judgments_of(*answers) : std::vector<work::Judgment>());
  }
  return {};
}

// As many of them as may be opened now. A check task's answer comes with its right answer.
void keep_pace(std::vector<AnswerRow>& rows, OpeningPace& pace, const HeldProject& held) {
  auto cost = [&](const AnswerRow& row) { return row.gold && !held.gold_ref(row.task) ? 2 : 1; };
  std::int64_t all = 0;
  for (const auto& row : rows) all += cost(row);
  for (auto may = pace.take(all, monotonic_ms()); all > may; rows.pop_back()) {
    all -= cost(rows.back());
  }
}

}  // namespace

std::int64_t OpeningPace::take(std::int64_t wanted, std::int64_t now_ms) {
  constexpr std::int64_t kPieces = 6;  // of a minute
  MutexLock lock(mutex_);
  if (std::int64_t piece = now_ms * kPieces / 60'000; piece != piece_) {
    piece_ = piece;
    taken_ = 0;
  }
  auto given = std::clamp<std::int64_t>(kQualityOpensPerMinute / kPieces - taken_, 0, wanted);
  taken_ += given;
  return given;
}

Result<void> follow_rows(const work::Context& ctx, ProjectId project, ReadMark& mark,
                         HeldProject& held) {
  Seen seen;
  TRY(ctx.db.read([&](Tx& tx) -> Result<void> {
    seen = {};
    seen.settled = tx.settled();
    if (mark.tick > 0) return read_changes(tx, ctx, project, mark, seen);
    return read_all(tx, ctx, project, seen);
  }));
  for (const auto& row : seen.rows) (void)held.keep(row);
  for (std::int64_t task : seen.amended) {
    if (held.gold_ref(TaskId{task})) mark.amended.insert(task);
  }
  mark.tick = seen.settled;
  return {};
}

Result<bool> open_unread(const work::Context& ctx, ProjectId project, MemberId whom,
                         OpeningPace& pace, ReadMark& mark, HeldProject& held) {
  auto rows = held.unread(static_cast<std::size_t>(kQualityOpensAtOnce / 2));
  if (rows.empty() && mark.amended.empty()) return true;
  keep_pace(rows, pace, held);
  TRY(ctx.db.read([&](Tx& tx) -> Result<void> {
    std::set<std::int64_t> tasks = mark.amended;
    for (const auto& row : rows) {
      if (row.gold && !held.gold_ref(row.task)) tasks.insert(row.task.value);
    }
    auto gold = TRY(unknown_gold(tx, ctx, project, tasks, held));
    std::vector<store::Wanted> wanted;
    for (const auto& [task, ref] : gold) {
      wanted.push_back(
          {work::task_content(ctx.room, project, store::ContentType::gold, task, ref), ref});
    }
    for (const auto& row : rows) {
      wanted.push_back({work::answers_content(ctx.room, project, row.id, row.ref), row.ref});
    }
    auto opened = TRY(store::open_sound(tx, wanted, {store::Reason::quality, whom}));
    TRY(keep_gold(tx, ctx, project, gold, opened, held));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto& answers = opened[gold.size() + i];
      if (!answers) {
        held.give_up(rows[i].id, rows[i].ref);
        continue;
      }
      auto form = TRY(ctx.projects.form(tx, project, rows[i].template_version));
      (void)held.read(rows[i].id, rows[i].ref, form->closed_questions(),
                      form->judgments_of(TRY(parse_json(answers->expose()))));
    }
    return {};
  }));
  mark.amended.clear();
  return held.unread(1).empty();
}

}  // namespace guildhall::room
