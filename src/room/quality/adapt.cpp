#include "room/quality/adapt.h"

#include <algorithm>

#include "base/log.h"
#include "quality/overlap/next.h"
#include "work/place.h"
#include "work/project.h"
#include "work/tasks.h"

namespace guildhall::room {
namespace {

using quality::Index;

constexpr std::size_t kAdaptAtOnce = 500;  // tasks opened at one look; the others at the next

// Until check tasks have shown how good people are, nobody is believed alone: the engine's own
// floor.
quality::OverlapRules rules_of(const work::Settings& settings) {
  quality::OverlapRules rules;
  rules.ceiling = static_cast<int>(settings.overlap);
  rules.warm_floor = static_cast<int>(settings.overlap_floor);
  rules.floor = std::min(std::max(rules.floor, rules.warm_floor), rules.ceiling);
  return rules;
}

Result<void> add_unsure(const QuestionFigures& question, const quality::OverlapRules& rules,
                        std::map<TaskId, std::size_t>& out) {
  const auto& judgments = *question.judgments;
  quality::Gold gold(question.data.gold);
  auto belief = TRY(quality::believe(judgments, gold));
  std::vector<float> rows;
  auto source = quality::average_source(belief, judgments, rows);
  auto verdicts = quality::verdicts(rules, judgments, gold, belief, source);
  for (Index item = 0; item < judgments.items(); ++item) {
    auto given = judgments.of_item(item).size();
    auto need = verdicts[item].need;
    if (need != quality::Need::pays && need != quality::Need::floor) continue;
    auto [at, added] = out.try_emplace(question.data.items[item].task, given);
    if (!added) at->second = std::min(at->second, given);
  }
  return {};
}

}  // namespace

Result<std::vector<WantsMore>> wants_more(const Figures& figures, const work::Settings& settings) {
  std::map<TaskId, std::size_t> unsure;
  for (const auto& question : figures.questions) {
    if (question.judgments) TRY(add_unsure(question, rules_of(settings), unsure));
  }
  std::vector<WantsMore> out;
  for (const auto& [task, judgments] : unsure) out.push_back({task, judgments});
  return out;
}

Result<int> open_for_more(const work::Context& ctx, ProjectId project, std::int64_t overlap,
                          const std::vector<WantsMore>& tasks) {
  std::vector<TaskId> open;
  TRY(ctx.db.read([&](store::Tx& tx) -> Result<void> {
    open.clear();
    auto people =
        TRY(tx.first("SELECT count(*) FROM membership WHERE room = $1 AND project = $2",
                     {ctx.room, project}, [](const store::Row& row) { return row.integer(0); }));
    for (const auto& [id, judgments] : tasks) {
      if (open.size() >= kAdaptAtOnce) break;
      auto task = TRY(work::find_task(tx, ctx.room, project, id));
      bool may = task.kind == work::TaskKind::work && task.state == work::TaskState::done &&
                 task.ceiling < overlap && task.ceiling < people.value_or(0) &&
                 task.done == static_cast<std::int64_t>(judgments);
      if (may) open.push_back(id);
    }
    return {};
  }));
  int opened = 0;
  for (TaskId id : open) {
    auto moved = work::requeue_task(ctx, work::Actor{}, project, id, work::Requeue::keep);
    // Somebody was quicker: it stands open, or it was cancelled.
    if (!moved && moved.error().fault != Fault::conflict) return std::unexpected(moved.error());
    opened += moved ? 1 : 0;
  }
  return opened;
}

void Adapter::changed(ProjectId project) {
  MutexLock lock(mutex_);
  changed_.insert(project);
}

Result<bool> Adapter::adapt(const work::Context& ctx, LiveQuality& live, ProjectId id) {
  auto project = TRY(ctx.db.read_as([&](store::Tx& tx) { return ctx.projects.find(tx, id); }));
  if (!project.settings->adaptive() || project.state != work::ProjectState::open) return true;
  auto [figures, reading, fresh] = TRY(live.look(ctx, id, MemberId{}));
  if (!reading.done || !fresh) return false;
  auto& seen = seen_[id];
  if (seen == figures->version) return true;
  auto tasks = TRY(wants_more(*figures, *project.settings));
  int opened = TRY(open_for_more(ctx, id, project.settings->overlap, tasks));
  if (static_cast<std::size_t>(opened) >= kAdaptAtOnce) return false;
  seen = figures->version;
  return true;
}

void Adapter::step(const work::Context& ctx, LiveQuality& live) {
  std::set<ProjectId> projects;
  {
    MutexLock lock(mutex_);
    projects.swap(changed_);
  }
  for (ProjectId project : projects) {
    auto done = adapt(ctx, live, project);
    if (done && *done) continue;
    if (!done && done.error().fault == Fault::not_found) continue;
    if (!done && done.error().type != "locked") {
      log_line(LogLevel::warning, "overlap was not adapted", {{"type", done.error().type}});
    }
    changed(project);
  }
}

}  // namespace guildhall::room
