#include "quality/truth/auto.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "quality/parallel.h"
#include "quality/seeded.h"
#include "quality/truth/glad.h"
#include "quality/truth/hierarchical.h"
#include "quality/truth/m_msr.h"
#include "quality/truth/mace.h"
#include "quality/truth/messages.h"
#include "quality/truth/one_coin.h"
#include "quality/truth/wawa.h"

namespace guildhall::quality {
namespace {

constexpr std::size_t kManyJudgments = 200'000;  // of which one fold and fewer models tell enough
constexpr double kMostVotes = 20;  // of an item: chance differences decide nothing by their number
constexpr double kSpread = 2;      // standard errors that a difference must exceed
constexpr Index kPairedInAuto = 1'000;  // people; M-MSR takes their square
constexpr Stopping kAutoStopping = {1e-4, 200};

Result<Truth> mace_in_auto(const Judgments& judgments, Gold gold, bool learn_prior) {
  MaceOptions options;
  options.starts = 1;
  options.learn_prior = learn_prior;
  options.stopping = kAutoStopping;
  return mace(judgments, gold, options);
}

struct AutoModel {
  std::string_view name;
  bool likelihood;  // its posterior comes from one, and can be tempered
  bool large;       // it runs on many judgments too
  Result<Truth> (*run)(const Judgments&, Gold);
};

// One for each view of what people do: a matrix each; know or guess by habit, with learned or even
// classes; a coin each; ability against difficulty; agreement in pairs; agreement with the
// majority.
constexpr AutoModel kAutoModels[] = {
    {"hierarchical", true, true,
     [](const Judgments& judgments, Gold gold) {
       HierarchicalOptions options;
       options.stopping = kAutoStopping;
       return hierarchical(judgments, gold, options);
     }},
    {"mace-prior", true, true,
     [](const Judgments& judgments, Gold gold) { return mace_in_auto(judgments, gold, true); }},
    {"one-coin-even", true, true,
     [](const Judgments& judgments, Gold gold) {
       OneCoinOptions options;
       options.right = 2;  // nobody is certain, nobody is worse than a guess for one slip
       options.wrong = 1;
       options.prior = 1;
       options.learn_prior = false;
       options.stopping = kAutoStopping;
       return one_coin(judgments, gold, options);
     }},
    {"wawa", false, true,
     [](const Judgments& judgments, Gold gold) { return wawa(judgments, gold); }},
    {"mace", true, false,
     [](const Judgments& judgments, Gold gold) { return mace_in_auto(judgments, gold, false); }},
    {"glad", true, false,
     [](const Judgments& judgments, Gold gold) {
       GladOptions options;
       options.stopping = {1e-3, 60};
       return glad(judgments, gold, options);
     }},
    {"m-msr", true, false,
     [](const Judgments& judgments, Gold gold) { return m_msr(judgments, gold); }},
};

struct Split {
  Columns shown;
  Columns hidden;
};

Split split_of(const Judgments& judgments, std::uint64_t seed, std::uint64_t fold) {
  Split split;
  for (Index item = 0; item < judgments.items(); ++item) {
    auto votes = judgments.of_item(item);
    for (std::size_t v = 0; v < votes.size(); ++v) {
      Seeded draw(seed, std::uint64_t{item} << 32U | votes.other[v]);
      auto& into = draw.below(10) == fold % 10 ? split.hidden : split.shown;
      into.item.push_back(item);
      into.worker.push_back(votes.other[v]);
      into.label.push_back(votes.label[v]);
    }
  }
  return split;
}

double probability_of(const Truth& truth, std::size_t classes, Index item, Index worker,
                      Label label) {
  const double coin = std::clamp(truth.skill[worker], 0.01, 0.99);
  const double slip = (1 - coin) / std::max(1.0, static_cast<double>(classes) - 1);
  double sum = 0;
  for (std::size_t k = 0; k < classes; ++k) {
    const double is =
        truth.confusion.empty()
            ? (k == label ? coin : slip)
            : static_cast<double>(truth.confusion[(worker * classes + k) * classes + label]);
    sum += truth.posterior[item * classes + k] * is;
  }
  return sum;
}

// Log likelihoods of hidden judgments: one column a candidate, all of the same length.
using Predicted = std::vector<std::vector<double>>;

// Of the fold's hidden judgments, those of items that still have a vote and no known label.
Result<> predict(const Judgments& judgments, Gold gold, const Split& split,
                 std::span<const AutoModel> models, Predicted& predicted) {
  constexpr double kLeast = 1e-6;  // no hidden judgment says more than this against a model
  auto shown = TRY(
      Judgments::make(split.shown, judgments.items(), judgments.workers(), judgments.classes()));
  for (std::size_t m = 0; m < models.size(); ++m) {
    auto truth = TRY(models[m].run(shown, gold));
    for (std::size_t h = 0; h < split.hidden.item.size(); ++h) {
      const Index item = split.hidden.item[h];
      if (shown.of_item(item).size() == 0 || gold_of(gold, item) != kNoLabel) continue;
      const double p = probability_of(truth, judgments.classes(), item, split.hidden.worker[h],
                                      split.hidden.label[h]);
      predicted[m].push_back(std::log(std::max(p, kLeast)));
    }
  }
  return {};
}

// How much better `best` predicts than `other`, less what may be chance: kSpread standard errors
// of the mean of the paired differences.
double surely_better(const std::vector<double>& best, const std::vector<double>& other) {
  double sum = 0;
  double square = 0;
  for (std::size_t h = 0; h < best.size(); ++h) {
    const double gain = best[h] - other[h];
    sum += gain;
    square += gain * gain;
  }
  const double n = static_cast<double>(best.size());
  const double mean = sum / n;
  const double error = std::sqrt(std::max(0.0, square / n - mean * mean) / n);
  return std::max(0.0, mean - kSpread * error);
}

void weigh(const Judgments& judgments, const Predicted& predicted, Chosen& chosen) {
  double judged = 0;
  for (Index item = 0; item < judgments.items(); ++item) {
    judged += judgments.of_item(item).size() > 0 ? 1 : 0;
  }
  const double votes = static_cast<double>(judgments.size()) / std::max(judged, 1.0);
  const double strength =
      std::min(votes, kMostVotes) / (chosen.design_effect * chosen.design_effect);
  chosen.hidden = predicted[0].size();
  std::size_t best = 0;
  for (std::size_t m = 0; m < predicted.size() && chosen.hidden > 0; ++m) {
    double sum = 0;
    for (double one : predicted[m]) sum += one;
    chosen.candidates[m].held_out = sum / static_cast<double>(chosen.hidden);
    if (chosen.candidates[m].held_out > chosen.candidates[best].held_out) best = m;
  }
  double sum = 0;
  for (std::size_t m = 0; m < predicted.size(); ++m) {
    const double gain = chosen.hidden > 0 ? surely_better(predicted[best], predicted[m]) : 0;
    sum += chosen.candidates[m].weight = std::exp(-strength * gain);
  }
  for (auto& one : chosen.candidates) one.weight /= sum;
}

// Adds weight × the posterior to the power of 1/temper.
void add_tempered(const Judgments& judgments, Gold gold, const Truth& from, double temper,
                  double weight, Truth& into) {
  const std::size_t classes = judgments.classes();
  in_blocks(judgments.items(), block_count(judgments.items()), [&](Block block) {
    std::vector<double> row(classes);
    for (auto item = block.from; item < block.to; ++item) {
      const double* is = from.posterior.data() + item * classes;
      std::copy_n(is, classes, row.begin());
      if (temper > 1 && gold_of(gold, static_cast<Index>(item)) == kNoLabel) {
        const double most = *std::ranges::max_element(row);
        double sum = 0;
        for (double& one : row) sum += one = std::pow(one / most, 1 / temper);
        for (double& one : row) one /= sum;
      }
      double* to = into.posterior.data() + item * classes;
      for (std::size_t k = 0; k < classes; ++k) to[k] += weight * row[k];
    }
  });
  for (std::size_t k = 0; k < classes; ++k) into.prior[k] += weight * from.prior[k];
  for (std::size_t w = 0; w < into.skill.size(); ++w) into.skill[w] += weight * from.skill[w];
}

// Rows of the sum to 1 exactly, however the weights were rounded: what is known stays certain.
void normalise_rows(std::vector<double>& posterior, std::size_t classes) {
  for (std::size_t at = 0; classes > 0 && at < posterior.size(); at += classes) {
    double sum = 0;
    for (std::size_t k = 0; k < classes; ++k) sum += posterior[at + k];
    for (std::size_t k = 0; k < classes; ++k) posterior[at + k] /= sum;
  }
}

std::string reason_of(const Chosen& chosen) {
  if (chosen.hidden == 0) {
    return "No judgment could be hidden and predicted, so all models weigh the same.";
  }
  const auto& first = chosen.candidates[0];
  return fmt::format(
      "{} predicts {} hidden judgments best: {:.4f} nats each, {:.4f} better than {}. "
      "People err together as if an item had {:.1f} times fewer votes; {} weighs {:.0f} % in the "
      "result.",
      first.name, chosen.hidden, first.held_out, chosen.margin, chosen.candidates[1].name,
      chosen.design_effect, first.name, 100 * first.weight);
}

}  // namespace

double design_effect(const Judgments& judgments, const Truth& truth) {
  if (truth.confusion.empty()) return 1;
  const std::size_t classes = judgments.classes();
  const std::size_t blocks = block_count(judgments.items(), 256);
  struct Sums {
    double seen = 0;
    double expected = 0;
  };
  std::vector<Sums> sums(blocks);
  in_blocks(judgments.items(), blocks, [&](Block block) {
    std::vector<double> off(classes);
    auto& own = sums[block.number];
    for (auto item = block.from; item < block.to; ++item) {
      auto votes = judgments.of_item(static_cast<Index>(item));
      if (votes.size() < 2) continue;
      for (std::size_t k = 0; k < classes; ++k) {
        const double is = truth.posterior[item * classes + k];
        if (is < 1e-3) continue;
        std::ranges::fill(off, 0);
        double variance = 0;
        for (std::size_t v = 0; v < votes.size(); ++v) {
          const float* row = truth.confusion.data() + (votes.other[v] * classes + k) * classes;
          off[votes.label[v]] += 1;
          for (std::size_t l = 0; l < classes; ++l) {
            const auto p = static_cast<double>(row[l]);
            off[l] -= p;
            variance += p * (1 - p);
          }
        }
        own.expected += is * variance;
        for (double one : off) own.seen += is * one * one;
      }
    }
  });
  Sums all;
  for (const auto& own : sums) {
    all.seen += own.seen;
    all.expected += own.expected;
  }
  return all.expected > 0 ? std::max(1.0, all.seen / all.expected) : 1;
}

Result<Chosen> choose(const Judgments& judgments, Gold gold, const AutoOptions& options) {
  TRY(check_gold(judgments, gold));
  std::vector<AutoModel> models(std::begin(kAutoModels), std::end(kAutoModels));
  const bool large = judgments.size() > kManyJudgments;
  std::erase_if(models, [&](const AutoModel& model) {
    return (large && !model.large) ||
           (model.name == "m-msr" && judgments.workers() > kPairedInAuto);
  });
  Chosen chosen;
  for (const auto& model : models) chosen.candidates.push_back({model.name, 0, 0});
  Predicted predicted(models.size());
  const int folds = judgments.classes() < 2 ? 0 : large ? 1 : options.folds;
  for (int fold = 0; fold < folds; ++fold) {
    auto split = split_of(judgments, options.seed, static_cast<std::uint64_t>(fold));
    TRY(predict(judgments, gold, split, models, predicted));
  }
  chosen.truth.posterior.assign(std::size_t{judgments.items()} * judgments.classes(), 0);
  chosen.truth.prior.assign(judgments.classes(), 0);
  chosen.truth.skill.assign(judgments.workers(), 0);
  for (std::size_t m = 0; m < models.size(); ++m) {
    auto truth = TRY(models[m].run(judgments, gold));
    if (m == 0) {  // hierarchical: what the weights need, and the matrices
      chosen.design_effect = design_effect(judgments, truth);
      weigh(judgments, predicted, chosen);
      chosen.truth.confusion = std::move(truth.confusion);
    }
    add_tempered(judgments, gold, truth, models[m].likelihood ? chosen.design_effect : 1,
                 chosen.candidates[m].weight, chosen.truth);
    chosen.truth.sweeps += truth.sweeps;
    chosen.truth.converged = chosen.truth.converged && truth.converged;
  }
  normalise_rows(chosen.truth.posterior, judgments.classes());
  std::ranges::sort(chosen.candidates, [](const Candidate& a, const Candidate& b) {
    return a.held_out != b.held_out ? a.held_out > b.held_out : a.name < b.name;
  });
  chosen.margin = chosen.candidates[0].held_out - chosen.candidates[1].held_out;
  chosen.truth.objective = chosen.candidates[0].held_out;
  chosen.why = reason_of(chosen);
  return chosen;
}

Result<Truth> automatic(const Judgments& judgments, Gold gold) {
  auto chosen = TRY(choose(judgments, gold));
  return std::move(chosen.truth);
}

}  // namespace guildhall::quality
