#include "quality/truth/glad.h"

#include <doctest/doctest.h>

#include <cmath>

#include "quality/real_sets.h"

namespace guildhall::quality {
namespace {

TEST_CASE("GLAD comes to rest where plain steps lead to and fro") {
  for (const char* name : {"quiz_medicine", "vaccine_llm_crowd_expert"}) {
    auto set = real_set(name);
    if (!set) {
      MESSAGE("skipped: no test data");
      return;
    }
    CAPTURE(std::string(name));
    auto truth = *glad(set->judgments, {});
    CHECK(truth.converged);
    CHECK(truth.sweeps < 100);
  }
}

TEST_CASE("GLAD's objective rises to where it rests") {
  auto set = real_set("music_genre");
  if (!set) {
    MESSAGE("skipped: no test data");
    return;
  }
  GladOptions options;
  double before = -1e300;
  for (int sweeps : {2, 4, 8, 16, 32}) {
    options.stopping = {0, sweeps};
    auto truth = *glad(set->judgments, {}, options);
    CHECK(truth.objective > before);
    CHECK(!truth.converged);
    before = truth.objective;
  }
  // Above the reference implementation's solution by the same formula.
  CHECK(before > -4767.89);
}

TEST_CASE("GLAD's objective is the likelihood with its priors") {
  // One item, one vote, abilities and ease at their means: either class is as likely as before.
  auto judgments = *Judgments::make({{0}, {0}, {1}}, 1, 1, 2);
  GladOptions options;
  options.stopping = {0, 1};
  auto truth = *glad(judgments, {}, options);
  CHECK(std::abs(truth.objective - std::log(0.5)) < 1e-6);
  const double right = 1 / (1 + std::exp(-std::exp(1.0)));
  CHECK(std::abs(truth.of_item(0, 2)[1] - right) < 1e-6);
}

}  // namespace
}  // namespace guildhall::quality
