#include "quality/agreement/kappa.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "quality/parallel.h"

namespace guildhall::quality {
namespace {

std::unexpected<Error> no_kappa(const char* why) {
  return fail(Fault::invalid, "quality-input", why);
}

constexpr double kCertain = 1 - 1e-12;  // chance agreement from which on there is no coefficient

// How the classes of one item agree: pairs of its judgments, ordered, by weight.
class ItemAgreement {
 public:
  explicit ItemAgreement(const ClassWeights& weights)
      : weights_(weights), count_(weights.classes()) {}

  // Share of the item's ordered pairs that agree; 0 with fewer than two judgments.
  double operator()(std::span<const Label> labels) {
    auto size = static_cast<double>(labels.size());
    if (labels.size() < 2) return 0;
    double agree = 0;
    if (weights_.plain()) {
      for (Label label : labels) agree += 2.0 * count_[label]++;
      for (Label label : labels) count_[label] = 0;
      return agree / (size * (size - 1));
    }
    met_.clear();
    for (Label label : labels) {
      if (count_[label]++ == 0) met_.push_back(label);
    }
    for (Label a : met_) {
      for (Label b : met_) {
        agree += weights_(a, b) * count_[a] * (count_[b] - (a == b ? 1.0 : 0.0));
      }
    }
    for (Label label : met_) count_[label] = 0;
    return agree / (size * (size - 1));
  }

 private:
  const ClassWeights& weights_;
  std::vector<std::uint32_t> count_;
  std::vector<Label> met_;
};

struct Judged {
  std::vector<double> agree;  // an item: share of agreeing pairs
  std::vector<double> share;  // a class: mean over items of its share
  double observed = 0;        // mean of agree over items with two judgments
  std::size_t once = 0;       // items with at least one judgment
  std::size_t twice = 0;      // and with two
  std::size_t judgments = 0;  // of all of these
};

Judged judged(const Judgments& data, const ClassWeights& weights) {
  Judged all;
  all.agree.resize(data.items());
  auto blocks = block_count(data.items(), 8'192, 32);
  std::vector<std::vector<double>> share(blocks);
  in_blocks(data.items(), blocks, [&](Block block) {
    ItemAgreement agreement(weights);
    std::vector<double> mine(data.classes());
    for (auto item = block.from; item < block.to; ++item) {
      auto labels = data.of_item(static_cast<Index>(item)).label;
      all.agree[item] = agreement(labels);
      for (Label label : labels) mine[label] += 1 / static_cast<double>(labels.size());
    }
    share[block.number] = std::move(mine);
  });
  all.share.resize(data.classes());
  for (const auto& mine : share) {
    for (std::size_t c = 0; c < mine.size(); ++c) all.share[c] += mine[c];
  }
  for (Index item = 0; item < data.items(); ++item) {
    auto size = data.of_item(item).size();
    all.once += size > 0 ? 1 : 0;
    all.twice += size > 1 ? 1 : 0;
    all.judgments += size;
    all.observed += all.agree[item];
  }
  for (double& one : all.share) one /= std::max<double>(1, static_cast<double>(all.once));
  all.observed /= std::max<double>(1, static_cast<double>(all.twice));
  return all;
}

// For each class, how one whole item of it would move the chance agreement.
std::vector<double> chance_slope(Kappa kind, const ClassWeights& weights,
                                 std::span<const double> share) {
  std::vector<double> slope(share.size());
  auto classes = static_cast<double>(share.size());
  double gwet = kind == Kappa::gwet ? weights.sum() / (classes * (classes - 1)) : 0;
  for (std::size_t c = 0; c < slope.size(); ++c) {
    if (kind == Kappa::gwet) {
      slope[c] = gwet * (1 - share[c]);
    } else if (weights.plain()) {
      slope[c] = share[c];
    } else {
      for (std::size_t k = 0; k < share.size(); ++k) slope[c] += weights(c, k) * share[k];
    }
  }
  return slope;
}

// Of a coefficient whose chance agreement comes from the classes' shares: Gwet's linearised
// variance.
double linear_error(const Judgments& data, const Judged& seen, std::span<const double> slope,
                    double value, double chance) {
  auto n = static_cast<double>(seen.once);
  if (seen.once < 2) return 0;
  double squares = 0;
  for (Index item = 0; item < data.items(); ++item) {
    auto labels = data.of_item(item).label;
    if (labels.empty()) continue;
    double own = 0;
    if (labels.size() > 1) {
      own = n / static_cast<double>(seen.twice) * (seen.agree[item] - chance) / (1 - chance);
    }
    if (!slope.empty()) {
      double by_chance = 0;
      for (Label label : labels) by_chance += slope[label];
      by_chance /= static_cast<double>(labels.size());
      own -= 2 * (1 - value) * (by_chance - chance) / (1 - chance);
    }
    squares += (own - value) * (own - value);
  }
  return std::sqrt(squares / (n * (n - 1)));
}

// Conger's chance agreement (the mean over pairs of different raters) and each item's part in it.
struct CongerChance {
  double value = 0;
  std::vector<double> influence;  // items
  std::size_t raters = 0;
};

// One rater's shares of the classes that they used.
struct OwnShares {
  std::vector<Label> met;
  std::vector<double> share;  // a class; 0 but for those met

  void fill(Votes votes) {
    for (Label label : met) share[label] = 0;
    met.clear();
    for (Label label : votes.label) {
      if (share[label] == 0) met.push_back(label);
      share[label] += 1 / static_cast<double>(votes.size());
    }
  }
};

CongerChance conger_chance(const Judgments& data, const ClassWeights& weights) {
  CongerChance chance;
  chance.influence.resize(data.items());
  std::vector<double> together(data.classes());
  OwnShares own{{}, std::vector<double>(data.classes())};
  for (Index worker = 0; worker < data.workers(); ++worker) {
    auto votes = data.of_worker(worker);
    if (votes.size() == 0) continue;
    ++chance.raters;
    for (Label label : votes.label) together[label] += 1 / static_cast<double>(votes.size());
  }
  if (chance.raters < 2) return chance;
  std::vector<double> weighed(data.classes());
  for (std::size_t c = 0; c < weighed.size(); ++c) {
    if (weights.plain()) {
      weighed[c] = together[c];
    } else {
      for (std::size_t k = 0; k < weighed.size(); ++k) weighed[c] += weights(c, k) * together[k];
    }
  }
  double pairs = static_cast<double>(chance.raters) * static_cast<double>(chance.raters - 1);
  std::vector<double> others(data.classes());
  for (Index worker = 0; worker < data.workers(); ++worker) {
    auto votes = data.of_worker(worker);
    if (votes.size() == 0) continue;
    own.fill(votes);
    double mean = 0;
    for (Label a : own.met) {
      others[a] = weighed[a];
      if (weights.plain()) {
        others[a] -= own.share[a];
      } else {
        for (Label b : own.met) others[a] -= weights(a, b) * own.share[b];
      }
      mean += own.share[a] * others[a];
    }
    chance.value += mean / pairs;
    double each = 2 / (pairs * static_cast<double>(votes.size()));
    for (std::size_t i = 0; i < votes.size(); ++i) {
      chance.influence[votes.other[i]] += each * (others[votes.label[i]] - mean);
    }
  }
  return chance;
}

Result<Agreement> conger_kappa(const Judgments& data, const ClassWeights& weights,
                               const Judged& seen) {
  auto chance = conger_chance(data, weights);
  if (chance.raters < 2) return no_kappa("Fewer than two people judged.");
  if (chance.value > kCertain) return no_kappa("By chance alone all would agree.");
  Agreement made{0, 0, seen.observed, chance.value, seen.twice, seen.judgments};
  made.value = (seen.observed - chance.value) / (1 - chance.value);
  double sum = 0;
  double squares = 0;
  for (Index item = 0; item < data.items(); ++item) {
    auto size = data.of_item(item).size();
    if (size == 0) continue;
    double own =
        size < 2 ? 0 : (seen.agree[item] - seen.observed) / static_cast<double>(seen.twice);
    double change = (own - (1 - made.value) * chance.influence[item]) / (1 - chance.value);
    sum += change;
    squares += change * change;
  }
  made.error = jackknife_error(sum, squares, seen.once);
  return made;
}

}  // namespace

ClassWeights::ClassWeights(Weighting weighting, std::vector<double> values)
    : weighting_(weighting), values_(std::move(values)) {
  if (values_.empty()) return;
  auto [least, most] = std::ranges::minmax(values_);
  range_ = weighting == Weighting::ordinal ? static_cast<double>(values_.size()) - 1
                                           : most / 2 - least / 2;
}

double ClassWeights::operator()(std::size_t a, std::size_t b) const {
  if (a == b) return 1;
  if (weighting_ == Weighting::none) return 0;
  if (range_ <= 0) return 1;
  if (weighting_ == Weighting::ordinal) {
    double steps = std::abs(static_cast<double>(a) - static_cast<double>(b));
    return 1 - steps * (steps + 1) / (range_ * (range_ + 1));
  }
  double part = std::abs(values_[a] / 2 - values_[b] / 2) / range_;
  if (weighting_ == Weighting::quadratic) return 1 - part * part;
  return 1 - (weighting_ == Weighting::radical ? std::sqrt(part) : part);
}

double ClassWeights::sum() const {
  if (plain()) return static_cast<double>(classes());
  double sum = 0;
  for (std::size_t a = 0; a < classes(); ++a) {
    for (std::size_t b = 0; b < classes(); ++b) sum += (*this)(a, b);
  }
  return sum;
}

double chance_agreement(Kappa kind, const ClassWeights& weights, std::span<const double> share) {
  auto classes = static_cast<double>(share.size());
  if (kind == Kappa::brennan_prediger) return weights.sum() / (classes * classes);
  auto slope = chance_slope(kind, weights, share);
  double chance = 0;
  for (std::size_t c = 0; c < share.size(); ++c) chance += share[c] * slope[c];
  return chance;
}

Result<Agreement> kappa(const Judgments& judgments, Kappa kind, const KappaOptions& options) {
  ClassWeights weights(options.weighting, TRY(class_values(judgments, options.values)));
  auto seen = judged(judgments, weights);
  if (seen.twice == 0) return no_kappa("No item has two judgments.");
  if (kind == Kappa::conger) return conger_kappa(judgments, weights, seen);
  if (judgments.classes() < 2) return no_kappa("There is one class only: nothing to agree about.");
  double chance = chance_agreement(kind, weights, seen.share);
  if (chance > kCertain) return no_kappa("By chance alone all would agree.");
  Agreement made{0, 0, seen.observed, chance, seen.twice, seen.judgments};
  made.value = (seen.observed - chance) / (1 - chance);
  std::vector<double> slope;
  if (kind != Kappa::brennan_prediger) slope = chance_slope(kind, weights, seen.share);
  made.error = linear_error(judgments, seen, slope, made.value, chance);
  return made;
}

Result<Agreement> cohen_kappa(const Judgments& judgments, Index one, Index other,
                              const KappaOptions& options) {
  if (one >= judgments.workers() || other >= judgments.workers()) {
    return no_kappa("There is no such worker.");
  }
  ClassWeights weights(options.weighting, TRY(class_values(judgments, options.values)));
  std::vector<std::pair<Label, Label>> both;
  auto a = judgments.of_worker(one);
  auto b = judgments.of_worker(other);
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a.other[i] == b.other[j]) both.emplace_back(a.label[i], b.label[j]);
    bool forward = a.other[i] <= b.other[j];
    bool back = b.other[j] <= a.other[i];
    i += forward ? 1 : 0;
    j += back ? 1 : 0;
  }
  if (both.empty()) return no_kappa("The two people judged no item both.");
  auto n = static_cast<double>(both.size());
  std::vector<double> first(judgments.classes());
  std::vector<double> second(judgments.classes());
  Agreement made{0, 0, 0, 0, both.size(), 2 * both.size()};
  for (auto [x, y] : both) {
    first[x] += 1 / n;
    second[y] += 1 / n;
    made.observed += weights(x, y) / n;
  }
  // What a class of the one is worth against all that the other says.
  std::vector<double> row(judgments.classes());
  std::vector<double> column(judgments.classes());
  for (std::size_t c = 0; c < row.size(); ++c) {
    for (std::size_t k = 0; k < row.size(); ++k) {
      row[c] += second[k] * weights(c, k);
      column[c] += first[k] * weights(k, c);
    }
    made.expected += first[c] * row[c];
  }
  if (made.expected > kCertain) return no_kappa("By chance alone all would agree.");
  made.value = (made.observed - made.expected) / (1 - made.expected);
  double squares = 0;
  for (auto [x, y] : both) {
    double one_item = weights(x, y) - (row[x] + column[y]) * (1 - made.value);
    squares += one_item * one_item / n;
  }
  double middle = made.value - made.expected * (1 - made.value);
  made.error = std::sqrt(std::max(0.0, squares - middle * middle) / n) / (1 - made.expected);
  return made;
}

}  // namespace guildhall::quality
