#include "quality/pairwise/spread.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/limits.h"
#include "quality/pairwise/ranking_problem.h"
#include "quality/parallel.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

constexpr double kDrawTolerance = 1e-5;

// What one outcome adds to the slope: `d` to the first item (and takes from the second), `border`
// to log nu and the effects.
struct SlopePart {
  double weight = 0;
  double d = 0;
  std::array<double, kMaxCovariates + 1> border{};
};

class SpreadWork {
 public:
  SpreadWork(const Comparisons& data, const Ranking& ranking, const SpreadOptions& options)
      : data_(data),
        options_(options),
        problem_(ranking_problem(data, ranking.davidson, options.covariates, ranking.prior_sd)) {
    at_.score = ranking.score;
    if (ranking.davidson) at_.border.push_back(ranking.log_nu);
    for (std::size_t k = 0; k < problem_.scale.size(); ++k) {
      at_.border.push_back(ranking.effect[k] * problem_.scale[k]);
    }
    bent_ = curvature_at(data, problem_, at_);
    border_ = problem_.border();
    size_ = data.items() + border_;
    members_.assign(data.part_count(), 0);
    for (Index part : data.parts()) members_[part] += 1;
  }

  RankingSpread exact() {
    auto whole = assembled(bent_.bend, bent_.cross, bent_.border_bend, problem_.precision);
    cholesky(whole, size_);
    auto inverse = cholesky_inverse(whole, size_);
    auto meat = options_.by_worker ? meat_by_worker() : meat_by_comparison();
    std::vector<double> variance(size_);
    in_blocks(size_, block_count(size_, 32), [&](Block block) {
      std::vector<double> row(size_);
      for (auto i = block.from; i < block.to; ++i) {
        std::ranges::fill(row, 0);
        for (std::size_t j = 0; j < size_; ++j) {
          double times = inverse[i * size_ + j];
          for (std::size_t k = 0; k < size_; ++k) row[k] += times * meat[j * size_ + k];
        }
        for (std::size_t k = 0; k < size_; ++k) variance[i] += row[k] * inverse[i * size_ + k];
      }
    });
    RankingSpread out;
    out.covariance.resize(static_cast<std::size_t>(data_.items()) * data_.items());
    std::vector<double> model(data_.items());
    for (std::size_t i = 0; i < data_.items(); ++i) {
      for (std::size_t j = 0; j < data_.items(); ++j) {
        out.covariance[i * data_.items() + j] = inverse[i * size_ + j];
      }
      // Along the mean of a part there is the prior alone; scores are against that mean.
      double ridge = problem_.precision > 0 ? problem_.precision : 1;
      model[i] = inverse[i * size_ + i] - 1 / (ridge * members_[data_.parts()[i]]);
    }
    return finished(std::move(out), variance, model);
  }

  RankingSpread drawn() {
    BorderedSystem equations(data_, problem_, bent_, kDrawTolerance);
    std::vector<std::vector<double>> seen(kSpreadDraws);
    std::vector<std::vector<double>> model(kSpreadDraws);
    in_blocks(kSpreadDraws, kSpreadDraws, [&](Block block) {
      seen[block.number] = draw_seen(equations, block.number);
      model[block.number] = draw_model(equations, block.number);
    });
    std::vector<double> variance(size_);
    std::vector<double> by_model(size_);
    for (std::size_t draw = 0; draw < kSpreadDraws; ++draw) {
      for (std::size_t i = 0; i < size_; ++i) {
        variance[i] += seen[draw][i] * seen[draw][i] / kSpreadDraws;
        by_model[i] += model[draw][i] * model[draw][i] / kSpreadDraws;
      }
    }
    return finished({}, variance, by_model);
  }

 private:
  // Calls each(pair, turn or none, part) for every outcome that was seen.
  template <class Each>
  void over_outcomes(bool by_turn, Each each) const {
    double log_nu = problem_.davidson ? at_.border[0] : 0;
    for (std::size_t pair = 0; pair < data_.pairs().size(); ++pair) {
      auto [first, second] = data_.pairs()[pair];
      double d = at_.score[first] - at_.score[second];
      if (!by_turn) {
        auto odds = odds_at(d, problem_.davidson, log_nu);
        const auto& tally = data_.tallies()[pair];
        for (auto [outcome, weight] :
             {std::pair{Outcome::left, tally.first}, std::pair{Outcome::right, tally.second},
              std::pair{Outcome::tie, tally.tie}}) {
          if (weight > 0) each(pair, std::size_t{0}, part(odds, outcome, weight, nullptr));
        }
        continue;
      }
      for (auto at = data_.turn_start(pair); at < data_.turn_start(pair + 1); ++at) {
        std::array<double, kMaxCovariates> x{};
        double shifted = d;
        for (std::size_t k = 0; k < problem_.scale.size(); ++k) {
          x[k] = data_.covariate(at)[k] / problem_.scale[k];
          shifted += x[k] * at_.border[(problem_.davidson ? 1 : 0) + k];
        }
        auto odds = odds_at(shifted, problem_.davidson, log_nu);
        each(pair, at, part(odds, data_.turn(at).outcome, data_.weight(at), x.data()));
      }
    }
  }

  SlopePart part(const OutcomeOdds& odds, Outcome outcome, double weight, const double* x) const {
    SlopePart part;
    part.weight = weight;
    part.d = (outcome == Outcome::left ? 0.5 : outcome == Outcome::right ? -0.5 : 0) - odds.mean();
    std::size_t offset = 0;
    if (problem_.davidson) {
      offset = 1;
      part.border[0] = (outcome == Outcome::tie ? 1 : 0) - odds.tie;
    }
    for (std::size_t k = 0; k < problem_.scale.size(); ++k) part.border[offset + k] = part.d * x[k];
    return part;
  }

  // Scores and border in one symmetric matrix.
  std::vector<double> assembled(std::span<const double> bend, std::span<const double> cross,
                                std::span<const double> small, double ridge) const {
    std::size_t items = data_.items();
    auto inner = dense_pair_matrix(data_, bend, ridge);
    std::vector<double> whole(size_ * size_);
    for (std::size_t i = 0; i < items; ++i) {
      for (std::size_t j = 0; j < items; ++j) whole[i * size_ + j] = inner[i * items + j];
    }
    for (std::size_t k = 0; k < border_; ++k) {
      auto across = by_item(data_, cross, border_, k);
      for (std::size_t i = 0; i < items; ++i) {
        whole[i * size_ + items + k] = whole[(items + k) * size_ + i] = across[i];
      }
      for (std::size_t j = 0; j < border_; ++j) {
        whole[(items + k) * size_ + items + j] = small[k * border_ + j];
      }
    }
    return whole;
  }

  // The squares of the parts have the shape that the curvature has.
  std::vector<double> meat_by_comparison() const {
    auto pairs = data_.pairs().size();
    std::vector<double> bend(pairs);
    std::vector<double> cross(pairs * border_);
    std::vector<double> small(border_ * border_);
    over_outcomes(problem_.covariates, [&](std::size_t pair, std::size_t, const SlopePart& part) {
      bend[pair] += part.weight * part.d * part.d;
      for (std::size_t k = 0; k < border_; ++k) {
        cross[pair * border_ + k] += part.weight * part.d * part.border[k];
        for (std::size_t j = 0; j < border_; ++j) {
          small[k * border_ + j] += part.weight * part.border[k] * part.border[j];
        }
      }
    });
    // A ridge too small to be seen keeps out the ones of each part.
    return assembled(bend, cross, small, 1e-300);
  }

  std::vector<double> meat_by_worker() const {
    std::vector<std::vector<double>> slope(data_.workers());
    over_outcomes(true, [&](std::size_t pair, std::size_t at, const SlopePart& part) {
      auto& mine = slope[data_.worker(at)];
      mine.resize(size_);
      auto [first, second] = data_.pairs()[pair];
      mine[first] += part.weight * part.d;
      mine[second] -= part.weight * part.d;
      for (std::size_t k = 0; k < border_; ++k) {
        mine[data_.items() + k] += part.weight * part.border[k];
      }
    });
    std::vector<double> meat(size_ * size_);
    double workers = 0;
    for (const auto& mine : slope) {
      if (mine.empty()) continue;
      workers += 1;
      for (std::size_t i = 0; i < size_; ++i) {
        if (mine[i] == 0) continue;
        for (std::size_t j = 0; j < size_; ++j) meat[i * size_ + j] += mine[i] * mine[j];
      }
    }
    for (double& value : meat) value *= workers / (workers - 1);
    return meat;
  }

  std::vector<double> draw_seen(const BorderedSystem& equations, std::size_t draw) const {
    Seeded seeded(options_.seed, 2 * draw);
    std::vector<double> by_worker;
    if (options_.by_worker) {
      for (Index w = 0; w < data_.workers(); ++w) by_worker.push_back(seeded.normal());
    }
    std::vector<double> items(data_.items());
    std::vector<double> border(border_);
    over_outcomes(problem_.covariates || options_.by_worker,
                  [&](std::size_t pair, std::size_t at, const SlopePart& part) {
                    double times = options_.by_worker ? part.weight * by_worker[data_.worker(at)]
                                                      : std::sqrt(part.weight) * seeded.normal();
                    auto [first, second] = data_.pairs()[pair];
                    items[first] += times * part.d;
                    items[second] -= times * part.d;
                    for (std::size_t k = 0; k < border_; ++k) border[k] += times * part.border[k];
                  });
    return joined(equations.solve(items, border, true), border);
  }

  // A draw from the posterior, log nu and effects as they are.
  std::vector<double> draw_model(const BorderedSystem& equations, std::size_t draw) const {
    Seeded seeded(options_.seed, 2 * draw + 1);
    std::vector<double> items(data_.items());
    for (std::size_t pair = 0; pair < data_.pairs().size(); ++pair) {
      double part = std::sqrt(bent_.bend[pair]) * seeded.normal();
      items[data_.pairs()[pair].first] += part;
      items[data_.pairs()[pair].second] -= part;
    }
    for (double& item : items) item += std::sqrt(problem_.precision) * seeded.normal();
    std::vector<double> border(border_);
    auto score = equations.solve(items, border, true);
    std::vector<double> mean(members_.size());
    for (std::size_t i = 0; i < score.size(); ++i) {
      mean[data_.parts()[i]] += score[i] / members_[data_.parts()[i]];
    }
    for (std::size_t i = 0; i < score.size(); ++i) score[i] -= mean[data_.parts()[i]];
    return joined(std::move(score), border);
  }

  static std::vector<double> joined(std::vector<double> score, std::span<const double> border) {
    score.insert(score.end(), border.begin(), border.end());
    return score;
  }

  RankingSpread finished(RankingSpread out, std::span<const double> seen,
                         std::span<const double> model) const {
    double prior = problem_.precision > 0 ? 1 / std::sqrt(problem_.precision) : kScorePriorSd;
    for (Index item = 0; item < data_.items(); ++item) {
      bool alone = members_[data_.parts()[item]] == 1;
      out.seen.push_back(alone ? prior : std::sqrt(std::max(0.0, seen[item])));
      out.model.push_back(alone ? prior : std::sqrt(std::max(0.0, model[item])));
    }
    std::size_t next = data_.items();
    if (problem_.davidson) out.log_nu = std::sqrt(std::max(0.0, seen[next++]));
    for (double scale : problem_.scale) {
      out.effect.push_back(std::sqrt(std::max(0.0, seen[next++])) / scale);
    }
    return out;
  }

  const Comparisons& data_;
  SpreadOptions options_;
  StrengthProblem problem_;
  Strengths at_;
  Curvature bent_;
  std::size_t border_ = 0;
  std::size_t size_ = 0;
  std::vector<double> members_;  // items of a part
};

}  // namespace

Result<RankingSpread> spread_of(const Comparisons& data, const Ranking& ranking,
                                const SpreadOptions& options) {
  auto refuse = [](const char* why) { return fail(Fault::invalid, "quality-input", why); };
  auto effects = options.covariates ? data.covariates() : 0;
  if (ranking.score.size() != data.items() || ranking.effect.size() != effects) {
    return refuse("The ranking is not one of these comparisons.");
  }
  if (options.by_worker) {
    auto begin = data.size() > 0 && data.has_workers() ? data.worker(0) : 0;
    bool several = false;
    for (std::size_t at = 0; data.has_workers() && at < data.size(); ++at) {
      several = several || data.worker(at) != begin;
    }
    if (!several) return refuse("Errors by worker need two workers or more.");
  }
  SpreadWork work(data, ranking, options);
  return data.items() <= kExactSpreadItems ? work.exact() : work.drawn();
}

ScoreInterval score_interval(const Ranking& ranking, const RankingSpread& spread, Index item,
                             double z) {
  double reach = z * std::max(spread.seen[item], spread.model[item]);
  return {ranking.score[item] - reach, ranking.score[item] + reach};
}

}  // namespace guildhall::quality
