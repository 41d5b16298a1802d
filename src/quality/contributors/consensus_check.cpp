#include "quality/contributors/consensus_check.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "quality/contributors/draws.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

constexpr std::uint64_t kFoldStream = 50u << 20;
// Before gold: on public sets consensus is wrong in about 3 of 100 judgments more than it thinks.
constexpr double kOptimisticBefore = 1;
constexpr double kSoberBefore = 30;

// P(X <= found) for X ~ Binomial(n, p), by the normal approximation with continuity.
double binomial_below(double found, double n, double p) {
  double sd = std::sqrt(std::max(n * p * (1 - p), 0.25));
  return 0.5 * std::erfc(-(found + 0.5 - n * p) / sd / std::sqrt(2.0));
}

struct GoldScore {
  double expected = 0;
  double found = 0;
};

// What the model, given the gold of the other fold, makes of this fold's.
GoldScore ask_fold(const Judgments& judgments, Gold gold, const std::vector<char>& fold,
                   char hidden, std::uint64_t seed) {
  std::vector<Label> shown(gold.begin(), gold.end());
  for (std::size_t item = 0; item < shown.size(); ++item) {
    if (fold[item] == hidden) shown[item] = kNoLabel;
  }
  DrawOptions options;
  options.seed = seed;
  options.burn_in = 60;
  options.kept = 60;
  auto drawn = draw_truths(judgments, shown, options, [](std::span<const Label>) {});
  GoldScore score;
  for (std::size_t item = 0; item < shown.size(); ++item) {
    if (fold[item] != hidden) continue;
    auto row = std::span(drawn.posterior).subspan(item * judgments.classes(), judgments.classes());
    auto most = std::ranges::max_element(row);
    score.expected += *most;
    score.found += most - row.begin() == gold[item] ? 1 : 0;
  }
  return score;
}

}  // namespace

ConsensusCheck check_consensus(const Judgments& judgments, Gold gold, std::uint64_t seed) {
  ConsensusCheck check;
  check.optimistic = kOptimisticBefore;
  check.sober = kSoberBefore;
  std::vector<char> fold(gold.size(), 0);
  std::vector<double> frequency(judgments.classes(), 0);
  for (Index item = 0; item < gold.size(); ++item) {
    if (gold[item] == kNoLabel || judgments.of_item(item).size() == 0) continue;
    fold[item] = Seeded(seed, kFoldStream, item).uniform() < 0.5 ? 1 : 2;
    ++check.gold_items;
    frequency[gold[item]] += 1;
  }
  if (check.gold_items > 0) {
    double n = check.gold_items;
    auto first = ask_fold(judgments, gold, fold, 1, seed);
    auto second = ask_fold(judgments, gold, fold, 2, seed);
    double expected = first.expected + second.expected;
    double found = first.found + second.found;
    check.expected = expected / n;
    check.found = found / n;
    check.guessing = *std::ranges::max_element(frequency) / n;
    check.optimistic += std::max(expected - found, 0.0);
    check.sober += found;
    // Both: less than it promised beyond chance, and of no use.
    bool broken = binomial_below(found, n, check.expected) < 0.01;
    check.believed = !broken || check.found > check.guessing;
  }
  check.optimism = check.optimistic / (check.optimistic + check.sober);
  double k = std::max<double>(judgments.classes(), 2);
  double kept = std::max(1 - check.optimism * k / (k - 1), 0.0);
  check.weight = check.believed ? kept * kept : 0;
  return check;
}

}  // namespace guildhall::quality
