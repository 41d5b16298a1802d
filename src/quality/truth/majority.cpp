#include "quality/truth/majority.h"

#include <algorithm>

#include "quality/parallel.h"
#include "quality/truth/messages.h"

namespace guildhall::quality {
namespace {

// Votes with their weights, summed by class; each row divided by its sum.
void count_votes(const Judgments& judgments, Gold gold, std::span<const double> weight,
                 Truth& truth) {
  const std::size_t classes = judgments.classes();
  truth.posterior.assign(classes * judgments.items(), 0);
  in_blocks(judgments.items(), block_count(judgments.items()), [&](Block block) {
    for (auto item = block.from; item < block.to; ++item) {
      auto votes = judgments.of_item(static_cast<Index>(item));
      double* row = truth.posterior.data() + item * classes;
      double sum = 0;
      auto add = [&](std::size_t v, double one) {
        row[votes.label[v]] += one;
        sum += one;
      };
      if (Label known = gold_of(gold, static_cast<Index>(item)); known != kNoLabel) {
        row[known] = 1;
        continue;
      }
      for (std::size_t v = 0; v < votes.size(); ++v) {
        add(v, weight.empty() ? 1 : std::max(0.0, weight[votes.other[v]]));
      }
      if (sum <= 0) {
        std::fill_n(row, classes, 0.0);
        for (std::size_t v = 0; v < votes.size(); ++v) add(v, 1);
      }
      for (std::size_t k = 0; k < classes; ++k) row[k] = sum > 0 ? row[k] / sum : truth.prior[k];
    }
  });
}

}  // namespace

std::vector<double> agreement_with(const Judgments& judgments, std::span<const Label> labels,
                                   double unknown) {
  std::vector<double> agreement(judgments.workers(), unknown);
  for (Index worker = 0; worker < judgments.workers(); ++worker) {
    auto votes = judgments.of_worker(worker);
    double all = 0;
    double same = 0;
    for (std::size_t v = 0; v < votes.size(); ++v) {
      Label label = labels[votes.other[v]];
      if (label == kNoLabel) continue;
      all += 1;
      same += label == votes.label[v] ? 1 : 0;
    }
    if (all > 0) agreement[worker] = same / all;
  }
  return agreement;
}

Result<Truth> weighted_majority(const Judgments& judgments, Gold gold,
                                std::span<const double> weight) {
  TRY(check_gold(judgments, gold));
  const std::size_t classes = judgments.classes();
  Truth truth;
  truth.sweeps = 1;
  truth.prior.assign(classes, judgments.size() > 0 ? 0 : 1 / static_cast<double>(classes));
  for (Index worker = 0; worker < judgments.workers(); ++worker) {
    for (Label label : judgments.of_worker(worker).label) truth.prior[label] += 1;
  }
  if (judgments.size() > 0) {
    for (double& share : truth.prior) share /= static_cast<double>(judgments.size());
  }
  count_votes(judgments, gold, weight, truth);
  auto labels = labels_of(truth, judgments.items(), judgments.classes());
  double agreed = 0;
  truth.skill = agreement_with(judgments, labels, -1);
  for (Index w = 0; w < judgments.workers(); ++w) {
    agreed += std::max(0.0, truth.skill[w]) * static_cast<double>(judgments.of_worker(w).size());
  }
  double mean = judgments.size() > 0 ? agreed / static_cast<double>(judgments.size()) : 1;
  std::ranges::replace(truth.skill, -1.0, mean);
  return truth;
}

Result<Truth> majority(const Judgments& judgments, Gold gold) {
  return weighted_majority(judgments, gold, {});
}

}  // namespace guildhall::quality
