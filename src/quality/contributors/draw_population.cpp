#include "quality/contributors/draw_population.h"

#include <algorithm>
#include <cmath>

namespace guildhall::quality {
void PopulationCounts::add(const PopulationCounts& other) {
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

DrawPopulation::DrawPopulation(Label classes, bool full) : prior_log(classes, 0) {
  std::size_t k = classes;
  if (full) wrong.assign(k * k, 1.0 / static_cast<double>(std::max<std::size_t>(k - 1, 1)));
}

void DrawPopulation::draw(const PopulationCounts& counts, std::span<const double> of_class,
                          double judged, double decoys, Seeded chance) {
  if (!wrong.empty()) {
    std::vector<double> share;
    double sum = 0;
    for (double items : of_class) sum += share.emplace_back(chance.gamma(1 + items));
    for (std::size_t i = 0; i < share.size(); ++i) {
      prior_log[i] = std::log(std::max(share[i], 1e-300) / sum);
    }
    draw_mistakes(counts, chance);
    double shape = 1 + counts.tables - counts.shape_less;
    kappa = std::clamp(chance.gamma(shape) / (0.1 + counts.rate_more), 0.5, 1e4);
  }
  draw_skill(counts, chance);
  decoy_share = std::min(chance.beta(1 + decoys, 9 + judged - decoys), most_decoys);
  decoy_pull = chance.beta(2 + counts.taken, 2 + counts.passed);
}

void DrawPopulation::draw_mistakes(const PopulationCounts& counts, Seeded& chance) {
  std::size_t k = prior_log.size();
  std::vector<double> drawn(k);
  for (std::size_t truth = 0; truth < k; ++truth) {
    double all = 0;
    for (std::size_t label = 0; label < k; ++label) {
      drawn[label] = label == truth ? 0 : chance.gamma(1 + counts.mistakes[truth * k + label]);
      all += drawn[label];
    }
    for (std::size_t label = 0; label < k; ++label) {
      wrong[truth * k + label] = all > 0 ? std::max(drawn[label] / all, 1e-9) : 1;
    }
  }
}

// Mean and strength of the Beta population, by a random walk on both; the strength's prior is
// log-normal around 4 judgments, the mean's uniform above chance.
void DrawPopulation::draw_skill(const PopulationCounts& counts, Seeded& chance) {
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
  const double least = -std::log(std::max(static_cast<double>(prior_log.size()) - 1.0, 1.0));
  double logit = std::log(mean / (1 - mean));
  double log_strength = std::log(strength);
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
  mean = 1 / (1 + std::exp(-logit));
  strength = std::exp(log_strength);
}

}  // namespace guildhall::quality
