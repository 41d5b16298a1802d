#include "quality/pairwise/strengths.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/limits.h"
#include "quality/pairwise/pair_system.h"
#include "quality/parallel.h"

namespace guildhall::quality {
namespace {

constexpr double kEnough = 1e-10;  // the largest step of a score that ends it
constexpr double kSolveTolerance = 1e-4;
constexpr int kMaxHalvings = 40;

constexpr std::size_t kMaxBorder = kMaxCovariates + 1;
using Border = std::array<double, kMaxBorder>;

// What one block of pairs adds to the border's part.
struct BorderSums {
  double objective = 0;
  double product = 1;  // of sums whose logarithms the objective still lacks
  Border slope{};
  std::vector<double> bend;
};

class CurvatureWork {
 public:
  CurvatureWork(const Comparisons& data, const StrengthProblem& problem, const Strengths& at,
                Curvature& out)
      : data_(data), problem_(problem), at_(at), out_(out), border_(problem.border()) {}

  void pair(std::size_t pair, BorderSums& sums) {
    auto [first, second] = data_.pairs()[pair];
    double d = at_.score[first] - at_.score[second];
    out_.slope[pair] = out_.bend[pair] = 0;
    std::fill_n(out_.cross.begin() + static_cast<std::ptrdiff_t>(pair * border_), border_, 0.0);
    if (!problem_.covariates) {
      add(pair, problem_.tallies[pair], d, nullptr, sums);
      return;
    }
    for (auto turn = data_.turn_start(pair); turn < data_.turn_start(pair + 1); ++turn) {
      Tally tally;
      double weight = data_.weight(turn);
      auto outcome = data_.turn(turn).outcome;
      (outcome == Outcome::left    ? tally.first
       : outcome == Outcome::right ? tally.second
                                   : tally.tie) = weight;
      Border x{};
      double shifted = d;
      std::size_t offset = problem_.davidson ? 1 : 0;
      for (std::size_t k = 0; k < problem_.scale.size(); ++k) {
        x[k] = data_.covariate(turn)[k] / problem_.scale[k];
        shifted += x[k] * at_.border[offset + k];
      }
      add(pair, tally, shifted, x.data(), sums);
    }
  }

  static void settle(BorderSums& sums) {
    sums.objective -= std::log(sums.product);
    sums.product = 1;
  }

 private:
  void add(std::size_t pair, const Tally& tally, double d, const double* x, BorderSums& sums) {
    double log_nu = problem_.davidson ? at_.border[0] : 0;
    auto odds = odds_at(d, problem_.davidson, log_nu);
    double total = tally.total();
    double slope = (tally.first - tally.second) / 2 - total * odds.mean();
    double bend = total * odds.spread();
    sums.objective += d * (tally.first - tally.second) / 2 - total * odds.top;
    // Where pairs met once, one logarithm serves many of them.
    if (total == 1) {
      sums.product *= odds.sum;
      if (sums.product > 1e280) settle(sums);
    } else {
      sums.objective -= total * std::log(odds.sum);
    }
    out_.slope[pair] += slope;
    out_.bend[pair] += bend;
    if (border_ == 0) return;
    std::size_t offset = 0;
    double tie_cross = 0;
    if (problem_.davidson) {
      offset = 1;
      tie_cross = -total * odds.tie * odds.mean();
      sums.objective += tally.tie * log_nu;
      sums.slope[0] += tally.tie - total * odds.tie;
      sums.bend[0] += total * odds.tie * (1 - odds.tie);
      out_.cross[pair * border_] += tie_cross;
    }
    for (std::size_t k = 0; k < problem_.scale.size(); ++k) {
      auto row = offset + k;
      sums.slope[row] += slope * x[k];
      out_.cross[pair * border_ + row] += bend * x[k];
      if (problem_.davidson) sums.bend[row * border_] += tie_cross * x[k];
      for (std::size_t j = 0; j <= k; ++j) {
        sums.bend[row * border_ + offset + j] += bend * x[k] * x[j];
      }
    }
  }

  const Comparisons& data_;
  const StrengthProblem& problem_;
  const Strengths& at_;
  Curvature& out_;
  std::size_t border_;
};

double log_prior(const StrengthProblem& problem, const Strengths& at) {
  double squares = 0;
  for (double score : at.score) squares += score * score;
  double border = 0;
  for (double value : at.border) border += value * value;
  return -0.5 * (problem.precision * squares + border / (kBorderPriorSd * kBorderPriorSd));
}

struct Step {
  std::vector<double> score;
  std::vector<double> border;
  double gain = 0;     // what the slope promises for the whole of it
  double largest = 0;  // change of a score or border
};

Step newton_step(const Comparisons& data, const StrengthProblem& problem, const Strengths& at,
                 const Curvature& bent) {
  BorderedSystem equations(data, problem, bent, kSolveTolerance);
  auto slope = by_item(data, bent.slope);
  for (std::size_t i = 0; i < slope.size(); ++i) slope[i] -= problem.precision * at.score[i];
  auto border = bent.border_slope;
  Step step{equations.solve(slope, border), {}, 0, 0};
  step.border = std::move(border);
  for (std::size_t k = 0; k < step.border.size(); ++k) {
    step.gain += step.border[k] * bent.border_slope[k];
    step.largest = std::max(step.largest, std::abs(step.border[k]));
  }
  for (std::size_t i = 0; i < slope.size(); ++i) {
    step.gain += slope[i] * step.score[i];
    step.largest = std::max(step.largest, std::abs(step.score[i]));
  }
  return step;
}

Strengths moved(const Strengths& from, const Step& step, double share) {
  Strengths to = from;
  for (std::size_t i = 0; i < to.score.size(); ++i) to.score[i] += share * step.score[i];
  for (std::size_t i = 0; i < to.border.size(); ++i) to.border[i] += share * step.border[i];
  return to;
}

}  // namespace

BorderedSystem::BorderedSystem(const Comparisons& data, const StrengthProblem& problem,
                               const Curvature& bent, double tolerance)
    : system_(data, bent.bend, problem.precision),
      tolerance_(tolerance),
      border_(problem.border()),
      small_(bent.border_bend) {
  for (std::size_t k = 0; k < border_; ++k) {
    across_.push_back(by_item(data, bent.cross, border_, k));
    solved_.push_back(system_.solve(across_[k], tolerance));
  }
  for (std::size_t k = 0; k < border_; ++k) {
    for (std::size_t j = 0; j < border_; ++j) {
      for (std::size_t i = 0; i < across_[k].size(); ++i) {
        small_[k * border_ + j] -= across_[k][i] * solved_[j][i];
      }
    }
  }
  cholesky(small_, border_);
}

std::vector<double> BorderedSystem::solve(std::span<const double> items, std::span<double> border,
                                          bool alone) const {
  auto score = alone ? system_.solve_alone(items, tolerance_) : system_.solve(items, tolerance_);
  for (std::size_t k = 0; k < border_; ++k) {
    for (std::size_t i = 0; i < score.size(); ++i) border[k] -= across_[k][i] * score[i];
  }
  if (border_ > 0) cholesky_solve(small_, border_, border);
  for (std::size_t k = 0; k < border_; ++k) {
    for (std::size_t i = 0; i < score.size(); ++i) score[i] -= border[k] * solved_[k][i];
  }
  return score;
}

OutcomeOdds odds_at(double d, bool davidson, double log_nu) {
  double half = std::abs(d) / 2;
  OutcomeOdds odds;
  if (davidson) {
    double top = std::max(half, log_nu);
    double strong = std::exp(half - top);
    double weak = std::exp(-half - top);
    double tie = std::exp(log_nu - top);
    double sum = strong + weak + tie;
    odds = {strong / sum, weak / sum, tie / sum, top, sum};
  } else {
    double weak = std::exp(-2 * half);
    odds = {1 / (1 + weak), weak / (1 + weak), 0, half, 1 + weak};
  }
  if (d < 0) std::swap(odds.first, odds.second);
  return odds;
}

Curvature curvature_at(const Comparisons& data, const StrengthProblem& problem,
                       const Strengths& at) {
  Curvature out;
  find_curvature(data, problem, at, out);
  return out;
}

void find_curvature(const Comparisons& data, const StrengthProblem& problem, const Strengths& at,
                    Curvature& out) {
  auto pairs = data.pairs().size();
  auto border = problem.border();
  out.objective = 0;
  out.slope.resize(pairs);
  out.bend.resize(pairs);
  out.cross.resize(pairs * border);
  out.border_slope.assign(border, 0);
  out.border_bend.assign(border * border, 0);
  auto blocks = block_count(problem.covariates ? data.size() : pairs, 8'192);
  blocks = std::clamp<std::size_t>(pairs, 1, blocks);
  std::vector<BorderSums> sums(blocks);
  CurvatureWork work(data, problem, at, out);
  in_blocks(pairs, blocks, [&](Block block) {
    BorderSums mine;
    mine.bend.resize(border * border);
    for (auto pair = block.from; pair < block.to; ++pair) work.pair(pair, mine);
    CurvatureWork::settle(mine);
    sums[block.number] = std::move(mine);
  });
  for (const auto& one : sums) {
    out.objective += one.objective;
    for (std::size_t k = 0; k < border; ++k) out.border_slope[k] += one.slope[k];
    for (std::size_t k = 0; k < border * border; ++k) out.border_bend[k] += one.bend[k];
  }
  constexpr double kPrecision = 1 / (kBorderPriorSd * kBorderPriorSd);
  for (std::size_t k = 0; k < border; ++k) {
    out.border_slope[k] -= kPrecision * at.border[k];
    out.border_bend[k * border + k] += kPrecision;
    for (std::size_t j = 0; j < k; ++j) {
      out.border_bend[j * border + k] = out.border_bend[k * border + j];
    }
  }
  out.objective += log_prior(problem, at);
}

namespace {

double prior_sd_for(const Comparisons& data, const StrengthProblem& problem, const Strengths& at,
                    const Curvature& bent) {
  double squares = 1;
  for (double score : at.score) squares += score * score;
  // An item's share that the data determine is 1 - precision × variance of its score.
  double determined = 1;
  if (data.items() <= kDenseItems) {
    auto factor = dense_pair_matrix(data, bent.bend, problem.precision);
    cholesky(factor, data.items());
    auto inverse = cholesky_inverse(factor, data.items());
    for (std::size_t i = 0; i < data.items(); ++i) {
      determined += 1 - problem.precision * inverse[i * data.items() + i];
    }
  } else {
    for (Index item = 0; item < data.items(); ++item) {
      double sum = 0;
      for (auto [other, pair] : data.of_item(item)) sum += bent.bend[pair];
      determined += sum / (sum + problem.precision);
    }
  }
  return std::clamp(std::sqrt(squares / determined), kLeastPriorSd, kScorePriorSd);
}

// Newton's steps from `at`, whose curvature is `bent`; both end at the top.
void climb(const Comparisons& data, const StrengthProblem& problem, Strengths& at,
           Curvature& bent) {
  Curvature next_bent;  // the memory of two serves all steps
  while (at.steps < problem.max_steps && !at.converged) {
    auto step = newton_step(data, problem, at, bent);
    ++at.steps;
    double share = 1;
    // Where the step is lost in the last digits of the objective it is taken as it is.
    double noise = 1e-13 * (1 + std::abs(at.objective));
    for (int halving = 0; halving <= kMaxHalvings; ++halving, share /= 2) {
      auto next = moved(at, step, share);
      find_curvature(data, problem, next, next_bent);
      if (next_bent.objective >= at.objective + 1e-4 * share * step.gain - noise) {
        at = std::move(next);
        std::swap(bent, next_bent);
        at.objective = bent.objective;
        break;
      }
    }
    at.converged = step.largest * share < kEnough;
  }
}

// Where the way begins.
Curvature begin_at(const Comparisons& data, const StrengthProblem& problem, Strengths& at) {
  at.score.resize(data.items());
  at.border.resize(problem.border());
  at.steps = 0;
  at.converged = false;
  auto bent = curvature_at(data, problem, at);
  at.objective = bent.objective;
  return bent;
}

}  // namespace

double learned_prior_sd(const Comparisons& data, const StrengthProblem& problem,
                        const Strengths& at) {
  return prior_sd_for(data, problem, at, curvature_at(data, problem, at));
}

Strengths maximise_with_prior(const Comparisons& data, StrengthProblem& problem, Strengths start) {
  auto bent = begin_at(data, problem, start);
  int steps = 0;
  bool settled = false;
  for (int round = 0; round < kMaxPriorRounds; ++round) {
    climb(data, problem, start, bent);
    steps += start.steps;
    double sd = prior_sd_for(data, problem, start, bent);
    settled = std::abs(std::log(sd * sd * problem.precision)) < 2e-3;
    if (settled) break;
    // The prior alone is another now: what the data say of the point is known.
    double before = log_prior(problem, start);
    problem.precision = 1 / (sd * sd);
    start.objective += log_prior(problem, start) - before;
    start.steps = 0;
    start.converged = false;
  }
  start.steps = steps;
  start.converged = start.converged && settled;
  return start;
}

Strengths maximise(const Comparisons& data, const StrengthProblem& problem, Strengths start) {
  auto bent = begin_at(data, problem, start);
  climb(data, problem, start, bent);
  return start;
}

}  // namespace guildhall::quality
