#include "quality/truth/gold_weighted.h"

#include "quality/truth/majority.h"
#include "quality/truth/messages.h"

namespace guildhall::quality {

Result<Truth> gold_weighted(const Judgments& judgments, Gold gold) {
  TRY(check_gold(judgments, gold));
  std::vector<double> made(judgments.workers());
  std::vector<double> right(judgments.workers());
  double all_made = 0;
  double all_right = 0;
  for (Index worker = 0; worker < judgments.workers(); ++worker) {
    auto votes = judgments.of_worker(worker);
    for (std::size_t v = 0; v < votes.size(); ++v) {
      Label known = gold_of(gold, votes.other[v]);
      if (known == kNoLabel) continue;
      made[worker] += 1;
      right[worker] += known == votes.label[v] ? 1 : 0;
    }
    all_made += made[worker];
    all_right += right[worker];
  }
  if (all_made <= 0) {
    return fail(Fault::invalid, "quality-input",
                "Weights by known labels need judgments of items whose label is known.");
  }
  const double mean = (all_right + 1) / (all_made + 2);
  std::vector<double> weight(judgments.workers());
  for (std::size_t w = 0; w < weight.size(); ++w) {
    weight[w] = (right[w] + mean) / (made[w] + 1);
  }
  auto truth = TRY(weighted_majority(judgments, gold, weight));
  truth.skill = std::move(weight);
  return truth;
}

}  // namespace guildhall::quality
