// How far a project is: sums over the tally alone, so that the cost is people times batches,
// whatever the number of tasks.
//
// Concurrency: inside the caller's transaction.
#pragma once

#include <string>

#include "work/context.h"
#include "work/model.h"

namespace guildhall::work {

struct Progress {
  ProjectState state = ProjectState::draft;
  struct {
    std::int64_t total = 0;  // open + done + cancelled
    std::int64_t open = 0;
    std::int64_t done = 0;
    std::int64_t cancelled = 0;
    std::int64_t gold = 0;
  } tasks;
  struct {
    std::int64_t wanted = 0;
    std::int64_t submitted = 0;  // ever
    std::int64_t in_review = 0;
    std::int64_t accepted = 0;
    std::int64_t returned = 0;
    std::int64_t rejected = 0;  // ever
  } submissions;
  struct Made {
    std::int64_t open = 0;
    std::int64_t done = 0;
  };
  Made reviews;
  Made adjudications;
  std::int64_t leased = 0;     // work and gold in people's hands
  std::int64_t active_ms = 0;  // all that was submitted, reviews too
  TimeMs updated_at = 0;
};

// not_found/"no-project".
Result<Progress> progress_of(store::Tx& tx, const Context& ctx, ProjectId project);
std::string progress_json(const Progress& progress);  // as docs/api.md has it

}  // namespace guildhall::work
