#include "quality/contributors/scorecard.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/limits.h"
#include "quality/contributors/consensus_check.h"
#include "quality/contributors/population.h"
#include "quality/parallel.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

constexpr std::uint64_t kSkillStream = 40u << 20;
constexpr std::uint64_t kOptimismStream = 41u << 20;

constexpr double kOptimismBefore = 1.0 / 31;  // as in ConsensusCheck
constexpr double kPersonalError = 0.07;
constexpr double kDoubtShare = 0.5;

double share_of_logit(double x) { return 1 / (1 + std::exp(-x)); }

std::unexpected<Error> refused(const char* what) {
  return fail(Fault::invalid, "quality-input", what);
}

Result<> check_evidence(const Judgments& judgments, const SkillEvidence& evidence,
                        const SkillOptions& options) {
  if (judgments.classes() == 0) return refused("There is no class to be right about.");
  if (!(options.level > 0 && options.level < 1) ||
      !(options.top_share > 0 && options.top_share <= 1)) {
    return refused("The level or the share of the best is not a share.");
  }
  auto fits = [](std::size_t size, std::size_t wanted) { return size == 0 || size == wanted; };
  if (!fits(evidence.gold.size(), judgments.items()) ||
      !fits(evidence.domain.size(), judgments.items()) ||
      !fits(evidence.age_days.size(), judgments.size()) ||
      !fits(evidence.half_life_days.size(), evidence.domains)) {
    return refused("A column of evidence has the wrong length.");
  }
  if (evidence.domains == 0 ||
      std::size_t{judgments.workers()} * evidence.domains > kMaxSkillCells) {
    return refused("There are no domains, or too many people and domains for one scorecard.");
  }
  for (auto label : evidence.gold) {
    if (label != kNoLabel && label >= judgments.classes()) return refused("Gold names no class.");
  }
  for (auto domain : evidence.domain) {
    if (domain >= evidence.domains) return refused("An item's domain is not one.");
  }
  for (double age : evidence.age_days) {
    if (!(age >= 0 && age < 1e9)) return refused("An age is not a number of days from 0 up.");
  }
  return {};
}

// What is counted for a cell (person in a domain) or a person, apart from the draws.
struct CellCounts {
  double gold_right = 0;  // after decay
  double gold_all = 0;
  double open_all = 0;  // judgments whose item has no gold, after decay
};

class PeopleScorer {
 public:
  PeopleScorer(const Judgments& judgments, const SkillEvidence& evidence,
               const SkillOptions& options);
  Scorecard run();

 private:
  Index domain_of(Index item) const {
    return evidence_.domain.empty() ? 0 : evidence_.domain[item];
  }
  double weight_at(std::size_t judgment, Index domain) const;
  void count_fixed();
  void count_draw(std::span<const Label> truth);
  Binomial seen_in(std::size_t cell, std::size_t consensus_draw, double optimism) const;
  double personal_doubt(Index worker) const;
  void fit();
  void draw_people();
  void draw_person(Index worker);
  double cell_weight(std::size_t worker, std::size_t domain) const {
    auto& cell = counts_[worker * domains_ + domain];
    return cell.gold_all + cell.open_all;
  }
  double accuracy_drawn(Index worker, std::size_t draw, double optimism, double skill,
                        Seeded& chance) const;
  Interval interval_of(std::span<float> drawn) const;
  void rank_people();
  void rate_items();

  const Judgments& judgments_;
  const SkillEvidence& evidence_;
  const SkillOptions& options_;
  std::size_t domains_;
  std::size_t cells_;
  std::size_t consensus_draws_;
  std::vector<float> weight_;            // judgments by worker; empty: all 1
  std::vector<CellCounts> counts_;       // cells
  std::vector<Index> open_;              // workers: judgments whose item has no gold
  std::vector<float> open_right_;        // consensus draws x cells, after decay
  std::vector<Index> open_right_count_;  // consensus draws x workers
  std::vector<double> optimism_;         // draws
  SkillPopulation population_;
  Scorecard card_;
};

PeopleScorer::PeopleScorer(const Judgments& judgments, const SkillEvidence& evidence,
                           const SkillOptions& options)
    : judgments_(judgments), evidence_(evidence), options_(options), domains_(evidence.domains) {
  cells_ = judgments.workers() * domains_;
  // 200 where that is cheap; the error of an interval's end falls slowly with more.
  consensus_draws_ = std::clamp<std::size_t>(
      40'000'000 / std::max<std::size_t>({cells_, judgments.size(), 1}), 20, 200);
  card_.draws =
      std::clamp<std::size_t>(40'000'000 / std::max<Index>(judgments.workers(), 1), 100, 1000);
  card_.people.resize(judgments.workers());
  card_.domain_skill.resize(cells_);
}

double PeopleScorer::weight_at(std::size_t judgment, Index domain) const {
  if (evidence_.age_days.empty() || evidence_.half_life_days.empty()) return 1;
  double half_life = evidence_.half_life_days[domain];
  return half_life > 0 ? std::exp2(-evidence_.age_days[judgment] / half_life) : 1;
}

void PeopleScorer::count_fixed() {
  counts_.assign(cells_, {});
  open_.assign(judgments_.workers(), 0);
  weight_.resize(judgments_.size());
  for (Index worker = 0; worker < judgments_.workers(); ++worker) {
    auto row = judgments_.of_worker(worker);
    auto& person = card_.people[worker];
    person.judged = static_cast<Index>(row.size());
    double sum = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      auto at = judgments_.worker_starts()[worker] + i;
      auto domain = domain_of(row.other[i]);
      double weight = weight_at(at, domain);
      weight_[at] = static_cast<float>(weight);
      sum += weight;
      auto& cell = counts_[worker * domains_ + domain];
      auto known = gold_of(evidence_.gold, row.other[i]);
      if (known == kNoLabel) {
        cell.open_all += weight;
        ++open_[worker];
        continue;
      }
      bool right = known == row.label[i];
      cell.gold_all += weight;
      cell.gold_right += right ? weight : 0;
      ++person.gold_judged;
      person.gold_right += right ? 1 : 0;
    }
    person.weight = static_cast<float>(sum);
  }
}

void PeopleScorer::count_draw(std::span<const Label> truth) {
  auto cell_base = open_right_.size();
  auto count_base = open_right_count_.size();
  open_right_.resize(cell_base + cells_);
  open_right_count_.resize(count_base + judgments_.workers());
  in_blocks(judgments_.workers(), block_count(judgments_.workers(), 64), [&](Block block) {
    for (auto worker = block.from; worker < block.to; ++worker) {
      auto row = judgments_.of_worker(static_cast<Index>(worker));
      auto start = judgments_.worker_starts()[worker];
      for (std::size_t i = 0; i < row.size(); ++i) {
        auto item = row.other[i];
        if (truth[item] != row.label[i] || gold_of(evidence_.gold, item) != kNoLabel) continue;
        open_right_[cell_base + worker * domains_ + domain_of(item)] += weight_[start + i];
        ++open_right_count_[count_base + worker];
      }
    }
  });
}

// Gold as it is; of consensus, what its optimism and its weight leave.
Binomial PeopleScorer::seen_in(std::size_t cell, std::size_t consensus_draw,
                               double optimism) const {
  auto& fixed = counts_[cell];
  double right = open_right_[consensus_draw * cells_ + cell];
  double luck = 1.0 / std::max(judgments_.classes() - 1, 1);
  double sober = right * (1 - optimism) + (fixed.open_all - right) * optimism * luck;
  double weight = card_.consensus.weight;
  return {fixed.gold_right + weight * std::clamp(sober, 0.0, fixed.open_all),
          fixed.gold_all + weight * fixed.open_all};
}

void PeopleScorer::fit() {
  std::vector<Binomial> mean(cells_);
  for (std::size_t draw = 0; draw < consensus_draws_; ++draw) {
    for (std::size_t cell = 0; cell < cells_; ++cell) {
      auto seen = seen_in(cell, draw, card_.consensus.optimism);
      mean[cell].right += seen.right / static_cast<double>(consensus_draws_);
      mean[cell].all = seen.all;
    }
  }
  population_ = fit_population(mean, domains_);
}

Interval PeopleScorer::interval_of(std::span<float> drawn) const {
  double mean =
      std::accumulate(drawn.begin(), drawn.end(), 0.0) / static_cast<double>(drawn.size());
  auto at = [&](double share) {
    auto place = drawn.begin() + static_cast<std::ptrdiff_t>(
                                     std::lround(share * static_cast<double>(drawn.size() - 1)));
    std::nth_element(drawn.begin(), place, drawn.end());
    return *place;
  };
  double tail = (1 - options_.level) / 2;
  float lower = at(tail);
  return {static_cast<float>(mean), lower, at(1 - tail)};
}

// By how much consensus may err on one person (sd of the share right), beyond what the draws say:
// whoever thinks as the others do shares their mistakes. 7 points before gold says better, and half
// of the doubt that the model itself has about this person's items.
double PeopleScorer::personal_doubt(Index worker) const {
  auto row = judgments_.of_worker(worker);
  std::size_t k = judgments_.classes();
  double doubt = 0;
  for (auto item : row.other) {
    if (gold_of(evidence_.gold, item) != kNoLabel) continue;
    auto truth = std::span(card_.posterior).subspan(item * k, k);
    doubt += 1 - *std::ranges::max_element(truth);
  }
  auto& check = card_.consensus;
  double learnt = std::sqrt(check.optimism / kOptimismBefore);
  return kPersonalError * learnt + kDoubtShare * doubt / std::max<double>(open_[worker], 1);
}

// The share right of what was handed in, once: gold as it is, the rest by this draw of the truth.
double PeopleScorer::accuracy_drawn(Index worker, std::size_t draw, double optimism, double skill,
                                    Seeded& chance) const {
  auto& person = card_.people[worker];
  double open = open_[worker];
  double right = open * skill;
  double variance = open * skill * (1 - skill);
  if (card_.consensus.believed) {
    double count = open_right_count_[(draw % consensus_draws_) * judgments_.workers() + worker];
    double luck = 1.0 / std::max(judgments_.classes() - 1, 1);
    right = count * (1 - optimism) + (open - count) * optimism * luck;
    variance = open * std::abs(optimism) * (1 - std::abs(optimism));
  }
  right = std::clamp(right + std::sqrt(variance) * chance.normal(), 0.0, open);
  return (person.gold_right + right) / person.judged;
}

void PeopleScorer::draw_person(Index worker) {
  auto draws = card_.draws;
  std::vector<float> whole(draws);
  std::vector<float> handed_in(draws);
  std::vector<float> by_domain(draws * domains_);
  double weights = 0;
  for (std::size_t d = 0; d < domains_; ++d) weights += cell_weight(worker, d);
  double precision = 1 / (population_.spread * population_.spread);
  double doubt = personal_doubt(worker);
  for (std::size_t draw = 0; draw < draws; ++draw) {
    Seeded chance(options_.seed, kSkillStream + draw, worker);
    double optimism = std::clamp(optimism_[draw] + doubt * chance.normal(), -0.5, 0.9);
    double person =
        population_.person_effect[worker] + population_.person_sd[worker] * chance.normal();
    double skill = 0;
    for (std::size_t d = 0; d < domains_; ++d) {
      auto cell = worker * domains_ + d;
      auto at = laplace_logit(seen_in(cell, draw % consensus_draws_, optimism),
                              population_.domain_mean[d] + person, precision);
      double drawn = share_of_logit(at.mode + chance.normal() / std::sqrt(at.precision));
      by_domain[d * draws + draw] = static_cast<float>(drawn);
      skill += drawn *
               (weights > 0 ? cell_weight(worker, d) / weights : 1 / static_cast<double>(domains_));
    }
    whole[draw] = static_cast<float>(skill);
    card_.skill_draws[draw * judgments_.workers() + worker] = whole[draw];
    if (card_.people[worker].judged > 0) {
      handed_in[draw] = static_cast<float>(accuracy_drawn(worker, draw, optimism, skill, chance));
    }
  }
  for (std::size_t d = 0; d < domains_; ++d) {
    card_.domain_skill[worker * domains_ + d] =
        interval_of(std::span(by_domain).subspan(d * draws, draws));
  }
  auto& out = card_.people[worker];
  out.skill = interval_of(whole);
  out.accuracy = out.judged > 0 ? interval_of(handed_in) : out.skill;
}

void PeopleScorer::draw_people() {
  Seeded chance(options_.seed, kOptimismStream);
  auto& check = card_.consensus;
  for (std::size_t i = 0; i < card_.draws; ++i) {
    optimism_.push_back(chance.beta(check.optimistic, check.sober));
  }
  card_.skill_draws.resize(card_.draws * judgments_.workers());
  in_blocks(judgments_.workers(), block_count(judgments_.workers(), 16), [&](Block block) {
    for (auto worker = block.from; worker < block.to; ++worker) {
      draw_person(static_cast<Index>(worker));
    }
  });
}

// In each draw the best are the ceil(share x people who judged) with the highest skill.
void PeopleScorer::rank_people() {
  auto workers = judgments_.workers();
  std::vector<Index> active;
  for (Index worker = 0; worker < workers; ++worker) {
    if (card_.people[worker].judged > 0) active.push_back(worker);
  }
  auto best = static_cast<std::size_t>(
      std::ceil(options_.top_share * static_cast<double>(active.size()) - 1e-9));
  std::vector<std::vector<Index>> chosen(card_.draws);
  in_blocks(card_.draws, block_count(card_.draws, 16), [&](Block block) {
    for (auto draw = block.from; draw < block.to; ++draw) {
      auto order = active;
      auto* skill = card_.skill_draws.data() + draw * workers;
      std::nth_element(
          order.begin(), order.begin() + static_cast<std::ptrdiff_t>(best), order.end(),
          [&](Index a, Index b) { return skill[a] != skill[b] ? skill[a] > skill[b] : a < b; });
      order.resize(best);
      chosen[draw] = std::move(order);
    }
  });
  std::vector<Index> times(workers);
  for (auto& one : chosen) {
    for (auto worker : one) ++times[worker];
  }
  for (Index worker = 0; worker < workers; ++worker) {
    card_.people[worker].top = static_cast<float>(times[worker]) / static_cast<float>(card_.draws);
  }
  card_.order.resize(workers);
  std::iota(card_.order.begin(), card_.order.end(), 0);
  std::ranges::sort(card_.order, [&](Index a, Index b) {
    float left = card_.people[a].skill.lower;
    float right = card_.people[b].skill.lower;
    return left != right ? left > right : a < b;
  });
  for (auto worker : card_.order) {
    if (card_.people[worker].top < options_.certainty) continue;
    card_.best.push_back(worker);
    card_.best_fdr += 1 - card_.people[worker].top;
  }
  if (!card_.best.empty()) card_.best_fdr /= static_cast<double>(card_.best.size());
}

// How far an item lies from what its people's skills promise: the mode of b in
// right ~ logistic(theta of the person - b), b ~ Normal(0, 1).
void PeopleScorer::rate_items() {
  constexpr int kNewtonSteps = 12;
  std::vector<double> theta(judgments_.workers());
  for (Index worker = 0; worker < judgments_.workers(); ++worker) {
    double skill = std::clamp<double>(card_.people[worker].skill.mean, 1e-3, 1 - 1e-3);
    theta[worker] = std::log(skill / (1 - skill));
  }
  card_.difficulty.resize(judgments_.items());
  in_blocks(judgments_.items(), block_count(judgments_.items()), [&](Block block) {
    for (auto item = block.from; item < block.to; ++item) {
      auto row = judgments_.of_item(static_cast<Index>(item));
      auto* truth = card_.posterior.data() + item * judgments_.classes();
      double b = 0;
      for (int step = 0; step < kNewtonSteps; ++step) {
        double slope = -b;
        double curve = 1;
        for (std::size_t i = 0; i < row.size(); ++i) {
          double p = share_of_logit(theta[row.other[i]] - b);
          slope += p - truth[row.label[i]];
          curve += p * (1 - p);
        }
        b += std::clamp(slope / curve, -1.0, 1.0);
      }
      card_.difficulty[item] = static_cast<float>(b);
    }
  });
}

Scorecard PeopleScorer::run() {
  count_fixed();
  card_.consensus = check_consensus(judgments_, evidence_.gold, options_.seed);
  DrawOptions draws;
  draws.seed = options_.seed;
  draws.kept = static_cast<int>(consensus_draws_);
  open_right_.reserve(consensus_draws_ * cells_);
  auto drawn = draw_truths(judgments_, evidence_.gold, draws,
                           [&](std::span<const Label> truth) { count_draw(truth); });
  card_.posterior = std::move(drawn.posterior);
  fit();
  draw_people();
  rank_people();
  rate_items();
  return std::move(card_);
}

}  // namespace

Result<Scorecard> score_people(const Judgments& judgments, const SkillEvidence& evidence,
                               const SkillOptions& options) {
  TRY(check_evidence(judgments, evidence, options));
  return PeopleScorer(judgments, evidence, options).run();
}

std::vector<double> in_worker_order(const Judgments& judgments, const Columns& columns,
                                    std::span<const double> values) {
  std::vector<double> out(judgments.size(), 0);
  std::vector<bool> filled(judgments.size(), false);
  for (std::size_t i = 0; i < columns.item.size(); ++i) {
    auto row = judgments.of_worker(columns.worker[i]);
    auto at = std::ranges::lower_bound(row.other, columns.item[i]) - row.other.begin();
    auto place = judgments.worker_starts()[columns.worker[i]] + static_cast<std::size_t>(at);
    if (filled[place]) continue;
    filled[place] = true;
    out[place] = values[i];
  }
  return out;
}

}  // namespace guildhall::quality
