// What is right, task by task, as all judgments together have it: what a delivery that asks for it
// filters and weighs by. Who computes it is not this module's matter (room/quality).
//
// Concurrency: values.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"

namespace guildhall::work {

// What a delivery asks for.
struct PosteriorWish {
  double least = 0;      // 0 to 1: tasks below it are left out
  std::string question;  // empty: the form's first that has a closed set of answers
};

struct Posteriors {
  // The most probable label, and how probable it is. Of a question with parts (a rubric's criteria)
  // the least sure part's, and no label.
  struct Of {
    std::uint16_t label = 0;
    float p = 0;
  };
  std::string question;
  std::string method;
  bool parts = false;
  TimeMs computed_at = 0;
  std::vector<std::string> labels;
  std::unordered_map<std::int64_t, Of> by_task;
};

// Of everything that was judged when it is asked; may take long: `stopping` ends it.
// Errors: invalid/"bad-filter" where there is no such question; unavailable/"stopping"; "locked".
using PosteriorSource = std::function<Result<Posteriors>(
    ProjectId project, const std::string& question, const std::function<bool()>& stopping)>;

}  // namespace guildhall::work
