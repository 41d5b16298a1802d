// Adaptive overlap: tasks that are done get one more place where another judgment pays, up to the
// project's overlap. What pays is the engine's word (quality/overlap); the move is requeue_task.
//
// Concurrency: Adapter any thread for `changed`; `step` one. Limits: kAdaptAtOnce.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "base/mutex.h"
#include "room/quality/live.h"
#include "work/settings.h"

namespace guildhall::room {

// Tasks of which one question or more is not sure enough, or below the floor of three that holds
// until gold has warmed the prior, with the fewest judgments that any of its parts had. Not those
// whose label one more could not change.
struct WantsMore {
  TaskId task;
  std::size_t judgments = 0;
};
Result<std::vector<WantsMore>> wants_more(const Figures& figures, const work::Settings& settings);

// Opens those of them that are done, stand below the project's overlap and the number of its
// people, and have as many answers as the figures knew of; how many.
Result<int> open_for_more(const work::Context& ctx, ProjectId project, std::int64_t overlap,
                          const std::vector<WantsMore>& tasks);

class Adapter {
 public:
  // Something was done in these projects.
  void changed(ProjectId project) EXCLUDES(mutex_);
  // Looks at each of them once; those that could not be looked at come again.
  void step(const work::Context& ctx, LiveQuality& live) EXCLUDES(mutex_);

 private:
  // False where it is to be looked at again.
  Result<bool> adapt(const work::Context& ctx, LiveQuality& live, ProjectId project);

  Mutex mutex_;
  std::set<ProjectId> changed_ GUARDED_BY(mutex_);
  std::map<ProjectId, std::uint64_t> seen_;  // versions of figures; step's own
};

}  // namespace guildhall::room
