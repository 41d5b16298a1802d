#include "quality/truth/m_msr.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "quality/truth/majority.h"

namespace guildhall::quality {
namespace {

struct Pair {
  Index other;
  float together;  // items that both have judged
  float product;   // of what the two know, by their agreement
};

// For each person, the others with whom there is an item.
std::vector<std::vector<Pair>> pairs_of(const Judgments& judgments) {
  const double classes = judgments.classes();
  std::vector<std::vector<Pair>> pairs(judgments.workers());
  std::vector<float> together(judgments.workers());
  std::vector<float> same(judgments.workers());
  for (Index worker = 0; worker < judgments.workers(); ++worker) {
    std::ranges::fill(together, 0.0F);
    std::ranges::fill(same, 0.0F);
    auto mine = judgments.of_worker(worker);
    for (std::size_t v = 0; v < mine.size(); ++v) {
      auto votes = judgments.of_item(mine.other[v]);
      for (std::size_t u = 0; u < votes.size(); ++u) {
        together[votes.other[u]] += 1;
        same[votes.other[u]] += votes.label[u] == mine.label[v] ? 1.0F : 0.0F;
      }
    }
    for (Index other = 0; other < judgments.workers(); ++other) {
      if (other == worker || together[other] <= 0) continue;
      const double agree = static_cast<double>(same[other] / together[other]);
      pairs[worker].push_back(
          {other, together[other], static_cast<float>((agree * classes - 1) / (classes - 1))});
    }
  }
  return pairs;
}

struct Said {
  double value;
  double weight;
};

// The mean of what the others say, without `trimmed` of the weight at each end.
double trimmed_mean(std::vector<Said>& said, double trimmed, double before) {
  std::ranges::sort(said, {}, &Said::value);
  double all = 0;
  for (const auto& one : said) all += one.weight;
  const double low = all * trimmed;
  const double high = all * (1 - trimmed);
  double passed = 0;
  double sum = 0;
  double weight = 0;
  for (const auto& one : said) {
    const double part = std::min(high, passed + one.weight) - std::max(low, passed);
    passed += one.weight;
    if (part <= 0) continue;
    sum += part * one.value;
    weight += part;
  }
  return weight > 0 ? sum / weight : before;
}

int complete(const std::vector<std::vector<Pair>>& pairs, const MMsrOptions& options, double least,
             double most, std::vector<double>& knows) {
  std::vector<Said> said;
  for (int round = 1; round <= options.rounds; ++round) {
    double moved = 0;
    for (std::size_t w = 0; w < knows.size(); ++w) {
      said.clear();
      for (const auto& pair : pairs[w]) {
        const double other = knows[pair.other];
        if (std::abs(other) < 1e-3) continue;
        said.push_back({static_cast<double>(pair.product) / other,
                        static_cast<double>(pair.together) * other * other});
      }
      const double now = std::clamp(trimmed_mean(said, options.trimmed, knows[w]), least, most);
      moved = std::max(moved, std::abs(now - knows[w]));
      knows[w] = now;
    }
    if (moved < options.tolerance) return round;
  }
  return options.rounds + 1;
}

void vote_by_odds(const Judgments& judgments, Gold gold, const std::vector<double>& odds,
                  Truth& truth) {
  const std::size_t classes = judgments.classes();
  for (Index item = 0; item < judgments.items(); ++item) {
    auto votes = judgments.of_item(item);
    if (votes.size() == 0 || gold_of(gold, item) != kNoLabel) continue;
    auto row = std::span(truth.posterior).subspan(item * classes, classes);
    std::ranges::fill(row, 0);
    for (std::size_t v = 0; v < votes.size(); ++v) row[votes.label[v]] += odds[votes.other[v]];
    const double top = *std::ranges::max_element(row);
    double sum = 0;
    for (double& one : row) sum += one = std::exp(one - top);
    for (double& one : row) one /= sum;
  }
}

}  // namespace

Result<Truth> m_msr(const Judgments& judgments, Gold gold, const MMsrOptions& options) {
  auto truth = TRY(majority(judgments, gold));
  if (judgments.workers() > kMaxPairedWorkers) {
    return fail(Fault::invalid, "quality-input",
                "M-MSR compares everybody with everybody: there are too many people for it.");
  }
  if (judgments.classes() < 2 || judgments.size() == 0) return truth;
  const double classes = judgments.classes();
  const double margin = 1 / std::sqrt(static_cast<double>(judgments.items()));
  const double least = std::min(0.0, -1 / (classes - 1) + margin);
  const double most = std::max(0.5, 1 - margin);
  std::vector<double> knows(judgments.workers());
  for (std::size_t w = 0; w < knows.size(); ++w) {
    knows[w] = std::clamp((truth.skill[w] * classes - 1) / (classes - 1), least, most);
  }
  const int rounds = complete(pairs_of(judgments), options, least, most, knows);
  truth.converged = rounds <= options.rounds;
  truth.sweeps = std::min(rounds, options.rounds);
  std::vector<double> odds(knows.size());
  for (std::size_t w = 0; w < knows.size(); ++w) {
    truth.skill[w] = (knows[w] * (classes - 1) + 1) / classes;
    const double right = std::clamp(truth.skill[w], 1e-6, 1 - 1e-6);
    odds[w] = std::log(right * (classes - 1) / (1 - right));
  }
  vote_by_odds(judgments, gold, odds, truth);
  return truth;
}

}  // namespace guildhall::quality
