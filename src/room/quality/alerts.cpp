#include <algorithm>
#include <cmath>
#include <set>

#include "room/quality/figures.h"

namespace guildhall::room {
namespace {

using quality::Index;

// Each alert is a comparison that chance alone would make about once in two hundred times.
constexpr double kFar = 2.6;               // standard errors
constexpr std::size_t kEnoughItems = 20;   // that two people or more judged, on either side
constexpr std::size_t kEnoughJudged = 10;  // by a person
constexpr double kTooFast = 0.25;          // of the time that the others take, in the middle
constexpr std::size_t kEnoughPeople = 4;

bool falls(const Agreement& now, const Agreement& before) {
  if (!now.alpha || !before.alpha) return false;
  if (now.items < kEnoughItems || before.items < kEnoughItems) return false;
  double error = std::hypot(now.error, before.error);
  return *before.alpha - *now.alpha > kFar * error;
}

// The newest third of the stretches against what was before.
void agreement_alerts(Figures& out, std::size_t at) {
  const auto& figures = out.questions[at];
  if (figures.over_time.size() < 2) return;
  auto from = figures
                  .over_time[figures.over_time.size() -
                             std::max<std::size_t>(1, figures.over_time.size() / 3)]
                  .from;
  std::vector<TimeMs> last(figures.data.items.size(), 0);
  for (std::size_t i = 0; i < figures.data.judged.size(); ++i) {
    auto& time = last[figures.data.columns.item[i]];
    time = std::max(time, figures.data.judged[i].at);
  }
  std::vector<bool> late(last.size());
  for (std::size_t i = 0; i < last.size(); ++i) late[i] = last[i] >= from;
  auto now = agreement_of(figures, &late);
  late.flip();
  auto before = agreement_of(figures, &late);
  if (falls(now, before)) {
    out.alerts.push_back({AlertKind::agreement_falls, at, {}, 0, *now.alpha, *before.alpha});
  }
}

// Items all of whose judgments were made under one version of the guidelines.
void guidelines_alerts(Figures& out, std::size_t at) {
  const auto& figures = out.questions[at];
  const auto& data = figures.data;
  std::vector<std::int64_t> version(data.items.size(), 0);
  std::set<std::int64_t> all;
  for (std::size_t i = 0; i < data.judged.size(); ++i) {
    auto& own = version[data.columns.item[i]];
    own = own == 0 || own == data.judged[i].guidelines ? data.judged[i].guidelines : -1;
    all.insert(data.judged[i].guidelines);
  }
  if (all.size() < 2) return;
  auto under = [&](std::int64_t wanted) {
    std::vector<bool> counts(version.size());
    for (std::size_t i = 0; i < version.size(); ++i) counts[i] = version[i] == wanted;
    return agreement_of(figures, &counts);
  };
  auto newest = under(*all.rbegin());
  auto before = under(*std::next(all.rbegin()));
  if (falls(newest, before)) {
    out.alerts.push_back(
        {AlertKind::guidelines_version, at, {}, *all.rbegin(), *newest.alpha, *before.alpha});
  }
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

void person_alerts(Figures& out, std::size_t at) {
  const auto& figures = out.questions[at];
  std::vector<double> skills;
  std::vector<double> times;
  for (const auto& person : figures.people) {
    if (person.skill.judged < kEnoughJudged) continue;
    skills.push_back(person.skill.skill.mean);
    if (person.median_ms > 0) times.push_back(static_cast<double>(person.median_ms));
  }
  if (skills.size() < kEnoughPeople) return;
  double guess = 1.0 / std::max<double>(2, figures.judgments->classes());
  double halfway = (guess + median(skills)) / 2;
  double usual_ms = median(times);
  for (const auto& person : figures.people) {
    if (person.skill.judged < kEnoughJudged) continue;
    if (person.skill.skill.upper < halfway) {
      out.alerts.push_back(
          {AlertKind::low_skill, at, person.member, 0, person.skill.skill.upper, halfway});
    }
    auto own_ms = static_cast<double>(person.median_ms);
    if (own_ms > 0 && times.size() >= kEnoughPeople && own_ms < kTooFast * usual_ms) {
      bool said = std::ranges::any_of(out.alerts, [&](const Alert& one) {
        return one.kind == AlertKind::too_fast && one.member == person.member;
      });
      if (!said) {
        out.alerts.push_back(
            {AlertKind::too_fast, at, person.member, 0, own_ms / 1000, usual_ms / 1000});
      }
    }
  }
}

}  // namespace

std::string_view word(AlertKind kind) {
  switch (kind) {
    case AlertKind::agreement_falls: return "agreement-falls";
    case AlertKind::guidelines_version: return "guidelines-version";
    case AlertKind::consensus_wrong: return "consensus-wrong";
    case AlertKind::low_skill: return "low-skill";
    case AlertKind::too_fast: return "too-fast";
    case AlertKind::copying: return "copying";
  }
  return "";
}

Result<void> add_alerts(Figures& figures) {
  for (std::size_t at = 0; at < figures.questions.size(); ++at) {
    if (!figures.questions[at].judgments) continue;
    const auto& consensus = figures.questions[at].consensus;
    if (!consensus.believed) {
      figures.alerts.push_back(
          {AlertKind::consensus_wrong, at, {}, 0, consensus.found, consensus.expected});
    }
    agreement_alerts(figures, at);
    guidelines_alerts(figures, at);
    person_alerts(figures, at);
    TRY(add_rings(figures, at));
  }
  return {};
}

}  // namespace guildhall::room
