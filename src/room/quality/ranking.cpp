#include "room/quality/ranking.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "base/limits.h"
#include "quality/pairwise/bradley_terry.h"
#include "quality/pairwise/spread.h"

namespace guildhall::room {
namespace {

using quality::Index;
using quality::Outcome;

constexpr std::string_view kTie = "tie";
constexpr std::string_view kBothBad = "both_bad";

// Judgments as comparisons of two models.
struct Compared {
  const Words& names;
  ModelRanking out;
  std::map<std::uint16_t, Index> number_of = {};
  quality::ComparisonColumns columns = {};

  Index model(std::uint16_t name) {
    auto [at, added] = number_of.try_emplace(name, static_cast<Index>(number_of.size()));
    if (added) out.models.push_back({.name = names.word(name)});
    return at->second;
  }

  // False where they are not two named models, or too many.
  bool add(std::uint16_t left, std::uint16_t right, Outcome outcome, Index person) {
    if (left == 0 || right == 0 || left == right) return false;
    auto fresh = 2 - number_of.count(left) - number_of.count(right);
    if (number_of.size() + fresh > kMaxRankedModels) return false;
    Index one = model(left);
    Index other = model(right);
    columns.left.push_back(one);
    columns.right.push_back(other);
    columns.outcome.push_back(outcome);
    columns.worker.push_back(person);
    bool tie = outcome == Outcome::tie;
    ++(tie ? out.models[one].ties : out.models[one].wins);
    ++(tie ? out.models[other].ties : out.models[other].losses);
    return true;
  }

  void judged(const std::string& label, std::span<const std::uint16_t> models, Index person) {
    std::size_t added = 0;
    if (label == kTie) {
      for (std::size_t i = 0; i < models.size(); ++i) {
        for (std::size_t j = i + 1; j < models.size(); ++j) {
          added += add(models[i], models[j], Outcome::tie, person) ? 1 : 0;
        }
      }
    } else if (label.size() == 1 && label[0] >= 'a') {
      auto chosen = static_cast<std::size_t>(label[0] - 'a');
      for (std::size_t j = 0; chosen < models.size() && j < models.size(); ++j) {
        if (j != chosen) added += add(models[chosen], models[j], Outcome::left, person) ? 1 : 0;
      }
    }
    ++(added > 0 ? out.judgments : out.unnamed);
  }
};

Compared comparisons_in(const QuestionFigures& figures, const Words& names,
                        const ModelsOf& models_of) {
  Compared made{names, {.question = figures.id}};
  const auto& data = figures.data;
  for (std::size_t i = 0; i < data.columns.item.size(); ++i) {
    const auto& label = data.labels[data.columns.label[i]];
    if (label == work::kNotApplicable) continue;
    if (label == kBothBad) {
      ++made.out.both_bad;
      continue;
    }
    made.judged(label, models_of(data.judged[i].submission), data.columns.worker[i]);
  }
  made.out.comparisons = made.columns.left.size();
  return made;
}

// The mean chance to win against the others of the group, were `model` stronger by `more` against
// each of them.
double win_rate(const quality::Ranking& ranking, std::span<const Index> group, Index model,
                double more) {
  quality::Ranking moved;
  moved.davidson = ranking.davidson;
  moved.log_nu = ranking.log_nu;
  moved.score = {ranking.score[model] + more, 0};
  double sum = 0;
  for (Index other : group) {
    if (other == model) continue;
    moved.score[1] = ranking.score[other];
    auto odds = quality::forecast(moved, 0, 1);
    sum += odds.left + odds.tie / 2;
  }
  return sum / static_cast<double>(group.size() - 1);
}

void fill_models(ModelRanking& out, const quality::Comparisons& data,
                 const quality::Ranking& ranking, const quality::RankingSpread& spread) {
  std::map<Index, std::vector<Index>> groups;
  for (Index model = 0; model < data.items(); ++model) {
    groups[data.parts()[model]].push_back(model);
  }
  out.groups = groups.size();
  for (const auto& [part, group] : groups) {
    auto size = static_cast<double>(group.size());
    for (Index model : group) {
      auto& one = out.models[model];
      double score = ranking.score[model];
      auto [low, high] = quality::score_interval(ranking, spread, model);
      one.group = part;
      one.strength = {score, low, high};
      // A score is against the group's mean, the model itself included; against the others alone
      // it is size / (size - 1) times as much.
      double stretch = size / (size - 1);
      one.win_rate = {win_rate(ranking, group, model, 0),
                      win_rate(ranking, group, model, (low - score) * stretch),
                      win_rate(ranking, group, model, (high - score) * stretch)};
    }
  }
  std::ranges::sort(out.models, {}, [](const RankedModel& one) {
    return std::tuple(one.group, -one.strength.mean, one.name);
  });
}

}  // namespace

Result<ModelRanking> rank_models(const QuestionFigures& figures, const Words& names,
                                 const ModelsOf& models_of) {
  auto made = comparisons_in(figures, names, models_of);
  auto& out = made.out;
  if (out.comparisons == 0) return std::move(out);
  std::set<Index> people(made.columns.worker.begin(), made.columns.worker.end());
  auto data = TRY(quality::Comparisons::make(made.columns, static_cast<Index>(out.models.size()),
                                             static_cast<Index>(figures.data.people.size())));
  auto ranking = TRY(quality::bradley_terry(data));
  out.by_person = people.size() > 1;
  auto spread = TRY(quality::spread_of(data, ranking, {.by_worker = out.by_person}));
  out.davidson = ranking.davidson;
  out.separated = ranking.separated;
  out.converged = ranking.converged;
  fill_models(out, data, ranking, spread);
  return std::move(out);
}

}  // namespace guildhall::room
