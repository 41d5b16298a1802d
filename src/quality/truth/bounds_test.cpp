// What variational methods maximise never falls from one sweep to the next; a likelihood under
// their parameters alone, or a divergence that lacks a part, does.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "quality/real_sets.h"
#include "quality/truth/ebcc.h"
#include "quality/truth/mace.h"
#include "quality/truth/special.h"

namespace guildhall::quality {
namespace {

template <class Options>
void check_rises(const char* name, Result<Truth> (*method)(const Judgments&, Gold, const Options&),
                 std::initializer_list<int> sweeps) {
  auto set = real_set(name);
  if (!set) {
    MESSAGE("skipped: no test data");
    return;
  }
  CAPTURE(std::string(name));
  Options options;
  options.starts = 1;
  double before = -1e300;
  for (int most : sweeps) {
    CAPTURE(most);
    options.stopping = {0, most};
    auto truth = *method(set->judgments, {}, options);
    CHECK(truth.objective > before - 1e-3);
    before = truth.objective;
  }
}

TEST_CASE("MACE's bound rises") {
  check_rises<MaceOptions>("bluebird", mace, {1, 2, 4, 8, 16, 32, 64});
  check_rises<MaceOptions>("zencrowd_in", mace, {1, 2, 5, 10, 20, 50, 100, 150, 250});
}

TEST_CASE("EBCC's bound rises") {
  check_rises<EbccOptions>("bluebird", ebcc, {1, 2, 4, 8, 16, 32});
  check_rises<EbccOptions>("quiz_english", ebcc, {1, 2, 4, 8});
}

// Two items, both known to be of class 0, and one person who is right on both.
struct Known {
  Judgments judgments = *Judgments::make({{0, 1}, {0, 0}, {0, 0}}, 2, 1, 2);
  std::vector<Label> gold = {0, 0};
};

TEST_CASE(
    "EBCC's bound is the evidence where nothing is hidden, and half of it with two subtypes") {
  const Known known;
  // P(both of class 0), P(right, and again) under Dirichlet(1, 1) and Dirichlet(4, 1).
  const double classes = 1.0 / 2 * (2.0 / 3);
  const double rows = 4.0 / 5 * (5.0 / 6);
  EbccOptions options;
  options.subtypes = 1;
  CHECK(std::abs(ebcc(known.judgments, known.gold, options)->objective - std::log(classes * rows)) <
        1e-5);
  options.subtypes = 2;
  // Two items settle in one subtype, and it could as well be the other: half the evidence.
  const double one = 0.05 / 0.1 * (1.05 / 1.1);
  CHECK(std::abs(ebcc(known.judgments, known.gold, options)->objective -
                 std::log(classes * rows * one)) < 0.02);
}

// KL(Dirichlet(prior + count) || Dirichlet(prior)), as textbooks have it.
double divergence(const std::vector<double>& prior, const std::vector<double>& count) {
  double before = 0;
  double after = 0;
  double sum = 0;
  for (std::size_t i = 0; i < prior.size(); ++i) {
    before += prior[i];
    after += prior[i] + count[i];
  }
  for (std::size_t i = 0; i < prior.size(); ++i) {
    const double now = prior[i] + count[i];
    sum += std::lgamma(prior[i]) - std::lgamma(now) + count[i] * (digamma(now) - digamma(after));
  }
  return sum + std::lgamma(after) - std::lgamma(before);
}

TEST_CASE("MACE's bound is what its definition says") {
  const Known known;
  double knew = 0.5;  // of both items: the chance that the person knew
  double bound = 0;
  for (int step = 0; step < 1'000; ++step) {
    const double missed = 2 - 2 * knew;
    const double knows = std::exp(digamma(2 * knew + 0.5) - digamma(3));
    const double guesses = std::exp(digamma(missed + 0.5) - digamma(3));
    const double habit = std::exp(digamma(missed + 10) - digamma(missed + 20));
    bound = 2 * std::log((knows + guesses * habit) / 2) -
            divergence({0.5, 0.5}, {2 * knew, missed}) - divergence({10, 10}, {missed, 0});
    knew = knows / (knows + guesses * habit);
  }
  MaceOptions options;
  options.stopping = {0, 500};
  CHECK(std::abs(mace(known.judgments, known.gold, options)->objective - bound) < 1e-4);
}

TEST_CASE("more starts never end in a lower bound") {
  auto set = real_set("bluebird");
  if (!set) {
    MESSAGE("skipped: no test data");
    return;
  }
  EbccOptions options;
  options.starts = 1;
  const double one = ebcc(set->judgments, {}, options)->objective;
  options.starts = 4;
  CHECK(ebcc(set->judgments, {}, options)->objective > one + 1);
}

}  // namespace
}  // namespace guildhall::quality
