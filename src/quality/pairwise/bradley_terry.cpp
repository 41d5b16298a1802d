#include "quality/pairwise/bradley_terry.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "quality/pairwise/ranking_problem.h"

namespace guildhall::quality {
namespace {

// Marks what can be reached from `from` along wins (or, backward, along losses); ties lead both
// ways. How many items that is.
std::size_t reach(const Comparisons& data, Index from, bool along_wins,
                  std::vector<std::uint8_t>& seen, std::vector<Index>& stack) {
  std::size_t reached = 1;
  seen[from] = 1;
  stack.assign(1, from);
  while (!stack.empty()) {
    Index item = stack.back();
    stack.pop_back();
    for (auto [other, pair] : data.of_item(item)) {
      if (seen[other] != 0) continue;
      const auto& tally = data.tallies()[pair];
      double won = (item < other) == along_wins ? tally.first : tally.second;
      if (won + tally.tie <= 0) continue;
      seen[other] = 1;
      ++reached;
      stack.push_back(other);
    }
  }
  return reached;
}

void centre_parts(const Comparisons& data, std::vector<double>& score) {
  std::vector<double> sum(data.part_count());
  std::vector<double> count(data.part_count());
  for (Index item = 0; item < data.items(); ++item) {
    sum[data.parts()[item]] += score[item];
    count[data.parts()[item]] += 1;
  }
  for (Index item = 0; item < data.items(); ++item) {
    auto part = data.parts()[item];
    score[item] -= sum[part] / count[part];
  }
}

}  // namespace

bool is_separated(const Comparisons& data) {
  std::vector<std::size_t> members(data.part_count());
  for (Index part : data.parts()) ++members[part];
  std::vector<Index> stack;
  std::vector<std::uint8_t> forward(data.items());
  std::vector<std::uint8_t> backward(data.items());
  std::vector<std::uint8_t> known(data.part_count());
  for (Index item = 0; item < data.items(); ++item) {
    auto part = data.parts()[item];
    if (std::exchange(known[part], std::uint8_t{1}) != 0) continue;
    if (reach(data, item, true, forward, stack) < members[part]) return true;
    if (reach(data, item, false, backward, stack) < members[part]) return true;
  }
  return false;
}

StrengthProblem ranking_problem(const Comparisons& data, bool davidson, bool covariates,
                                double prior_sd) {
  StrengthProblem problem;
  problem.tallies = data.tallies();
  problem.davidson = davidson;
  problem.precision = prior_sd > 0 ? 1 / (prior_sd * prior_sd) : 0;
  problem.covariates = covariates && data.covariates() > 0;
  if (!problem.covariates) return problem;
  // Largest first, so that no square overflows.
  std::vector<double> top(data.covariates());
  std::vector<double> squares(data.covariates());
  for (int pass : {0, 1}) {
    for (std::size_t at = 0; at < data.size(); ++at) {
      for (std::size_t k = 0; k < data.covariates(); ++k) {
        double size = std::abs(data.covariate(at)[k]);
        if (pass == 0) top[k] = std::max(top[k], size);
        if (pass == 1 && top[k] > 0) squares[k] += (size / top[k]) * (size / top[k]);
      }
    }
  }
  problem.scale.resize(data.covariates());
  for (std::size_t k = 0; k < data.covariates(); ++k) {
    double mean = squares[k] / std::max<double>(1, static_cast<double>(data.size()));
    double scale = top[k] * std::sqrt(mean);
    problem.scale[k] = scale > 1e-300 ? scale : 1;
  }
  return problem;
}

Result<Ranking> bradley_terry(const Comparisons& data, const BradleyTerryOptions& options) {
  if (!std::isfinite(options.prior_sd)) {
    return fail(Fault::invalid, "quality-input", "The prior's width is not a number.");
  }
  Ranking ranking;
  ranking.separated = is_separated(data);
  ranking.davidson =
      options.ties == Ties::davidson || (options.ties == Ties::automatic && data.has_ties());
  if (ranking.separated && options.prior_sd == 0) {
    return fail(Fault::invalid, "quality-input",
                "Some items never lost to the others: without a prior their scores are infinite.");
  }
  bool learn = options.prior_sd < 0;
  auto problem =
      ranking_problem(data, ranking.davidson, options.covariates, learn ? 1 : options.prior_sd);
  auto best = learn ? maximise_with_prior(data, problem) : maximise(data, problem);
  ranking.prior_sd = problem.precision > 0 ? 1 / std::sqrt(problem.precision) : 0;
  ranking.score = std::move(best.score);
  centre_parts(data, ranking.score);
  ranking.log_nu = ranking.davidson ? best.border[0] : 0;
  for (std::size_t k = 0; k < problem.scale.size(); ++k) {
    ranking.effect.push_back(best.border[(ranking.davidson ? 1 : 0) + k] / problem.scale[k]);
  }
  ranking.objective = best.objective;
  ranking.steps = best.steps;
  ranking.converged = best.converged;
  return ranking;
}

Forecast forecast(const Ranking& ranking, Index left, Index right) {
  auto odds = odds_at(ranking.score[left] - ranking.score[right], ranking.davidson, ranking.log_nu);
  return {odds.first, odds.second, odds.tie};
}

std::vector<double> strength_shares(const std::vector<double>& score) {
  std::vector<double> share(score.size());
  if (score.empty()) return share;
  double top = std::ranges::max(score);
  double sum = 0;
  for (std::size_t i = 0; i < score.size(); ++i) sum += share[i] = std::exp(score[i] - top);
  for (double& one : share) one /= sum;
  return share;
}

}  // namespace guildhall::quality
