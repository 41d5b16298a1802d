#include "quality/overlap/belief.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "quality/parallel.h"

namespace guildhall::quality {
namespace {

constexpr double kBeliefClose = 1e-4;  // no posterior moves by more: it has settled

// The fixed point's state: what a vote says, worker by worker.
class BeliefSweeps {
 public:
  BeliefSweeps(const Judgments& judgments, Gold gold, const BeliefOptions& options)
      : judgments_(judgments),
        gold_(gold),
        options_(options),
        classes_(judgments.classes()),
        wrongs_(judgments.classes() - 1.0),
        rows_(classes_ > 1 && classes_ <= kBeliefRowClasses),
        log_prior_(classes_, -std::log(std::max(wrongs_ + 1, 1.0))),
        says_(judgments.workers() * (rows_ ? classes_ * classes_ : 2)) {
    belief_.truth.posterior.resize(judgments.items() * classes_);
    belief_.right.resize(judgments.workers());
    belief_.wrong.resize(judgments.workers());
    if (rows_) belief_.truth.confusion.resize(says_.size());
    meet_gold();
  }

  Belief run() {
    weigh_workers(false);
    auto& truth = belief_.truth;
    for (truth.converged = false; truth.sweeps < kBeliefSweeps && !truth.converged;) {
      ++truth.sweeps;
      truth.converged = weigh_items() <= kBeliefClose;
      weigh_workers(true);
    }
    truth.skill.resize(judgments_.workers());
    for (Index w = 0; w < judgments_.workers(); ++w) truth.skill[w] = skill_of(w);
    return std::move(belief_);
  }

 private:
  // How often gold was met moves the mean of the skill prior, not its strength.
  void meet_gold() {
    double met = 0;
    for (Index item = 0; item < judgments_.items(); ++item) {
      Label known = gold_of(gold_, item);
      if (known == kNoLabel) continue;
      auto votes = judgments_.of_item(item);
      belief_.gold_judgments += votes.size();
      met += static_cast<double>(std::ranges::count(votes.label, known));
    }
    double strength = options_.right + options_.wrong;
    double mean = (options_.right + met) / (strength + static_cast<double>(belief_.gold_judgments));
    options_.right = strength * mean;
    options_.wrong = strength * (1 - mean);
  }

  // Sets the posteriors of items and the class prior; gives the largest change of a posterior.
  double weigh_items() {
    auto blocks = block_count(judgments_.items());
    struct Sums {
      std::vector<double> classes;
      double evidence = 0;
      double change = 0;
    };
    std::vector<Sums> sums(blocks, {std::vector<double>(classes_), 0, 0});
    in_blocks(judgments_.items(), blocks, [&](Block block) {
      auto& sum = sums[block.number];
      std::vector<double> row(classes_);
      for (auto item = static_cast<Index>(block.from); item < block.to; ++item) {
        sum.evidence += weigh_item(item, row);
        for (std::size_t t = 0; t < classes_; ++t) {
          double& old = belief_.truth.posterior[std::size_t{item} * classes_ + t];
          sum.change = std::max(sum.change, std::abs(row[t] - old));
          old = row[t];
          sum.classes[t] += row[t];
        }
      }
    });
    double change = 0;
    belief_.truth.objective = 0;
    belief_.truth.prior.assign(classes_, options_.prior);
    for (const auto& sum : sums) {
      change = std::max(change, sum.change);
      belief_.truth.objective += sum.evidence;
      for (std::size_t t = 0; t < classes_; ++t) belief_.truth.prior[t] += sum.classes[t];
    }
    double all = judgments_.items() + options_.prior * (wrongs_ + 1);
    for (std::size_t t = 0; t < classes_; ++t) {
      belief_.truth.prior[t] /= all;
      log_prior_[t] = std::log(belief_.truth.prior[t]);
    }
    return change;
  }

  // The posterior of one item into `row`; gives its log evidence.
  double weigh_item(Index item, std::vector<double>& row) const {
    row = log_prior_;
    auto votes = judgments_.of_item(item);
    for (std::size_t j = 0; j < votes.size(); ++j) add_vote(votes.other[j], votes.label[j], row);
    if (Label known = gold_of(gold_, item); known != kNoLabel) {
      double evidence = row[known];
      std::ranges::fill(row, 0.0);
      row[known] = 1;
      return evidence;
    }
    double top = *std::ranges::max_element(row);
    double sum = 0;
    for (double& one : row) sum += one = std::exp(one - top);
    for (double& one : row) one /= sum;
    return top + std::log(sum);
  }

  void add_vote(Index worker, Label label, std::vector<double>& row) const {
    if (classes_ < 2) return;
    if (!rows_) {
      double wrong = says_[worker * 2 + 1];
      for (double& one : row) one += wrong;
      row[label] += says_[worker * 2] - wrong;
      return;
    }
    const double* says = &says_[std::size_t{worker} * classes_ * classes_ + label];
    for (std::size_t t = 0; t < classes_; ++t) row[t] += says[t * classes_];
  }

  void weigh_workers(bool judged) {
    auto workers = judgments_.workers();
    in_blocks(workers, block_count(workers, 64), [&](Block block) {
      std::vector<double> counts(rows_ ? classes_ * classes_ : 0);
      for (auto worker = static_cast<Index>(block.from); worker < block.to; ++worker) {
        weigh_worker(worker, judged ? judgments_.of_worker(worker) : Votes{}, counts);
      }
    });
  }

  void weigh_worker(Index worker, Votes votes, std::vector<double>& counts) {
    double right = 0;
    std::ranges::fill(counts, 0.0);
    for (std::size_t j = 0; j < votes.size(); ++j) {
      const double* post = &belief_.truth.posterior[std::size_t{votes.other[j]} * classes_];
      right += post[votes.label[j]];
      for (std::size_t t = 0; rows_ && t < classes_; ++t) {
        counts[t * classes_ + votes.label[j]] += post[t];
      }
    }
    double a = belief_.right[worker] = options_.right + right;
    // Sums of posteriors may fall short of what they stand for by a rounding.
    double b = belief_.wrong[worker] =
        options_.wrong + std::max(0.0, static_cast<double>(votes.size()) - right);
    if (classes_ < 2) return;
    if (rows_) return set_rows(worker, a / (a + b), counts);
    says_[std::size_t{worker} * 2] = std::log(a / (a + b));
    says_[std::size_t{worker} * 2 + 1] = std::log(b / (a + b) / wrongs_);
  }

  void set_rows(Index worker, double skill, const std::vector<double>& counts) {
    for (std::size_t t = 0; t < classes_; ++t) {
      auto at = (worker * std::size_t{classes_} + t) * classes_;
      double seen = options_.row;
      for (std::size_t l = 0; l < classes_; ++l) seen += counts[t * classes_ + l];
      for (std::size_t l = 0; l < classes_; ++l) {
        double drawn = options_.row * (t == l ? skill : (1 - skill) / wrongs_);
        double count = drawn + counts[t * classes_ + l];
        says_[at + l] = std::log(count / seen);
        belief_.truth.confusion[at + l] = static_cast<float>(count / seen);
      }
    }
  }

  double skill_of(Index worker) const {
    if (!rows_) return belief_.right[worker] / (belief_.right[worker] + belief_.wrong[worker]);
    double skill = 0;
    for (std::size_t t = 0; t < classes_; ++t) {
      auto at = (worker * std::size_t{classes_} + t) * classes_ + t;
      skill += belief_.truth.prior[t] * static_cast<double>(belief_.truth.confusion[at]);
    }
    return std::clamp(skill, 0.0, 1.0);
  }

  const Judgments& judgments_;
  Gold gold_;
  BeliefOptions options_;
  std::size_t classes_;
  double wrongs_;  // classes beside the right one
  bool rows_;
  std::vector<double> log_prior_;
  std::vector<double> says_;  // log P(label | truth): a worker's rows, or its right and wrong
  Belief belief_;
};

}  // namespace

Result<Belief> believe(const Judgments& judgments, Gold gold, const BeliefOptions& options) {
  auto refuse = [](const char* what) { return fail(Fault::invalid, "quality-input", what); };
  if (judgments.classes() == 0 && judgments.items() > 0) return refuse("There is no class.");
  if (!gold.empty() && gold.size() != judgments.items()) {
    return refuse("There are not as many known labels as items.");
  }
  for (Label known : gold) {
    if (known != kNoLabel && known >= judgments.classes()) {
      return refuse("A known label is of a class that there is not.");
    }
  }
  for (double count : {options.right, options.wrong, options.row, options.prior}) {
    if (!(count > 0 && count < 1e12)) return refuse("The counts of a prior are positive numbers.");
  }
  return BeliefSweeps(judgments, gold, options).run();
}

}  // namespace guildhall::quality
