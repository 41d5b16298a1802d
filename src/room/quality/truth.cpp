#include <algorithm>
#include <utility>

#include "room/quality/figures.h"

namespace guildhall::room {
namespace {

constexpr double kSure = 0.9;

}  // namespace

Result<void> infer_truth(QuestionFigures& figures) {
  const auto& judgments = *figures.judgments;
  quality::Gold gold(figures.data.gold);
  auto chosen = TRY(quality::choose(judgments, gold));
  figures.truth = std::move(chosen.truth);
  figures.candidates = std::move(chosen.candidates);
  figures.why = std::move(chosen.why);
  std::vector<std::pair<double, quality::Index>> order;
  double sure = 0;
  double right = 0;
  for (quality::Index item = 0; item < judgments.items(); ++item) {
    double best = std::ranges::max(figures.truth.of_item(item, judgments.classes()));
    order.emplace_back(best, item);
    sure += best >= kSure ? 1 : 0;
    right += best;
  }
  std::ranges::sort(order);
  for (const auto& [best, item] : order) figures.unsure_first.push_back(item);
  figures.sure = sure / std::max<double>(1, judgments.items());
  figures.right = right / std::max<double>(1, judgments.items());
  return {};
}

}  // namespace guildhall::room
