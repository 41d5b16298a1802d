#include "quality/truth/wawa.h"

#include "quality/truth/majority.h"

namespace guildhall::quality {

Result<Truth> wawa(const Judgments& judgments, Gold gold) {
  auto votes = TRY(majority(judgments, gold));
  auto truth = TRY(weighted_majority(judgments, gold, votes.skill));
  truth.skill = std::move(votes.skill);
  truth.sweeps = 2;
  return truth;
}

}  // namespace guildhall::quality
