#include "room/quality/cost.h"

#include <algorithm>

#include "quality/overlap/replay.h"
#include "quality/seeded.h"

namespace guildhall::room {
namespace {

using quality::Index;
using quality::Label;

constexpr std::uint64_t kCostSeed = 1;
constexpr double kCostStep = 0.2;  // belief is renewed after so many of the tasks

constexpr double kLessThanBudget = 1e-9;

struct Sample {
  std::vector<Index> items;  // of the whole
  std::size_t most = 0;      // judgments of one
  quality::Columns columns;  // items numbered anew
};

// Tasks in an order that the seed decides, until the judgments are as many as may be.
Sample sample_of(const QuestionFigures& figures, std::size_t most, CostCurve& out) {
  const auto& all = *figures.judgments;
  std::vector<Index> fit;
  for (Index item = 0; item < all.items(); ++item) {
    auto given = all.of_item(item).size();
    if (figures.data.gold[item] != quality::kNoLabel) {
      ++out.check;
    } else if (given < 2) {
      ++out.single;
    } else {
      fit.push_back(item);
    }
  }
  quality::Seeded chance(kCostSeed);
  for (std::size_t left = fit.size(); left > 1; --left) {
    std::swap(fit[left - 1], fit[chance.below(left)]);
  }
  Sample sample;
  for (Index item : fit) {
    auto votes = all.of_item(item);
    if (sample.columns.item.size() + votes.size() > most) {
      out.sampled = true;
      continue;
    }
    for (std::size_t i = 0; i < votes.size(); ++i) {
      sample.columns.item.push_back(static_cast<Index>(sample.items.size()));
      sample.columns.worker.push_back(votes.other[i]);
      sample.columns.label.push_back(votes.label[i]);
    }
    sample.items.push_back(item);
    sample.most = std::max(sample.most, votes.size());
  }
  return sample;
}

CostPoint point_of(const QuestionFigures& figures, const Sample& sample,
                   const quality::Replay& replay) {
  double right = 0;
  for (std::size_t i = 0; i < sample.items.size(); ++i) {
    right += figures.truth.of_item(sample.items[i], figures.judgments->classes())[replay.labels[i]];
  }
  auto tasks = static_cast<double>(sample.items.size());
  return {static_cast<double>(replay.judgments) / tasks, right / tasks};
}

}  // namespace

Result<CostCurve> cost_curve(const QuestionFigures& figures, std::size_t most) {
  CostCurve out;
  auto sample = sample_of(figures, most, out);
  out.tasks = sample.items.size();
  out.judgments = sample.columns.item.size();
  if (out.tasks == 0) return out;
  const auto& all = *figures.judgments;
  auto judgments = TRY(quality::Judgments::make(sample.columns, static_cast<Index>(out.tasks),
                                                all.workers(), all.classes()));
  for (std::size_t n = 1; n <= std::min(sample.most, kMaxCostPoints); ++n) {
    quality::ReplayOptions same{.seed = kCostSeed};
    same.rules.floor = same.rules.ceiling = static_cast<int>(n);
    out.same.push_back(point_of(figures, sample, TRY(quality::replay(judgments, {}, same))));
    // What was not bound by the budget before is what a larger one gives.
    if (n > 1 && out.adaptive.back().judgments < static_cast<double>(n - 1) - kLessThanBudget) {
      out.adaptive.push_back(out.adaptive.back());
      continue;
    }
    quality::ReplayOptions adaptive{.budget = static_cast<double>(n), .step = kCostStep};
    adaptive.seed = kCostSeed;
    adaptive.rules.floor = 1;
    adaptive.rules.ceiling = static_cast<int>(sample.most);
    out.adaptive.push_back(
        point_of(figures, sample, TRY(quality::replay(judgments, {}, adaptive))));
  }
  return out;
}

}  // namespace guildhall::room
