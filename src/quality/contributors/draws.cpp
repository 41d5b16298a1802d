#include "quality/contributors/draws.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/limits.h"
#include "quality/contributors/draw_population.h"
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

constexpr std::uint8_t kNoDecoy = 0xFF;

// log(1 + exp(x)) for any x: what a row that is all but sure makes of an odd label is far beyond
// what exp() can say.
double log1p_exp(double x) { return x > 35 ? x : std::log1p(std::exp(x)); }

bool has_full_rows(const Judgments& judgments) {
  std::size_t k = judgments.classes();
  return k <= kFullClasses && 2 * k * k * judgments.workers() <= kMaxTruthCells;
}

// Room for the scores of one item.
struct ItemScratch {
  std::array<double, kFullClasses> plain;                 // by truth: without a decoy
  std::array<double, kFullClasses * kFullClasses> lured;  // by decoy and truth
  std::vector<double> coin;                               // by label; above kFullClasses
  std::vector<Index> last;                                // labels: the last item with it, + 1
  std::vector<Label> chosen;                              // distinct labels
};

class GibbsChain {
 public:
  GibbsChain(const Judgments& judgments, Gold gold, const DrawOptions& options);
  void sweep();
  std::span<const Label> truth() const { return truth_; }
  const DrawPopulation& crowd() const { return crowd_; }

 private:
  // Of each worker and label, by truth: first the logarithms of the chance of that label, then how
  // much likelier it becomes with a decoy there, as a logarithm, too.
  float* cells_of(Index worker, std::size_t label) {
    return &cells_[(std::size_t{worker} * classes_ + label) * 2 * classes_];
  }
  void start_truth();
  void draw_workers();
  void draw_worker(Index worker, PopulationCounts& counts);
  void draw_coin_worker(Index worker, PopulationCounts& counts);
  double drawn_skill(double right, double wrong, Seeded& chance, PopulationCounts& counts) const;
  // Whether this judgment comes from its item's decoy and says nothing of the worker.
  bool decoyed(Index worker, Index item, Label label, Seeded& chance, PopulationCounts& counts);
  void set_lures();
  void draw_population(const PopulationCounts& counts);
  void draw_items();
  void draw_item(Index item, ItemScratch& room);
  void draw_coin_item(Index item, ItemScratch& room);

  const Judgments& judgments_;
  Gold gold_;
  const DrawOptions& options_;
  Label classes_;
  bool full_;
  std::uint64_t sweep_ = 0;
  double judged_items_ = 0;
  std::vector<Label> truth_;
  std::vector<std::uint8_t> decoy_;  // items; full only
  std::vector<float> cells_;         // coin: the logarithms of right and of wrong, a worker
  std::vector<double> skill_;        // workers
  DrawPopulation crowd_;
};

GibbsChain::GibbsChain(const Judgments& judgments, Gold gold, const DrawOptions& options)
    : judgments_(judgments),
      gold_(gold),
      options_(options),
      classes_(judgments.classes()),
      full_(has_full_rows(judgments)),
      truth_(judgments.items()),
      decoy_(full_ ? judgments.items() : 0, kNoDecoy),
      skill_(judgments.workers(), 0.75),
      crowd_(classes_, full_) {
  std::size_t k = classes_;
  cells_.resize(judgments.workers() * (full_ ? 2 * k * k : 2));
  for (Index item = 0; item < judgments.items(); ++item) {
    judged_items_ += judgments.of_item(item).size() > 0 ? 1 : 0;
  }
  if (std::ranges::any_of(gold_, [](Label known) { return known != kNoLabel; })) {
    crowd_.most_decoys = 1;
  }
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
                         PopulationCounts& counts) {
  bool fell = false;
  if (decoy_[item] == label) {
    double own = (1 - crowd_.decoy_pull) *
                 std::exp(static_cast<double>(cells_of(worker, label)[truth_[item]]));
    fell = chance.uniform() * (own + crowd_.decoy_pull) < crowd_.decoy_pull;
  }
  (fell ? counts.taken : counts.passed) += 1;
  return fell;
}

double GibbsChain::drawn_skill(double right, double wrong, Seeded& chance,
                               PopulationCounts& counts) const {
  double skill = chance.beta(crowd_.mean * crowd_.strength + right,
                             (1 - crowd_.mean) * crowd_.strength + wrong);
  counts.log_skill += std::log(skill);
  counts.log_lack += std::log1p(-skill);
  counts.workers += 1;
  return skill;
}

// Tables of the row's restaurants, the worker's skill, then the rows themselves.
void GibbsChain::draw_worker(Index worker, PopulationCounts& counts) {
  Seeded chance(options_.seed, kRowStream + sweep_, worker);
  auto row = judgments_.of_worker(worker);
  if (row.size() == 0) return;
  std::size_t k = classes_;
  std::uint32_t seen[kFullClasses * kFullClasses] = {};
  for (std::size_t i = 0; i < row.size(); ++i) {
    auto item = row.other[i];
    if (decoy_[item] != kNoDecoy && decoyed(worker, item, row.label[i], chance, counts)) continue;
    ++seen[truth_[item] * k + row.label[i]];
  }
  double right = 0;
  double wrong = 0;
  double skill = skill_[worker];
  auto base_of = [&](std::size_t truth, std::size_t label) {
    return truth == label ? skill : (1 - skill) * crowd_.wrong[truth * k + label];
  };
  for (std::size_t truth = 0; truth < k; ++truth) {
    double all = 0;
    for (std::size_t label = 0; label < k; ++label) {
      auto guests = seen[truth * k + label];
      all += guests;
      if (guests == 0) continue;
      double tables = chance.tables(guests, crowd_.kappa * base_of(truth, label));
      counts.tables += tables;
      (truth == label ? right : wrong) += tables;
      if (truth != label) counts.mistakes[truth * k + label] += tables;
    }
    if (all == 0) continue;
    counts.rate_more -= std::log(chance.beta(crowd_.kappa + 1, all));
    counts.shape_less += chance.uniform() * (all + crowd_.kappa) < all ? 1 : 0;
  }
  skill = skill_[worker] = drawn_skill(right, wrong, chance, counts);
  for (std::size_t truth = 0; truth < k; ++truth) {
    double logs[kFullClasses];
    double most = -1e300;
    for (std::size_t label = 0; label < k; ++label) {
      logs[label] =
          chance.log_gamma(crowd_.kappa * base_of(truth, label) + 1e-3 + seen[truth * k + label]);
      most = std::max(most, logs[label]);
    }
    double sum = 0;
    for (std::size_t label = 0; label < k; ++label) sum += std::exp(logs[label] - most);
    double whole = most + std::log(sum);
    for (std::size_t label = 0; label < k; ++label) {
      cells_of(worker, label)[truth] = static_cast<float>(logs[label] - whole);
    }
  }
}

void GibbsChain::draw_coin_worker(Index worker, PopulationCounts& counts) {
  Seeded chance(options_.seed, kRowStream + sweep_, worker);
  auto row = judgments_.of_worker(worker);
  if (row.size() == 0) return;
  double right = 0;
  for (std::size_t i = 0; i < row.size(); ++i) right += truth_[row.other[i]] == row.label[i];
  double skill = drawn_skill(right, static_cast<double>(row.size()) - right, chance, counts);
  cells_[2 * std::size_t{worker}] = static_cast<float>(std::log(skill));
  cells_[2 * std::size_t{worker} + 1] =
      static_cast<float>(std::log1p(-skill) - std::log(std::max(classes_ - 1.0, 1.0)));
}

void GibbsChain::draw_workers() {
  auto blocks = block_count(judgments_.workers(), 64);
  std::vector<PopulationCounts> parts(blocks, PopulationCounts(crowd_.wrong.size()));
  in_blocks(judgments_.workers(), blocks, [&](Block block) {
    for (auto worker = block.from; worker < block.to; ++worker) {
      auto at = static_cast<Index>(worker);
      full_ ? draw_worker(at, parts[block.number]) : draw_coin_worker(at, parts[block.number]);
    }
  });
  PopulationCounts counts(crowd_.wrong.size());
  for (auto& part : parts) counts.add(part);
  draw_population(counts);
  if (full_) set_lures();
}

void GibbsChain::draw_population(const PopulationCounts& counts) {
  std::vector<double> of_class(classes_, 0);
  for (auto truth : truth_) of_class[truth] += 1;
  // Items without a judgment have none.
  auto decoys = static_cast<double>(decoy_.size()) -
                static_cast<double>(std::ranges::count(decoy_, kNoDecoy));
  crowd_.draw(counts, of_class, judged_items_, decoys, Seeded(options_.seed, kTopStream + sweep_));
}

// Once a cell instead of once a judgment: this is where most of a sweep's logarithms were.
void GibbsChain::set_lures() {
  const double log_odds = std::log(crowd_.decoy_pull) - std::log1p(-crowd_.decoy_pull);
  in_blocks(judgments_.workers(), block_count(judgments_.workers(), 64), [&](Block block) {
    for (auto worker = block.from; worker < block.to; ++worker) {
      if (judgments_.of_worker(static_cast<Index>(worker)).size() == 0) continue;
      for (std::size_t label = 0; label < classes_; ++label) {
        auto* cells = cells_of(static_cast<Index>(worker), label);
        for (std::size_t truth = 0; truth < classes_; ++truth) {
          cells[classes_ + truth] =
              static_cast<float>(log1p_exp(log_odds - static_cast<double>(cells[truth])));
        }
      }
    }
  });
}

// The class and the decoy of an item together.
void GibbsChain::draw_item(Index item, ItemScratch& room) {
  auto row = judgments_.of_item(item);
  std::size_t k = classes_;
  std::uint32_t chosen = 0;  // labels, as bits
  std::copy_n(crowd_.prior_log.begin(), k, room.plain.begin());
  for (std::size_t i = 0; i < row.size(); ++i) {
    std::size_t label = row.label[i];
    const float* cells = cells_of(row.other[i], label);
    double* lured = &room.lured[label * k];
    if ((chosen >> label & 1) == 0) std::fill_n(lured, k, 0.0);
    chosen |= 1u << label;
    for (std::size_t truth = 0; truth < k; ++truth) {
      room.plain[truth] += static_cast<double>(cells[truth]);
      lured[truth] += static_cast<double>(cells[k + truth]);
    }
  }
  auto known = gold_of(gold_, item);
  std::size_t from = known == kNoLabel ? 0 : known;
  std::size_t to = known == kNoLabel ? k : known + std::size_t{1};
  double most = *std::max_element(room.plain.begin() + static_cast<std::ptrdiff_t>(from),
                                  room.plain.begin() + static_cast<std::ptrdiff_t>(to));
  const double with = std::log(crowd_.decoy_share / (1 - crowd_.decoy_share) /
                               static_cast<double>(std::max<std::size_t>(k - 1, 1))) +
                      static_cast<double>(row.size()) * std::log1p(-crowd_.decoy_pull);
  for (std::size_t decoy = 0; decoy < k; ++decoy) {
    if ((chosen >> decoy & 1) == 0) continue;
    for (std::size_t truth = from; truth < to; ++truth) {
      auto& one = room.lured[decoy * k + truth];
      one += with + room.plain[truth];
      if (truth != decoy) most = std::max(most, one);
    }
  }
  double sum = 0;
  for (std::size_t truth = from; truth < to; ++truth) {
    sum += room.plain[truth] = std::exp(room.plain[truth] - most);
  }
  for (std::size_t decoy = 0; decoy < k; ++decoy) {
    if ((chosen >> decoy & 1) == 0) continue;
    for (std::size_t truth = from; truth < to; ++truth) {
      auto& one = room.lured[decoy * k + truth];
      sum += one = truth == decoy ? 0 : std::exp(one - most);
    }
  }
  double left = Seeded(options_.seed, kTruthStream + sweep_, item).uniform() * sum;
  truth_[item] = static_cast<Label>(from);
  decoy_[item] = kNoDecoy;
  for (std::size_t truth = from; truth < to; ++truth) {
    truth_[item] = static_cast<Label>(truth);
    left -= room.plain[truth];
    if (left <= 0) return;
  }
  for (std::size_t decoy = 0; decoy < k; ++decoy) {
    if ((chosen >> decoy & 1) == 0) continue;
    for (std::size_t truth = from; truth < to; ++truth) {
      if (truth == decoy) continue;
      truth_[item] = static_cast<Label>(truth);
      decoy_[item] = static_cast<std::uint8_t>(decoy);
      left -= room.lured[decoy * k + truth];
      if (left <= 0) return;
    }
  }
}

// Labels that nobody chose are equally likely: they are drawn as one.
void GibbsChain::draw_coin_item(Index item, ItemScratch& room) {
  if (gold_of(gold_, item) != kNoLabel) return;  // so since the start
  auto row = judgments_.of_item(item);
  room.chosen.clear();
  for (std::size_t i = 0; i < row.size(); ++i) {
    auto label = row.label[i];
    if (room.last[label] != item + 1) {
      room.last[label] = item + 1;
      room.coin[label] = 0;
      room.chosen.push_back(label);
    }
    const float* cells = &cells_[2 * std::size_t{row.other[i]}];
    room.coin[label] += static_cast<double>(cells[0]) - static_cast<double>(cells[1]);
  }
  double most = 0;
  for (auto label : room.chosen) most = std::max(most, room.coin[label]);
  auto others = static_cast<std::size_t>(classes_) - room.chosen.size();
  double sum = static_cast<double>(others) * std::exp(-most);
  for (auto label : room.chosen) sum += room.coin[label] = std::exp(room.coin[label] - most);
  Seeded chance(options_.seed, kTruthStream + sweep_, item);
  double left = chance.uniform() * sum;
  for (auto label : room.chosen) {
    truth_[item] = label;
    left -= room.coin[label];
    if (left <= 0) return;
  }
  if (others == 0) return;
  auto which = chance.below(others);
  for (Label label = 0; label < classes_; ++label) {
    if (room.last[label] == item + 1 || which-- > 0) continue;
    truth_[item] = label;
    return;
  }
}

void GibbsChain::draw_items() {
  in_blocks(judgments_.items(), block_count(judgments_.items(), 256), [&](Block block) {
    ItemScratch room;
    if (!full_) {
      room.coin.resize(classes_);
      room.last.resize(classes_);
    }
    for (auto item = block.from; item < block.to; ++item) {
      auto at = static_cast<Index>(item);
      full_ ? draw_item(at, room) : draw_coin_item(at, room);
    }
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
  draws.skill_mean = chain.crowd().mean;
  draws.skill_strength = chain.crowd().strength;
  draws.row_strength = chain.crowd().kappa;
  draws.decoy_share = chain.crowd().decoy_share;
  draws.decoy_pull = chain.crowd().decoy_pull;
  return draws;
}

}  // namespace guildhall::quality
