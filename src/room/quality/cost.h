// What more judgments would have bought: the judgments that are there, replayed with 1, 2, … of
// each task, and the share of labels that each number of them gets right; once with the same number
// everywhere, once with as many in all given to the tasks where one more pays (overlap/replay.h).
//
// Nobody knows what is right, so labels are held against the posterior of all judgments: at the
// full number it is as sure of itself as it is. Tasks with one judgment, and check tasks, are left
// out. Each task's judgments are drawn in an order that a seed decides.
//
// Concurrency: pure. Limits: kMaxCostJudgments, kMaxCostPoints.
#pragma once

#include <vector>

#include "base/limits.h"
#include "room/quality/figures.h"

namespace guildhall::room {

struct CostPoint {
  double judgments = 0;  // of a task, on average
  double right = 0;      // expected share of right labels
};

struct CostCurve {
  std::size_t tasks = 0;            // that were replayed
  std::size_t judgments = 0;        // of theirs
  std::size_t single = 0;           // tasks left out: with one judgment
  std::size_t check = 0;            // left out: check tasks
  bool sampled = false;             // there are more than were replayed
  std::vector<CostPoint> same;      // at most 1, 2, … of each
  std::vector<CostPoint> adaptive;  // as many in all at most, where they pay
};

// Of tasks with `most` judgments in all.
Result<CostCurve> cost_curve(const QuestionFigures& figures, std::size_t most = kMaxCostJudgments);

}  // namespace guildhall::room
