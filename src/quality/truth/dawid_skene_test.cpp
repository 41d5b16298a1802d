#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "quality/real_sets.h"
#include "quality/truth/dawid_skene.h"
#include "quality/truth/majority.h"
#include "quality/truth/one_coin.h"

namespace guildhall::quality {
namespace {

// Golden: the reference implementation's accuracy, or ours where it is better converged.
void check_golden(const char* name, Result<Truth> (*method)(const Judgments&), double expected) {
  auto set = real_set(name);
  if (!set) {
    MESSAGE("skipped: no test data");
    return;
  }
  auto truth = method(set->judgments);
  REQUIRE(truth);
  auto labels = labels_of(*truth, set->judgments.items(), set->judgments.classes());
  CHECK(std::abs(100 * accuracy(*set, labels) - expected) < 0.001);  // half of one item and less
  CHECK(truth->converged);
}

TEST_CASE("majority reaches the published accuracy on real sets") {
  auto run = [](const Judgments& judgments) { return majority(judgments, {}); };
  check_golden("bluebird", run, 75.926);
  check_golden("rte", run, 91.875);
  check_golden("dog", run, 81.784);
}

TEST_CASE("Dawid-Skene reaches the published accuracy on real sets") {
  auto run = [](const Judgments& judgments) { return dawid_skene(judgments, {}); };
  check_golden("bluebird", run, 89.815);
  check_golden("rte", run, 92.75);
  check_golden("temp", run, 94.156);
  check_golden("quiz_medicine", run, 77.778);
}

TEST_CASE("one-coin Dawid-Skene reaches the published accuracy on real sets") {
  auto run = [](const Judgments& judgments) { return one_coin(judgments, {}); };
  check_golden("rte", run, 92.5);
  check_golden("quiz_medicine", run, 80.556);
  check_golden("dog", run, 83.024);
}

TEST_CASE("Dawid-Skene turns round a person who is always wrong, and says how often") {
  Columns columns;
  for (Index item = 0; item < 40; ++item) {
    for (Index worker = 0; worker < 4; ++worker) {
      bool wrong = worker == 3 || (item % 10 == worker);
      columns.item.push_back(item);
      columns.worker.push_back(worker);
      columns.label.push_back(static_cast<Label>((item % 2) ^ (wrong ? 1U : 0U)));
    }
  }
  auto judgments = *Judgments::make(columns, 40, 4, 2);
  auto truth = *dawid_skene(judgments, {});
  auto labels = labels_of(truth, 40, 2);
  for (Index item = 0; item < 40; ++item) CHECK(labels[item] == item % 2);
  CHECK(truth.skill[3] < 0.05);
  CHECK(std::abs(truth.skill[0] - 0.9) < 0.01);
  CHECK(truth.confusion[3 * 4 + 1] > 0.95F);  // true 0, said 1
}

}  // namespace
}  // namespace guildhall::quality
