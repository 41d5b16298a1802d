#include "room/quality/ranking.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "quality/seeded.h"

namespace guildhall::room {
namespace {

// Judgments of comparisons, each of a task of its own, with the models that the task names.
struct MadeComparisons {
  QuestionFigures figures;
  Words names;
  std::vector<std::vector<std::uint16_t>> models;  // by judgment

  MadeComparisons() {
    names.number("");
    figures.id = "choice";
    figures.data.labels = {"a", "b", "c", "tie", "both_bad", "not-applicable"};
    figures.data.people.resize(50);
  }
  void add(const std::string& label, const std::vector<std::string>& of, quality::Index person) {
    auto& data = figures.data;
    auto at = static_cast<std::int64_t>(models.size());
    data.columns.item.push_back(static_cast<quality::Index>(at));
    data.columns.worker.push_back(person);
    auto known = std::ranges::find(data.labels, label) - data.labels.begin();
    data.columns.label.push_back(static_cast<quality::Label>(known));
    data.judged.push_back({AssignmentId{at}, 0, 1});
    auto& numbers = models.emplace_back();
    for (const auto& name : of) numbers.push_back(*names.number(name));
  }
  ModelRanking ranked() const {
    auto out = rank_models(figures, names, [&](AssignmentId id) {
      return std::span<const std::uint16_t>(models[static_cast<std::size_t>(id.value)]);
    });
    REQUIRE(out.has_value());
    return *out;
  }
};

const RankedModel& model(const ModelRanking& ranking, std::string_view name) {
  auto at = std::ranges::find(ranking.models, name, &RankedModel::name);
  REQUIRE(at != ranking.models.end());
  return *at;
}

}  // namespace

TEST_CASE("quality: a model wins wherever its response stood") {
  MadeComparisons made;
  for (quality::Index i = 0; i < 12; ++i) {
    bool upset = i % 4 == 0;
    bool left = i % 2 == 0;
    std::vector<std::string> of =
        left ? std::vector<std::string>{"good", "poor"} : std::vector<std::string>{"poor", "good"};
    made.add(upset == left ? "b" : "a", of, i % 3);
  }
  auto out = made.ranked();
  CHECK_FALSE(out.davidson);
  CHECK(out.by_person);
  CHECK(out.judgments == 12);
  CHECK(out.groups == 1);
  REQUIRE(out.models.size() == 2);
  const auto& [good, poor] = std::tie(out.models[0], out.models[1]);
  CHECK(good.name == "good");
  CHECK(good.wins == 9);
  CHECK(good.losses == 3);
  CHECK(poor.wins == 3);
  CHECK(good.win_rate.mean > 0.6);
  CHECK(good.win_rate.mean <= 0.75);
  CHECK(good.win_rate.mean + poor.win_rate.mean == doctest::Approx(1));
  CHECK(good.win_rate.lower + poor.win_rate.upper == doctest::Approx(1));
  CHECK(good.strength.lower < good.strength.mean);
  CHECK(good.strength.mean < good.strength.upper);
}

TEST_CASE("quality: what ranks nobody is left out and counted") {
  MadeComparisons made;
  made.add("a", {"m1", "m2"}, 0);
  made.add("tie", {"m1", "m2"}, 1);
  made.add("both_bad", {"m1", "m2"}, 2);
  made.add("both_bad", {"", ""}, 2);
  made.add("not-applicable", {"m1", "m2"}, 2);
  made.add("b", {"m1", ""}, 2);
  made.add("a", {"m1", "m1"}, 2);
  made.add("a", {}, 2);
  made.add("c", {"m1", "m2"}, 2);
  auto out = made.ranked();
  CHECK(out.judgments == 2);
  CHECK(out.comparisons == 2);
  CHECK(out.both_bad == 2);
  CHECK(out.unnamed == 4);
  CHECK(out.davidson);
  CHECK_FALSE(out.separated);
  REQUIRE(out.models.size() == 2);
  CHECK(model(out, "m1").wins == 1);
  CHECK(model(out, "m1").ties == 1);
  CHECK(std::isfinite(model(out, "m1").strength.upper));
  MadeComparisons none;
  none.add("a", {"", ""}, 0);
  none.add("a", {"only", ""}, 0);
  CHECK(none.ranked().models.empty());
  CHECK(none.ranked().unnamed == 2);
}

TEST_CASE("quality: the best of three beats both, and who never met is in another group") {
  MadeComparisons made;
  made.add("b", {"x", "y", "z"}, 0);
  made.add("tie", {"x", "y", "z"}, 0);
  made.add("a", {"p", "q"}, 0);
  auto out = made.ranked();
  CHECK(out.comparisons == 6);
  CHECK_FALSE(out.by_person);
  CHECK(model(out, "y").wins == 2);
  CHECK(model(out, "y").ties == 2);
  CHECK(model(out, "x").losses == 1);
  CHECK(out.groups == 2);
  CHECK(out.separated);  // q never beat p
  CHECK(std::isfinite(model(out, "p").strength.upper));
  CHECK(out.models[0].name == "y");
  CHECK(model(out, "p").group != model(out, "x").group);
  CHECK(model(out, "p").win_rate.mean > 0.5);
}

TEST_CASE("quality: known strengths and win rates lie in their intervals") {
  const std::vector<std::pair<std::string, double>> truth{
      {"s", 1.2}, {"t", 0.3}, {"u", -0.4}, {"v", -1.1}};
  int inside = 0;
  int all = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    quality::Seeded chance(seed);
    MadeComparisons made;
    for (int i = 0; i < 500; ++i) {
      auto one = chance.below(4);
      auto other = (one + 1 + chance.below(3)) % 4;
      bool wins = chance.uniform() < 1 / (1 + std::exp(truth[other].second - truth[one].second));
      made.add(wins ? "a" : "b", {truth[one].first, truth[other].first},
               static_cast<quality::Index>(chance.below(40)));
    }
    auto out = made.ranked();
    CHECK(out.models.front().name == "s");
    CHECK(out.models.back().name == "v");
    for (const auto& [name, strength] : truth) {
      double rate = 0;
      for (const auto& [other, theirs] : truth) {
        if (other != name) rate += 1 / (1 + std::exp(theirs - strength)) / 3;
      }
      const auto& found = model(out, name);
      all += 2;
      inside += found.strength.lower <= strength && strength <= found.strength.upper ? 1 : 0;
      inside += found.win_rate.lower <= rate && rate <= found.win_rate.upper ? 1 : 0;
    }
  }
  double share = static_cast<double>(inside) / all;
  CHECK(share > 0.90);
  CHECK(share < 0.99);
}

TEST_CASE("quality: models beyond the limit are left out") {
  MadeComparisons made;
  for (std::size_t i = 0; i < kMaxRankedModels + 20; i += 2) {
    made.add("a", {std::to_string(i), std::to_string(i + 1)}, 0);
  }
  auto out = made.ranked();
  CHECK(out.models.size() == kMaxRankedModels);
  CHECK(out.unnamed == 10);
}

}  // namespace guildhall::room
