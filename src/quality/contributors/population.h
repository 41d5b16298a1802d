// A logit-normal population of people in domains: theta = mean of the domain + effect of the person
// + effect of the person in the domain; right judgments are binomial in it. Variances by empirical
// Bayes (EM on the Laplace approximation). Counts need not be whole.
// Source: Gelman et al., Bayesian Data Analysis, 3rd ed., ch. 5, 15, 16.
//
// Concurrency: pure. Limits: kPopulationRounds.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace guildhall::quality {

struct Binomial {
  double right = 0;
  double all = 0;
};

struct LaplaceFit {
  double mode = 0;
  double precision = 1;
};

// Mode and curvature of a binomial in the logit under Normal(mean, 1 / precision).
LaplaceFit laplace_logit(Binomial seen, double mean, double precision);

struct SkillPopulation {
  std::vector<double> domain_mean;    // logits
  std::vector<double> person_effect;  // posterior mean, logits; 0 where there is one domain
  std::vector<double> person_sd;      // posterior
  double spread = 1;                  // sd of theta around mean + person_effect
  double person_spread = 0;           // sd of the persons' effects
  int rounds = 0;
  bool converged = true;
};

// `seen`: people x domains.
SkillPopulation fit_population(std::span<const Binomial> seen, std::size_t domains);

}  // namespace guildhall::quality
