#include "quality/pairwise/crowd_rank.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "quality/pairwise/ranking_problem.h"
#include "quality/pairwise/strengths.h"
#include "quality/parallel.h"

namespace guildhall::quality {
namespace {

constexpr double kCrowdTolerance = 1e-3;  // the largest change of a score in a sweep that ends it
constexpr int kMaxCrowdRounds = 4;        // of learning the prior's width anew

// Expected counts of one worker: of the three ways to answer, of a guess's three outcomes.
struct HabitCounts {
  std::array<double, 3> way{};
  std::array<double, 3> side{};

  void add(const HabitCounts& other) {
    for (std::size_t k = 0; k < 3; ++k) {
      way[k] += other.way[k];
      side[k] += other.side[k];
    }
  }
};

std::size_t place(Outcome outcome) { return static_cast<std::size_t>(outcome); }

// The outcome as the columns had it: by the side, not by the pair's order.
Outcome as_stood(Turn turn) {
  if (!turn.swapped || turn.outcome == Outcome::tie) return turn.outcome;
  return turn.outcome == Outcome::left ? Outcome::right : Outcome::left;
}

WorkerHabit habit_of(const std::array<double, 3>& way, const std::array<double, 3>& side) {
  return {way[0], way[1], way[2], side[0], side[1], side[2]};
}

// Where the climb stands: the strengths and everybody's habits.
struct CrowdPoint {
  Strengths at;
  std::vector<WorkerHabit> habit;
  WorkerHabit population;
};

constexpr std::size_t kHabitNumbers = 6;

// Scores and border as they are, habits as logarithms: what a step can be stretched in.
std::vector<double> flat(const CrowdPoint& point) {
  std::vector<double> all = point.at.score;
  all.insert(all.end(), point.at.border.begin(), point.at.border.end());
  for (const auto& habit : point.habit) {
    for (double value :
         {habit.follow, habit.reverse, habit.guess, habit.left, habit.right, habit.tie}) {
      all.push_back(std::log(std::max(value, 1e-12)));
    }
  }
  return all;
}

CrowdPoint from_flat(const CrowdPoint& like, const std::vector<double>& all) {
  CrowdPoint point = like;
  auto next = all.begin();
  for (double& value : point.at.score) value = *next++;
  for (double& value : point.at.border) value = *next++;
  for (auto& habit : point.habit) {
    std::array<double, kHabitNumbers> value{};
    for (std::size_t half : {0, 3}) {
      double sum = 0;
      for (std::size_t k = 0; k < 3; ++k) {
        value[half + k] = std::exp(std::clamp(*next++, -40.0, 40.0));
        sum += value[half + k];
      }
      for (std::size_t k = 0; k < 3; ++k) value[half + k] /= sum;
    }
    habit = {value[0], value[1], value[2], value[3], value[4], value[5]};
  }
  return point;
}

class CrowdFit {
 public:
  CrowdFit(const Comparisons& data, const CrowdOptions& options) : data_(data), options_(options) {
    out_.ranking.davidson = options.ties == Ties::davidson;
    out_.ranking.separated = is_separated(data);
    problem_ = ranking_problem(data, out_.ranking.davidson, false,
                               options.prior_sd < 0 ? 1 : options.prior_sd);
    outcomes_ = out_.ranking.davidson ? 3 : 2;
    count_outcomes();
  }

  CrowdRanking run() && {
    bool learn = options_.prior_sd < 0;
    now_.at = learn ? maximise_with_prior(data_, problem_) : maximise(data_, problem_);
    now_.population = habit_of(first_ways_, population_side_);
    now_.habit.assign(data_.workers(), now_.population);
    problem_.max_steps = 1;
    tallies_.resize(data_.pairs().size());
    bool done = data_.size() == 0;
    for (int round = 0; round < kMaxCrowdRounds && data_.size() > 0; ++round) {
      done = climb();
      if (!learn) break;
      double sd = learned_prior_sd(data_, problem_, now_.at);
      if (std::abs(std::log(sd * sd * problem_.precision)) < 0.04) break;
      problem_.precision = 1 / (sd * sd);
    }
    out_.ranking.converged = done;
    return finished();
  }

 private:
  void count_outcomes() {
    std::array<double, 3> seen{};
    for (std::size_t at = 0; at < data_.size(); ++at) {
      seen[place(as_stood(data_.turn(at)))] += data_.weight(at);
    }
    out_.sides_told = options_.sides == Sides::told ||
                      (options_.sides == Sides::automatic && seen[0] > 0 && seen[1] > 0);
    double tie = outcomes_ == 3 ? seen[2] : 0;
    double all = std::max(1e-300, seen[0] + seen[1] + tie);
    population_side_ = {seen[0] / all, seen[1] / all, tie / all};
    if (data_.size() == 0) population_side_ = {0.5, 0.5, 0};
    balance(population_side_);
    if (!options_.reverse) {
      first_ways_ = {0.8, 0, 0.2};
    } else if (!out_.sides_told) {
      // Guessing then is half following, half reversing: one of them is too many.
      first_ways_ = {0.85, 0.15, 0};
    }
  }

  // Where the sides are not told, a guess takes both alike.
  void balance(std::array<double, 3>& side) const {
    if (!out_.sides_told) side[0] = side[1] = (side[0] + side[1]) / 2;
  }

  // SQUAREM (Varadhan and Roland 2008): two plain sweeps, then their path stretched as far as it is
  // straight; what does not rise is not taken.
  bool climb() {
    while (out_.ranking.steps < kMaxCrowdSweeps) {
      auto x0 = flat(now_);
      if (sweep() < kCrowdTolerance) return true;
      double reached = objective_;
      auto x1 = flat(now_);
      if (sweep() < kCrowdTolerance) return true;
      auto x2 = flat(now_);
      double speed = 0;
      double turn = 0;
      for (std::size_t i = 0; i < x0.size(); ++i) {
        double bend = x2[i] - 2 * x1[i] + x0[i];
        speed += (x1[i] - x0[i]) * (x1[i] - x0[i]);
        turn += bend * bend;
      }
      double stretch = std::sqrt(speed / std::max(turn, 1e-300));
      if (stretch <= 1 || stretch > 1e6) continue;
      for (std::size_t i = 0; i < x0.size(); ++i) {
        double bend = x2[i] - 2 * x1[i] + x0[i];
        x1[i] = x0[i] + 2 * stretch * (x1[i] - x0[i]) + stretch * stretch * bend;
      }
      auto safe = now_;
      now_ = from_flat(safe, x1);
      double change = sweep();
      if (!(objective_ >= reached)) {
        now_ = std::move(safe);
      } else if (change < kCrowdTolerance) {
        return true;
      }
    }
    return false;
  }

  // One sweep of EM; gives the largest change of a score, and objective_ of where it began.
  double sweep() {
    ++out_.ranking.steps;
    expect();
    objective_ = log_likelihood_ + log_prior();
    learn_habits();
    return move_scores();
  }

  double log_prior() const {
    double sum = 0;
    for (double score : now_.at.score) sum -= 0.5 * problem_.precision * score * score;
    auto part = [](double weight, double share, double value) {
      return weight * share * std::log(std::max(value, 1e-12));
    };
    const auto& all = now_.population;
    for (const auto& one : now_.habit) {
      sum += part(kReliabilityWeight, all.follow, one.follow) +
             part(kReliabilityWeight, all.reverse, one.reverse) +
             part(kReliabilityWeight, all.guess, one.guess) +
             part(kSideWeight, all.left, one.left) + part(kSideWeight, all.right, one.right) +
             part(kSideWeight, all.tie, one.tie);
    }
    return sum;
  }

  void expect() {
    auto pairs = data_.pairs().size();
    auto blocks = std::clamp<std::size_t>(pairs, 1, block_count(data_.size(), 16'384, 16));
    std::vector<std::vector<HabitCounts>> counts(blocks);
    std::vector<double> objective(blocks);
    in_blocks(pairs, blocks, [&](Block block) {
      auto& mine = counts[block.number];
      mine.resize(data_.workers());
      for (auto pair = block.from; pair < block.to; ++pair) {
        objective[block.number] += expect_pair(pair, mine);
      }
    });
    counts_ = std::move(counts[0]);
    log_likelihood_ = objective[0];
    for (std::size_t block = 1; block < blocks; ++block) {
      for (std::size_t w = 0; w < counts_.size(); ++w) counts_[w].add(counts[block][w]);
      log_likelihood_ += objective[block];
    }
  }

  double expect_pair(std::size_t pair, std::vector<HabitCounts>& counts) {
    auto [first, second] = data_.pairs()[pair];
    double log_nu = out_.ranking.davidson ? now_.at.border[0] : 0;
    auto odds =
        odds_at(now_.at.score[first] - now_.at.score[second], out_.ranking.davidson, log_nu);
    // By outcome (left: first won): what follows the strengths, and what reverses them. A tie that
    // is half a win of each tells nothing of who said it.
    std::array<double, 3> follow{odds.first, odds.second, outcomes_ == 3 ? odds.tie : 0.5};
    std::array<double, 3> reverse{follow[1], follow[0], follow[2]};
    std::array<double, 3> followed{};
    std::array<double, 3> reversed{};
    double sum = 0;
    double product = 1;  // of what goes into a logarithm, which is dear
    for (auto at = data_.turn_start(pair); at < data_.turn_start(pair + 1); ++at) {
      auto turn = data_.turn(at);
      auto outcome = place(turn.outcome);
      auto stood = place(as_stood(turn));
      const auto& habit = now_.habit[data_.worker(at)];
      std::array<double, 3> side{habit.left, habit.right, outcomes_ == 3 ? habit.tie : 0.5};
      double a = habit.follow * follow[outcome];
      double b = habit.reverse * reverse[outcome];
      double c = habit.guess * side[stood];
      double all = std::max(a + b + c, 1e-100);
      double weight = data_.weight(at);
      double share = weight / all;
      followed[outcome] += a * share;
      reversed[outcome] += b * share;
      auto& count = counts[data_.worker(at)];
      if (outcome < outcomes_) {
        count.way[0] += a * share;
        count.way[1] += b * share;
        count.way[2] += c * share;
        count.side[stood] += c * share;
      }
      if (weight == 1) {
        product *= all;
      } else {
        sum += weight * std::log(all);
      }
      if (product < 1e-200) sum += std::log(std::exchange(product, 1));
    }
    sum += std::log(std::max(product, 1e-300));
    tallies_[pair] = {followed[0] + reversed[1], followed[1] + reversed[0],
                      followed[2] + reversed[2]};
    return sum;
  }

  // A worker's own counts are drawn to the population, which is made of what each says, nobody with
  // more than the prior's weight.
  void learn_habits() {
    std::array<double, 3> way{};
    std::array<double, 3> side{};
    for (std::size_t k = 0; k < 3; ++k) {
      way[k] = kReliabilityWeight * first_ways_[k];
      side[k] = kSideWeight * population_side_[k];
    }
    for (const auto& count : counts_) {
      double said = count.way[0] + count.way[1] + count.way[2];
      double guessed = count.side[0] + count.side[1] + count.side[2];
      for (std::size_t k = 0; k < 3; ++k) {
        way[k] += count.way[k] * kReliabilityWeight / (said + kReliabilityWeight);
        side[k] += count.side[k] * kSideWeight / (guessed + kSideWeight);
      }
    }
    normalise(way);
    normalise(side);
    balance(side);
    now_.population = habit_of(way, side);
    for (std::size_t w = 0; w < now_.habit.size(); ++w) {
      auto own = counts_[w];
      for (std::size_t k = 0; k < 3; ++k) {
        own.way[k] += kReliabilityWeight * way[k];
        own.side[k] += kSideWeight * side[k];
      }
      normalise(own.way);
      normalise(own.side);
      balance(own.side);
      now_.habit[w] = habit_of(own.way, own.side);
    }
  }

  static void normalise(std::array<double, 3>& share) {
    double sum = share[0] + share[1] + share[2];
    for (double& one : share) one /= sum;
  }

  double move_scores() {
    problem_.tallies = tallies_;
    auto next = maximise(data_, problem_, now_.at);
    double largest = 0;
    for (std::size_t i = 0; i < next.score.size(); ++i) {
      largest = std::max(largest, std::abs(next.score[i] - now_.at.score[i]));
    }
    now_.at = std::move(next);
    return largest;
  }

  CrowdRanking finished() {
    out_.ranking.score = now_.at.score;
    out_.ranking.log_nu = out_.ranking.davidson ? now_.at.border[0] : 0;
    out_.ranking.prior_sd = 1 / std::sqrt(problem_.precision);
    out_.ranking.objective = objective_;
    out_.population = now_.population;
    out_.worker = std::move(now_.habit);
    return std::move(out_);
  }

  const Comparisons& data_;
  CrowdOptions options_;
  StrengthProblem problem_;
  CrowdRanking out_;
  CrowdPoint now_;
  std::array<double, 3> first_ways_{0.75, 0.05, 0.2};  // follow, reverse, guess
  std::size_t outcomes_ = 2;
  std::array<double, 3> population_side_{};
  std::vector<HabitCounts> counts_;
  std::vector<Tally> tallies_;
  double log_likelihood_ = 0;
  double objective_ = 0;
};

}  // namespace

Result<CrowdRanking> crowd_rank(const Comparisons& data, const CrowdOptions& options) {
  if (options.prior_sd == 0 || !std::isfinite(options.prior_sd)) {
    return fail(Fault::invalid, "quality-input", "A model of workers needs a prior's width.");
  }
  if (data.size() > 0 && !data.has_workers()) {
    return fail(Fault::invalid, "quality-input", "The comparisons name no workers.");
  }
  return CrowdFit(data, options).run();
}

}  // namespace guildhall::quality
