#include "room/quality/studies.h"

#include <atomic>
#include <utility>

#include "base/clock.h"
#include "base/limits.h"
#include "work/project.h"

namespace guildhall::room {
namespace {

constexpr std::int64_t kStudyRest = 10;  // computing takes at most a tenth of the time

// What a result was computed from.
struct MadeFrom {
  std::uint64_t figures = 0;
  TimeMs at = 0;
  std::uint64_t names = 0;
  bool operator==(const MadeFrom&) const = default;
};

template <class T>
struct KeptStudy {
  std::shared_ptr<const T> made;
  MadeFrom from;
  std::int64_t next_ms = 0;  // not computed again before

  // As it is, or anew where something changed; names are read at a pace of their own.
  template <class Make>
  Result<std::shared_ptr<const T>> get(const MadeFrom& now, Make make) {
    bool waits = from.names == now.names && monotonic_ms() < next_ms;
    if (made && (from == now || waits)) return made;
    auto began_ms = monotonic_ms();
    made = std::make_shared<T>(TRY(make()));
    from = now;
    next_ms = monotonic_ms() + kStudyRest * (monotonic_ms() - began_ms);
    return made;
  }
};

}  // namespace

struct Studies::Held {
  Mutex mutex;
  ModelNames names GUARDED_BY(mutex);
  std::map<std::string, KeptStudy<ModelRanking>> rankings GUARDED_BY(mutex);  // by question
  std::map<std::string, KeptStudy<CostCurve>> costs GUARDED_BY(mutex);
  std::atomic<std::size_t> answers = 0;
  std::uint64_t asked = 0;  // under the collection's mutex
};

std::shared_ptr<Studies::Held> Studies::held_of(ProjectId project) {
  MutexLock lock(mutex_);
  auto& held = projects_[project];
  if (!held) held = std::make_shared<Held>();
  held->asked = ++asked_;
  return held;
}

void Studies::make_way(ProjectId project) {
  MutexLock lock(mutex_);
  while (projects_.size() > 1) {
    std::size_t answers = 0;
    auto oldest = projects_.end();
    for (auto at = projects_.begin(); at != projects_.end(); ++at) {
      answers += at->second->answers;
      bool older = oldest == projects_.end() || at->second->asked < oldest->second->asked;
      if (at->first != project && older) oldest = at;
    }
    if (answers <= kMaxHeldJudgments || oldest == projects_.end()) return;
    projects_.erase(oldest);
  }
}

Result<RankingLook> Studies::ranking(const work::Context& ctx, ProjectId project, MemberId whom,
                                     const Figures& figures, const QuestionFigures& question,
                                     OpeningPace& pace) {
  auto form = TRY(ctx.db.read_as([&](store::Tx& tx) { return ctx.projects.find(tx, project); }))
  .form;
  auto shared = held_of(project);
  Held& held = *shared;
  MutexLock lock(held.mutex);
  std::vector<AssignmentId> answers;
  for (const auto& one : question.data.judged) answers.push_back(one.submission);
  RankingLook out;
  out.done = TRY(held.names.follow(ctx, project, whom, *form, answers, pace));
  out.tasks = held.names.tasks();
  out.read = held.names.tasks_read();
  held.answers = held.names.answers();
  MadeFrom from{figures.version, figures.computed_at, held.names.version()};
  out.ranking = TRY(held.rankings[question.id].get(from, [&] {
    held.mutex.assert_held();
    return rank_models(question, held.names.names(), [&](AssignmentId answer) {
      held.mutex.assert_held();
      return held.names.of(answer, question.id);
    });
  }));
  make_way(project);
  return out;
}

Result<std::shared_ptr<const CostCurve>> Studies::cost(ProjectId project, const Figures& figures,
                                                       const QuestionFigures& question) {
  auto held = held_of(project);
  MutexLock lock(held->mutex);
  return held->costs[question.id].get({figures.version, figures.computed_at, 0},
                                      [&] { return cost_curve(question); });
}

void Studies::forget(ProjectId project) {
  MutexLock lock(mutex_);
  projects_.erase(project);
}

void Studies::forget() {
  MutexLock lock(mutex_);
  projects_.clear();
}

}  // namespace guildhall::room
