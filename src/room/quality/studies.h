// What somebody may ask beyond the figures that are always there: how the compared models stand
// (ranking.h), what more judgments would buy (cost.h). Computed from those figures when they are
// asked for, kept until a judgment changes, and forgotten with the key.
//
// Concurrency: any thread. One at a time asks about a project; others wait for it.
// Limits: kMaxHeldJudgments answers with known models over all projects: the project asked about
// longest ago is forgotten.
#pragma once

#include <map>
#include <memory>

#include "base/mutex.h"
#include "room/quality/cost.h"
#include "room/quality/live.h"
#include "room/quality/model_names.h"
#include "room/quality/ranking.h"

namespace guildhall::room {

struct RankingLook {
  std::shared_ptr<const ModelRanking> ranking;
  bool done = true;       // the data of all tasks is read
  std::size_t tasks = 0;  // whose data is asked for
  std::size_t read = 0;
};

class Studies {
 public:
  // Opens data in the name of `whom`; of a question that compares nothing there is nothing to see.
  Result<RankingLook> ranking(const work::Context& ctx, ProjectId project, MemberId whom,
                              const Figures& figures, const QuestionFigures& question,
                              OpeningPace& pace) EXCLUDES(mutex_);
  // Costs a second or two where there is much; of the judgments of before at most ten times that
  // long.
  Result<std::shared_ptr<const CostCurve>> cost(ProjectId project, const Figures& figures,
                                                const QuestionFigures& question) EXCLUDES(mutex_);

  // When a key goes.
  void forget(ProjectId project) EXCLUDES(mutex_);
  void forget() EXCLUDES(mutex_);

 private:
  struct Held;
  std::shared_ptr<Held> held_of(ProjectId project) EXCLUDES(mutex_);
  void make_way(ProjectId project) EXCLUDES(mutex_);

  Mutex mutex_;
  std::map<ProjectId, std::shared_ptr<Held>> projects_ GUARDED_BY(mutex_);
  std::uint64_t asked_ GUARDED_BY(mutex_) = 0;
};

}  // namespace guildhall::room
