#include "quality/anomalies/rings.h"

#include <set>

#include "room/quality/figures.h"

namespace guildhall::room {

Result<void> add_rings(Figures& figures, std::size_t at) {
  const auto& question = figures.questions[at];
  auto found = TRY(quality::find_rings(*question.judgments, {}));
  for (const auto& ring : found.rings) {
    if (ring.people.empty() || ring.pairs.empty()) continue;
    const auto& clearest = ring.pairs.front();
    Alert alert{.kind = AlertKind::copying, .question = at};
    alert.value = static_cast<double>(clearest.same_wrong);
    alert.against = clearest.expected_wrong;
    for (quality::Index person : ring.people) {
      auto member = question.data.people[person];
      if (!alert.member)
        alert.member = member;
      else
        alert.others.push_back(member);
    }
    std::set<std::int64_t> shown;  // parts of one task are items of their own
    for (quality::Index item : ring.telling_items) {
      auto task = question.data.items[item].task;
      if (shown.insert(task.value).second) alert.tasks.push_back(task);
    }
    figures.alerts.push_back(std::move(alert));
  }
  return {};
}

}  // namespace guildhall::room
