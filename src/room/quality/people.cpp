#include <algorithm>
#include <map>

#include "room/quality/figures.h"

namespace guildhall::room {
namespace {

using quality::Index;
using quality::Label;

constexpr Label kMostConfusion = 12;  // classes of a matrix that a person can read

std::int64_t median_of(std::vector<std::int64_t>& values) {
  if (values.empty()) return 0;
  auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

// Judgments by what is right, as the posterior has it, and what was said.
std::vector<double> confusion_of(const QuestionFigures& figures, Index person) {
  Label classes = figures.judgments->classes();
  if (classes > kMostConfusion) return {};
  std::vector<double> out(static_cast<std::size_t>(classes) * classes);
  auto votes = figures.judgments->of_worker(person);
  for (std::size_t i = 0; i < votes.size(); ++i) {
    auto posterior = figures.truth.of_item(votes.other[i], classes);
    for (Label right = 0; right < classes; ++right) {
      out[static_cast<std::size_t>(right) * classes + votes.label[i]] += posterior[right];
    }
  }
  return out;
}

Result<void> add_vendors(QuestionFigures& figures, const quality::Scorecard& card, double level) {
  std::map<std::int64_t, Index> number;
  for (std::int64_t vendor : figures.data.vendor) number.try_emplace(vendor, 0);
  Index halls = 0;
  for (auto& [vendor, at] : number) at = halls++;
  std::vector<Index> hall;
  for (std::int64_t vendor : figures.data.vendor) hall.push_back(number[vendor]);
  auto scores = TRY(quality::score_halls(*figures.judgments, card, hall, halls, level));
  for (const auto& [vendor, at] : number) {
    VendorFigures one{vendor, scores[at], {}};
    if (halls > 1) {
      std::vector<Index> sides;
      for (Index own : hall) sides.push_back(own == at ? 0 : 1);
      one.against = TRY(
          quality::compare_halls(*figures.judgments, card, figures.data.gold, sides, 0, 1, level));
    }
    figures.vendors.push_back(one);
  }
  return {};
}

}  // namespace

// How long each person's submissions took, in the middle; those without a time do not count.
std::map<MemberId, std::int64_t> median_times(const HeldProject& held) {
  std::map<MemberId, std::vector<std::int64_t>> times;
  for (const auto& [id, answer] : held.all()) {
    if (answer.row.active_ms > 0) times[answer.row.member].push_back(answer.row.active_ms);
  }
  std::map<MemberId, std::int64_t> medians;
  for (auto& [member, all] : times) medians[member] = median_of(all);
  return medians;
}

Result<void> score(QuestionFigures& figures, const std::map<MemberId, std::int64_t>& median_ms) {
  quality::SkillOptions options;
  auto card = TRY(quality::score_people(*figures.judgments, {.gold = figures.data.gold}, options));
  for (Index at = 0; at < figures.data.people.size(); ++at) {
    MemberId member = figures.data.people[at];
    auto time = median_ms.find(member);
    figures.people.push_back({member, figures.data.vendor[at], card.people[at],
                              time == median_ms.end() ? 0 : time->second,
                              confusion_of(figures, at)});
  }
  figures.order = card.order;
  figures.consensus = card.consensus;
  figures.best_fdr = card.best_fdr;
  return add_vendors(figures, card, options.level);
}

}  // namespace guildhall::room
