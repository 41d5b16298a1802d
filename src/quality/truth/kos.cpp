#include "quality/truth/kos.h"

#include <algorithm>
#include <cmath>

#include "quality/truth/majority.h"

namespace guildhall::quality {
namespace {

// A message each way for each judgment, both in the order of the items.
class Kos {
 public:
  Kos(const Judgments& judgments, Gold gold)
      : judgments_(judgments), gold_(gold), reliability_(judgments.size(), 1.0) {
    place_.resize(judgments.size());
    auto starts = judgments.item_starts();
    std::vector<std::uint64_t> next(starts.begin(), starts.end() - 1);
    std::size_t at = 0;
    for (Index worker = 0; worker < judgments.workers(); ++worker) {
      for (Index item : judgments.of_worker(worker).other) place_[at++] = next[item]++;
    }
  }

  void round() {
    std::vector<double> leaning(judgments_.size());
    for (Index item = 0; item < judgments_.items(); ++item) {
      auto votes = judgments_.of_item(item);
      const auto from = judgments_.item_starts()[item];
      double sum = 0;
      for (std::size_t v = 0; v < votes.size(); ++v) sum += sign(votes, v) * reliability_[from + v];
      const Label known = gold_of(gold_, item);
      for (std::size_t v = 0; v < votes.size(); ++v) {
        leaning[from + v] = known == kNoLabel ? sum - sign(votes, v) * reliability_[from + v]
                                              : known_leaning(known, votes.size());
      }
    }
    double square = 0;
    for (Index worker = 0; worker < judgments_.workers(); ++worker) {
      auto votes = judgments_.of_worker(worker);
      const auto from = judgments_.worker_starts()[worker];
      double sum = 0;
      for (std::size_t v = 0; v < votes.size(); ++v) {
        sum += sign(votes, v) * leaning[place_[from + v]];
      }
      for (std::size_t v = 0; v < votes.size(); ++v) {
        const double one = sum - sign(votes, v) * leaning[place_[from + v]];
        reliability_[place_[from + v]] = one;
        square += one * one;
      }
    }
    const double size = std::sqrt(square / std::max(1.0, static_cast<double>(judgments_.size())));
    for (double& one : reliability_) one = size > 0 ? one / size : 1;
  }

  void result(Truth& truth) const {
    for (Index item = 0; item < judgments_.items(); ++item) {
      auto votes = judgments_.of_item(item);
      if (votes.size() == 0 || gold_of(gold_, item) != kNoLabel) continue;
      const auto from = judgments_.item_starts()[item];
      double sum = 0;
      double all = 0;
      for (std::size_t v = 0; v < votes.size(); ++v) {
        sum += sign(votes, v) * reliability_[from + v];
        all += std::abs(reliability_[from + v]);
      }
      const double first = all > 0 ? (1 + sum / all) / 2 : 0.5;
      truth.posterior[item * std::size_t{2}] = first;
      truth.posterior[item * std::size_t{2} + 1] = 1 - first;
    }
  }

 private:
  static double sign(Votes votes, std::size_t v) { return votes.label[v] == 0 ? 1 : -1; }
  static double known_leaning(Label known, std::size_t votes) {
    return (known == 0 ? 1 : -1) * static_cast<double>(votes);
  }

  const Judgments& judgments_;
  Gold gold_;
  std::vector<double> reliability_;
  std::vector<std::uint64_t> place_;  // of a worker's judgment among the items'
};

}  // namespace

Result<Truth> kos(const Judgments& judgments, Gold gold, int rounds) {
  auto truth = TRY(majority(judgments, gold));
  if (judgments.classes() > 2) {
    return fail(Fault::invalid, "quality-input", "KOS is for questions with two classes.");
  }
  if (judgments.classes() < 2 || judgments.size() == 0) return truth;
  Kos graph(judgments, gold);
  for (int round = 0; round < rounds; ++round) graph.round();
  graph.result(truth);
  truth.sweeps = rounds;
  auto labels = labels_of(truth, judgments.items(), judgments.classes());
  truth.skill = agreement_with(judgments, labels, 0.5);
  return truth;
}

}  // namespace guildhall::quality
