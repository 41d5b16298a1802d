#include <algorithm>

#include "quality/agreement/alpha.h"
#include "room/quality/figures.h"
#include "work/days.h"

namespace guildhall::room {
namespace {

using quality::Index;
using quality::Label;

// A table of labels by labels is counted: more of them are no choice any more.
constexpr std::size_t kMostLabels = 512;

constexpr std::size_t kMostWindows = 12;
constexpr TimeMs kLeastWindowMs = work::kDayMs;

}  // namespace

Agreement agreement_of(const QuestionFigures& figures, const std::vector<bool>* counts) {
  const auto& all = *figures.judgments;
  if (all.classes() > kMostLabels) return {};
  // "Not applicable" is no step of a scale.
  auto none = std::ranges::find(figures.data.labels, work::kNotApplicable);
  auto off_scale =
      figures.ordered ? static_cast<Label>(none - figures.data.labels.begin()) : quality::kNoLabel;
  quality::Columns kept;
  for (Index item = 0; item < all.items(); ++item) {
    if (counts && !(*counts)[item]) continue;
    auto votes = all.of_item(item);
    for (std::size_t i = 0; i < votes.size(); ++i) {
      if (votes.label[i] == off_scale) continue;
      kept.item.push_back(item);
      kept.worker.push_back(votes.other[i]);
      kept.label.push_back(votes.label[i]);
    }
  }
  auto judgments = quality::Judgments::make(kept, all.items(), all.workers(), all.classes());
  if (!judgments) return {};
  auto metric = figures.ordered ? quality::Metric::ordinal : quality::Metric::nominal;
  auto alpha = quality::krippendorff_alpha(*judgments, {.metric = metric});
  if (!alpha) return {};  // nobody else judged the same, or nobody ever chose otherwise
  return {alpha->value, alpha->error, alpha->items, alpha->judgments};
}

std::vector<AgreementThen> agreement_over_time(const QuestionFigures& figures) {
  const auto& data = figures.data;
  std::vector<TimeMs> last(data.items.size(), 0);
  for (std::size_t i = 0; i < data.judged.size(); ++i) {
    auto& at = last[data.columns.item[i]];
    at = std::max(at, data.judged[i].at);
  }
  if (last.empty()) return {};
  auto [first, end] = std::ranges::minmax(last);
  TimeMs from = first / work::kDayMs * work::kDayMs;
  auto days = (end - from) / kLeastWindowMs + 1;
  TimeMs length = (days + static_cast<TimeMs>(kMostWindows) - 1) /
                  static_cast<TimeMs>(kMostWindows) * kLeastWindowMs;
  std::vector<AgreementThen> out;
  for (; from <= end; from += length) {
    std::vector<bool> counts(last.size());
    for (std::size_t i = 0; i < last.size(); ++i) {
      counts[i] = last[i] >= from && last[i] < from + length;
    }
    out.push_back({from, from + length, agreement_of(figures, &counts)});
  }
  return out;
}

}  // namespace guildhall::room
