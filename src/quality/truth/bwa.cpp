#include "quality/truth/bwa.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "quality/parallel.h"
#include "quality/truth/majority.h"
#include "quality/truth/messages.h"

namespace guildhall::quality {
namespace {

// One class against the rest. `score` comes in as the shares of the votes.
class BwaClass {
 public:
  BwaClass(const Judgments& judgments, Gold gold, Label label, const BwaOptions& options)
      : judgments_(judgments), gold_(gold), label_(label), options_(options) {}

  int run(std::vector<double>& score) {
    double noise = 0;
    for (Index item = 0; item < judgments_.items(); ++item) {
      const auto votes = static_cast<double>(judgments_.of_item(item).size());
      noise += votes * score[item] * (1 - score[item]);
    }
    const double even = 4 * (1 - 1.0 / judgments_.classes());
    noise_ = options_.pseudo * noise / static_cast<double>(judgments_.size()) * even;
    weight_.assign(judgments_.workers(), 1);
    int rounds = 0;
    while (rounds < kMaxTruthSweeps) {
      ++rounds;
      weigh(score);
      if (measure(score) < options_.tolerance) return rounds;
    }
    return rounds + 1;
  }

 private:
  void weigh(const std::vector<double>& score) {
    for (Index worker = 0; worker < judgments_.workers(); ++worker) {
      auto votes = judgments_.of_worker(worker);
      double square = noise_;
      for (std::size_t v = 0; v < votes.size(); ++v) {
        const double off = score[votes.other[v]] - (votes.label[v] == label_ ? 1 : 0);
        square += off * off;
      }
      // All agree on everything: everybody weighs the same, and nothing is divided by 0.
      weight_[worker] =
          (options_.pseudo + static_cast<double>(votes.size())) / std::max(square, 1e-9);
    }
  }

  double measure(std::vector<double>& score) const {
    double mean = 0;
    double judged = 0;
    for (Index item = 0; item < judgments_.items(); ++item) {
      if (judgments_.of_item(item).size() == 0) continue;
      mean += score[item];
      judged += 1;
    }
    mean /= judged;
    double moved = 0;
    for (Index item = 0; item < judgments_.items(); ++item) {
      auto votes = judgments_.of_item(item);
      double sum = options_.prior * mean;
      double all = options_.prior;
      for (std::size_t v = 0; v < votes.size(); ++v) {
        const double weight = weight_[votes.other[v]];
        all += weight;
        sum += votes.label[v] == label_ ? weight : 0;
      }
      double now = sum / all;
      if (Label known = gold_of(gold_, item); known != kNoLabel) now = known == label_ ? 1 : 0;
      moved = std::max(moved, std::abs(now - score[item]));
      score[item] = now;
    }
    return moved;
  }

  const Judgments& judgments_;
  Gold gold_;
  Label label_;
  BwaOptions options_;
  double noise_ = 0;
  std::vector<double> weight_;
};

}  // namespace

Result<Truth> bwa(const Judgments& judgments, Gold gold, const BwaOptions& options) {
  auto truth = TRY(majority(judgments, gold));
  if (judgments.size() == 0) return truth;
  const std::size_t classes = judgments.classes();
  std::vector<int> rounds(classes);
  in_blocks(classes, classes, [&](Block block) {
    const auto label = static_cast<Label>(block.number);
    std::vector<double> score(judgments.items());
    for (std::size_t i = 0; i < score.size(); ++i) score[i] = truth.posterior[i * classes + label];
    rounds[label] = BwaClass(judgments, gold, label, options).run(score);
    for (std::size_t i = 0; i < score.size(); ++i) truth.posterior[i * classes + label] = score[i];
  });
  for (Index item = 0; item < judgments.items(); ++item) {
    double* row = truth.posterior.data() + item * classes;
    double sum = 0;
    for (std::size_t k = 0; k < classes; ++k) sum += row[k] = std::max(0.0, row[k]);
    for (std::size_t k = 0; k < classes; ++k) row[k] = sum > 0 ? row[k] / sum : truth.prior[k];
  }
  truth.sweeps = *std::ranges::max_element(rounds);
  truth.converged = truth.sweeps <= kMaxTruthSweeps;
  truth.sweeps = std::min(truth.sweeps, kMaxTruthSweeps);
  auto labels = labels_of(truth, judgments.items(), judgments.classes());
  truth.skill = agreement_with(judgments, labels, 1.0 / static_cast<double>(classes));
  return truth;
}

}  // namespace guildhall::quality
