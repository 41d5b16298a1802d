#include "quality/contributors/draws.h"

#include <algorithm>
#include <cmath>

#include "quality/parallel.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

// What each stream of chance is for.
enum Stream : std::uint64_t {
  kTruthStream = 1u << 20,
  kRowStream = 2u << 20,
  kTopStream = 3u << 20
};

constexpr double kImpossible = -1e200;  // the logarithm of nothing, with room to add

// log(1 + exp(x)) for any x: what a row that is all but sure makes of an odd label is far beyond
// what exp() can say.
double log1p_exp(double x) { return x > 35 ? x : std::log1p(std::exp(x)); }

// What the workers of a block add to the population's counts.
struct PopulationCounts {
  std::vector<double> mistakes;  // classes x classes (full) or classes (coin); tables
  double log_skill = 0;
  double log_lack = 0;
  double workers = 0;
  double tables = 0;  // for kappa
  double shape_less = 0;
  double rate_more = 0;
  double taken = 0;   // judgments that fell for the decoy of their item
  double passed = 0;  // that did not, though there was one

  explicit PopulationCounts(std::size_t cells = 0) : mistakes(cells) {}
  void add(const PopulationCounts& other) {
    for (std::size_t i = 0; i < mistakes.size(); ++i) mistakes[i] += other.mistakes[i];
    log_skill += other.log_skill;
    log_lack += other.log_lack;
    workers += other.workers;
    tables += other.tables;
    shape_less += other.shape_less;
    rate_more += other.rate_more;
    taken += other.taken;
    passed += other.passed;
  }
};

class GibbsChain {
 public:
  GibbsChain(const Judgments& judgments, Gold gold, const DrawOptions& options);
  void sweep();
  std::span<const Label> truth() const { return truth_; }
  double mean() const { return mean_; }
  double strength() const { return strength_; }
  double kappa() const { return kappa_; }
  double decoy_share() const { return decoy_share_; }
  double decoy_pull() const { return decoy_pull_; }

 private:
  void start_truth();
  void draw_workers();
  void draw_worker(Index worker, PopulationCounts& counts);
  void draw_coin_worker(Index worker, PopulationCounts& counts);
  void draw_population(const PopulationCounts& counts);
  void draw_strength(const PopulationCounts& counts, Seeded& chance);
  void draw_items();
  void draw_item(Index item, std::vector<double>& score);
  // Whether this judgment comes from its item's decoy and says nothing of the worker.
  bool decoyed(Index worker, Index item, Label label, Seeded& chance,
               PopulationCounts& counts) const;
  float row_log(Index worker, Label truth, Label label) const {
    if (full_)
      return rows_[(static_cast<std::size_t>(worker) * classes_ + truth) * classes_ + label];
    return truth == label ? rows_[2 * std::size_t{worker}]
                          : rows_[2 * std::size_t{worker} + 1] + coin_log_[label];
  }

  const Judgments& judgments_;
  Gold gold_;
  const DrawOptions& options_;
  Label classes_;
  bool full_;
  std::uint64_t sweep_ = 0;
  std::vector<Label> truth_;
  std::vector<Label> decoy_;   // items; kNoLabel: none
  std::vector<float> rows_;    // logs
  std::vector<double> skill_;  // workers
  std::vector<double> wrong_;  // classes x classes: how the population errs; coin: classes
  std::vector<float> coin_log_;
  std::vector<double> prior_log_;  // classes
  double mean_ = 0.75;
  double strength_ = 4;
  double kappa_ = 8;
  double decoy_share_ = 0.05;  // of the items
  double decoy_pull_ = 0.5;    // how many fall for one
};

GibbsChain::GibbsChain(const Judgments& judgments, Gold gold, const DrawOptions& options)
    : judgments_(judgments),
      gold_(gold),
      options_(options),
      classes_(judgments.classes()),
      full_(classes_ <= kFullClasses),
      truth_(judgments.items()),
      decoy_(judgments.items(), kNoLabel),
      skill_(judgments.workers(), 0.75),
      prior_log_(classes_, 0) {
  std::size_t k = classes_;
  rows_.resize(judgments.workers() * (full_ ? k * k : 2));
  wrong_.assign(full_ ? k * k : k, 1.0 / static_cast<double>(std::max<std::size_t>(k - 1, 1)));
  coin_log_.assign(
      k, static_cast<float>(-std::log(static_cast<double>(std::max<Label>(classes_, 2) - 1))));
  start_truth();
}

// Three rounds of a majority weighted by agreement with the last (Wawa): in the mode that the
// votes speak for.
void GibbsChain::start_truth() {
  std::vector<double> weight(judgments_.workers(), 1);
  for (int round = 0; round < 3; ++round) {
    std::vector<double> votes(classes_);
    for (Index item = 0; item < judgments_.items(); ++item) {
      auto row = judgments_.of_item(item);
      std::ranges::fill(votes, 0);
      for (std::size_t i = 0; i < row.size(); ++i) votes[row.label[i]] += weight[row.other[i]];
      auto known = gold_of(gold_, item);
      truth_[item] = known != kNoLabel
                         ? known
                         : static_cast<Label>(std::ranges::max_element(votes) - votes.begin());
    }
    for (Index worker = 0; worker < judgments_.workers(); ++worker) {
      auto row = judgments_.of_worker(worker);
      double right = 1;
      for (std::size_t i = 0; i < row.size(); ++i) {
        right += truth_[row.other[i]] == row.label[i] ? 1 : 0;
      }
      weight[worker] = right / (static_cast<double>(row.size()) + 2);
    }
  }
}

bool GibbsChain::decoyed(Index worker, Index item, Label label, Seeded& chance,
                         PopulationCounts& counts) const {
  if (decoy_[item] == kNoLabel) return false;
  bool fell = false;
  if (decoy_[item] == label) {
    double own = (1 - decoy_pull_) * std::exp(row_log(worker, truth_[item], label));
    fell = chance.uniform() * (own + decoy_pull_) < decoy_pull_;
  }
  (fell ? counts.taken : counts.passed) += 1;
  return fell;
}

// Tables of the row's restaurants, the worker's skill, then the rows themselves.
void GibbsChain::draw_worker(Index worker, PopulationCounts& counts) {
  Seeded chance(options_.seed, kRowStream + sweep_, worker);
  auto row = judgments_.of_worker(worker);
  std::size_t k = classes_;
  std::uint32_t seen[kFullClasses * kFullClasses] = {};
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (decoyed(worker, row.other[i], row.label[i], chance, counts)) continue;
    ++seen[truth_[row.other[i]] * k + row.label[i]];
  }
  double right = 0;
  double wrong = 0;
  double skill = skill_[worker];
  for (std::size_t truth = 0; truth < k; ++truth) {
    double all = 0;
    double row_tables = 0;
    for (std::size_t label = 0; label < k; ++label) {
      auto guests = seen[truth * k + label];
      all += guests;
      if (guests == 0) continue;
      double base = truth == label ? skill : (1 - skill) * wrong_[truth * k + label];
      double tables = chance.tables(guests, kappa_ * base);
      row_tables += tables;
      (truth == label ? right : wrong) += tables;
      if (truth != label) counts.mistakes[truth * k + label] += tables;
    }
    if (all == 0) continue;
    counts.tables += row_tables;
    counts.rate_more -= std::log(chance.beta(kappa_ + 1, all));
    counts.shape_less += chance.uniform() * (all + kappa_) < all ? 1 : 0;
  }
  skill = chance.beta(mean_ * strength_ + right, (1 - mean_) * strength_ + wrong);
  skill_[worker] = skill;
  if (row.size() > 0) {
    counts.log_skill += std::log(skill);
    counts.log_lack += std::log1p(-skill);
    counts.workers += 1;
  }
  for (std::size_t truth = 0; truth < k; ++truth) {
    double logs[kFullClasses];
    double most = -1e300;
    for (std::size_t label = 0; label < k; ++label) {
      double base = truth == label ? skill : (1 - skill) * wrong_[truth * k + label];
      logs[label] = chance.log_gamma(kappa_ * base + 1e-3 + seen[truth * k + label]);
      most = std::max(most, logs[label]);
    }
    double sum = 0;
    for (std::size_t label = 0; label < k; ++label) sum += std::exp(logs[label] - most);
    auto* out = &rows_[(worker * k + truth) * k];
    for (std::size_t label = 0; label < k; ++label) {
      out[label] = static_cast<float>(logs[label] - most - std::log(sum));
    }
  }
}

void GibbsChain::draw_coin_worker(Index worker, PopulationCounts& counts) {
  Seeded chance(options_.seed, kRowStream + sweep_, worker);
  auto row = judgments_.of_worker(worker);
  double right = 0;
  double wrong = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (decoyed(worker, row.other[i], row.label[i], chance, counts)) continue;
    (truth_[row.other[i]] == row.label[i] ? right : wrong) += 1;
  }
  double skill = chance.beta(mean_ * strength_ + right, (1 - mean_) * strength_ + wrong);
  skill_[worker] = skill;
  if (row.size() > 0) {
    counts.log_skill += std::log(skill);
    counts.log_lack += std::log1p(-skill);
    counts.workers += 1;
  }
  rows_[2 * std::size_t{worker}] = static_cast<float>(std::log(skill));
  rows_[2 * std::size_t{worker} + 1] = static_cast<float>(std::log1p(-skill));
}

void GibbsChain::draw_workers() {
  auto blocks = block_count(judgments_.workers(), 64);
  std::vector<PopulationCounts> parts(blocks, PopulationCounts(wrong_.size()));
  in_blocks(judgments_.workers(), blocks, [&](Block block) {
    for (auto worker = block.from; worker < block.to; ++worker) {
      auto at = static_cast<Index>(worker);
      full_ ? draw_worker(at, parts[block.number]) : draw_coin_worker(at, parts[block.number]);
    }
  });
  PopulationCounts counts(wrong_.size());
  for (auto& part : parts) counts.add(part);
  draw_population(counts);
}

// Mean and strength of the Beta population, by a random walk on both; the strength's prior is
// log-normal around 4 judgments, the mean's uniform above chance.
void GibbsChain::draw_strength(const PopulationCounts& counts, Seeded& chance) {
  auto density = [&](double logit, double log_strength) {
    double m = 1 / (1 + std::exp(-logit));
    double n = std::exp(log_strength);
    double off = (log_strength - std::log(4.0)) / 1.0;
    return counts.workers * (std::lgamma(n) - std::lgamma(m * n) - std::lgamma((1 - m) * n)) +
           m * n * counts.log_skill + (1 - m) * n * counts.log_lack + std::log(m * (1 - m)) -
           0.5 * off * off;
  };
  // People on the whole do better than chance: else the classes could change names, and nothing
  // would say which is which.
  const double least = -std::log(std::max(classes_ - 1.0, 1.0));
  double logit = std::log(mean_ / (1 - mean_));
  double log_strength = std::log(strength_);
  double now = density(logit, log_strength);
  double step = 1.5 / std::sqrt(counts.workers + 4);
  for (int i = 0; i < 5; ++i) {
    double logit_new = std::clamp(logit + step * chance.normal(), least, 6.0);
    double strength_new = std::clamp(log_strength + 1.5 * step * chance.normal(), -1.0, 6.0);
    double then = density(logit_new, strength_new);
    if (std::log(chance.uniform()) < then - now) {
      logit = logit_new;
      log_strength = strength_new;
      now = then;
    }
  }
  mean_ = 1 / (1 + std::exp(-logit));
  strength_ = std::exp(log_strength);
}

void GibbsChain::draw_population(const PopulationCounts& counts) {
  Seeded chance(options_.seed, kTopStream + sweep_);
  std::size_t k = classes_;
  std::vector<double> share(k, 1);
  for (auto truth : truth_) share[truth] += 1;
  double sum = 0;
  for (auto& one : share) sum += one = chance.gamma(one);
  for (std::size_t i = 0; i < k; ++i) prior_log_[i] = std::log(std::max(share[i], 1e-300) / sum);
  for (std::size_t truth = 0; truth < (full_ ? k : 1); ++truth) {
    double all = 0;
    std::vector<double> drawn(k, 0);
    for (std::size_t label = 0; label < k; ++label) {
      if (full_ && label == truth) continue;
      drawn[label] = chance.gamma(1 + counts.mistakes[truth * k + label]);
      all += drawn[label];
    }
    for (std::size_t label = 0; label < k; ++label) {
      wrong_[truth * k + label] = all > 0 ? std::max(drawn[label] / all, 1e-9) : 1;
    }
  }
  if (!full_) {
    std::ranges::fill(prior_log_, 0.0);
  } else {
    double shape = 1 + counts.tables - counts.shape_less;
    kappa_ = std::clamp(chance.gamma(shape) / (0.1 + counts.rate_more), 0.5, 1e4);
  }
  draw_strength(counts, chance);
  double with = 0;
  double judged = 0;
  for (Index item = 0; item < judgments_.items(); ++item) {
    if (judgments_.of_item(item).size() == 0) continue;
    judged += 1;
    with += decoy_[item] != kNoLabel ? 1 : 0;
  }
  decoy_share_ = chance.beta(1 + with, 9 + judged - with);
  decoy_pull_ = chance.beta(2 + counts.taken, 2 + counts.passed);
}

// The class and the decoy of an item together: score[truth] without a decoy, then
// score[classes (1 + decoy) + truth] for each decoy that somebody chose.
void GibbsChain::draw_item(Index item, std::vector<double>& score) {
  Seeded chance(options_.seed, kTruthStream + sweep_, item);
  auto row = judgments_.of_item(item);
  std::size_t k = classes_;
  auto known = gold_of(gold_, item);
  bool decoys = k > 1 && k <= kFullClasses && row.size() > 0;
  std::fill(score.begin(), score.end(), kImpossible);
  for (std::size_t truth = 0; truth < k; ++truth) {
    if (known == kNoLabel || known == truth) score[truth] = prior_log_[truth];
  }
  double log_odds = std::log(decoy_pull_) - std::log1p(-decoy_pull_);
  if (decoys) {
    for (auto label : row.label) std::fill_n(score.begin() + k * (1 + label), k, 0.0);
  }
  for (std::size_t i = 0; i < row.size(); ++i) {
    auto label = row.label[i];
    for (std::size_t truth = 0; truth < k; ++truth) {
      double log = row_log(row.other[i], static_cast<Label>(truth), label);
      score[truth] += log;
      if (decoys) score[k * (1 + label) + truth] += log1p_exp(log_odds - log);
    }
  }
  if (decoys) {
    double with = std::log(decoy_share_ / (1 - decoy_share_) / static_cast<double>(k - 1)) +
                  static_cast<double>(row.size()) * std::log(1 - decoy_pull_);
    for (std::size_t decoy = 0; decoy < k; ++decoy) {
      for (std::size_t truth = 0; truth < k; ++truth) {
        auto& one = score[k * (1 + decoy) + truth];
        one = decoy == truth ? kImpossible : one + with + score[truth];
      }
    }
  }
  double most = *std::ranges::max_element(score);
  double sum = 0;
  for (auto& one : score) sum += one = std::exp(one - most);
  double left = chance.uniform() * sum;
  std::size_t drawn = 0;
  while (drawn + 1 < score.size() && (left -= score[drawn]) > 0) ++drawn;
  truth_[item] = static_cast<Label>(drawn % k);
  decoy_[item] = drawn < k ? kNoLabel : static_cast<Label>(drawn / k - 1);
}

void GibbsChain::draw_items() {
  in_blocks(judgments_.items(), block_count(judgments_.items(), 256), [&](Block block) {
    std::size_t k = classes_;
    std::vector<double> score(k <= kFullClasses ? k * (k + 1) : k);
    for (auto item = block.from; item < block.to; ++item)
      draw_item(static_cast<Index>(item), score);
  });
}

void GibbsChain::sweep() {
  draw_workers();
  draw_items();
  ++sweep_;
}

}  // namespace

Draws draw_truths(const Judgments& judgments, Gold gold, const DrawOptions& options,
                  const OnDraw& on_draw) {
  Draws draws;
  if (judgments.classes() == 0) return draws;
  GibbsChain chain(judgments, gold, options);
  std::size_t k = judgments.classes();
  draws.posterior.resize(judgments.items() * k);
  for (int i = 0; i < options.burn_in; ++i) chain.sweep();
  float share = 1.0f / static_cast<float>(std::max(options.kept, 1));
  for (int i = 0; i < options.kept; ++i) {
    for (int t = 0; t < std::max(options.thin, 1); ++t) chain.sweep();
    auto truth = chain.truth();
    for (std::size_t item = 0; item < truth.size(); ++item) {
      draws.posterior[item * k + truth[item]] += share;
    }
    on_draw(truth);
  }
  draws.skill_mean = chain.mean();
  draws.skill_strength = chain.strength();
  draws.row_strength = chain.kappa();
  draws.decoy_share = chain.decoy_share();
  draws.decoy_pull = chain.decoy_pull();
  return draws;
}

}  // namespace guildhall::quality
