#include "quality/judges/panel.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "quality/judges/correlation.h"
#include "quality/judges/stacking.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

Result<> check_panel(const Judgments& judgments, std::span<const Index> family, Gold people,
                     std::span<const std::uint8_t> anchor, const PanelOptions& options) {
  auto refuse = [](const char* what) { return fail(Fault::invalid, "quality-input", what); };
  if (judgments.classes() == 0 && judgments.items() > 0) return refuse("There is no class.");
  if (!family.empty() && family.size() != judgments.workers()) {
    return refuse("There are not as many families named as judges.");
  }
  if (std::ranges::any_of(family, [](Index f) { return f >= kJudgeFamilies; })) {
    return refuse("There are more families of judges than can be weighed.");
  }
  if ((!people.empty() && people.size() != judgments.items()) ||
      (!anchor.empty() && anchor.size() != judgments.items())) {
    return refuse("There are not as many labels of people, or anchors, as items.");
  }
  for (Label known : people) {
    if (known != kNoLabel && known >= judgments.classes()) {
      return refuse("A person's label is of a class that there is not.");
    }
  }
  for (double one : {options.right, options.wrong, options.row, options.correlation_from,
                     options.weight_sd, options.offset_sd}) {
    if (!(one > 0 && one < 1e9)) return refuse("An option of the panel is not positive.");
  }
  if (!(options.correlation >= 0 && options.correlation <= 1)) {
    return refuse("A correlation lies from 0 to 1.");
  }
  return {};
}

// Each judge's skill and rows, from the anchors alone.
void anchor_judges(const Judgments& judgments, Gold anchors, const PanelOptions& options,
                   Truth& truth) {
  std::size_t classes = judgments.classes();
  bool rows = classes > 1 && classes <= kBeliefRowClasses;
  truth.skill.resize(judgments.workers());
  if (rows) truth.confusion.resize(judgments.workers() * classes * classes);
  std::vector<double> counts(rows ? classes * classes : 0);
  for (Index judge = 0; judge < judgments.workers(); ++judge) {
    std::ranges::fill(counts, 0.0);
    double right = options.right;
    double all = options.right + options.wrong;
    auto votes = judgments.of_worker(judge);
    for (std::size_t j = 0; j < votes.size(); ++j) {
      Label known = gold_of(anchors, votes.other[j]);
      if (known == kNoLabel) continue;
      right += known == votes.label[j] ? 1 : 0;
      all += 1;
      if (rows) counts[known * classes + votes.label[j]] += 1;
    }
    double skill = truth.skill[judge] = right / all;
    for (std::size_t t = 0; rows && t < classes; ++t) {
      double seen = options.row;
      for (std::size_t l = 0; l < classes; ++l) seen += counts[t * classes + l];
      for (std::size_t l = 0; l < classes; ++l) {
        double drawn = t == l ? skill : (1 - skill) / (judgments.classes() - 1.0);
        truth.confusion[(judge * classes + t) * classes + l] =
            static_cast<float>((options.row * drawn + counts[t * classes + l]) / seen);
      }
    }
  }
}

// What each family's tempered votes say of each class of each item, in nats: items × families ×
// classes, and the mean over the classes taken off.
std::vector<double> family_votes(const Judgments& judgments, std::span<const Index> family,
                                 const Panel& panel) {
  std::size_t classes = judgments.classes();
  auto families = panel.families.size();
  std::vector<double> says(judgments.items() * families * classes);
  if (classes < 2) return says;
  const auto& truth = panel.truth;
  for (Index item = 0; item < judgments.items(); ++item) {
    auto votes = judgments.of_item(item);
    for (std::size_t j = 0; j < votes.size(); ++j) {
      auto judge = votes.other[j];
      auto of = family.empty() ? 0 : family[judge];
      double* row = &says[(item * families + of) * classes];
      double temper = panel.families[of].temper;
      if (truth.confusion.empty()) {
        double odds = truth.skill[judge] * (judgments.classes() - 1.0) / (1 - truth.skill[judge]);
        row[votes.label[j]] += temper * std::log(odds);
        continue;
      }
      for (std::size_t t = 0; t < classes; ++t) {
        auto at = (judge * classes + t) * classes + votes.label[j];
        row[t] += temper * std::log(static_cast<double>(truth.confusion[at]));
      }
    }
    for (std::size_t f = 0; f < families; ++f) {
      double* row = &says[(item * families + f) * classes];
      double mean = 0;
      for (std::size_t t = 0; t < classes; ++t) mean += row[t];
      for (std::size_t t = 0; t < classes; ++t) row[t] -= mean / judgments.classes();
    }
  }
  return says;
}

// The class shares among the anchors, each class counted once more.
std::vector<double> anchored_prior(Gold anchors, std::size_t classes) {
  std::vector<double> prior(classes, 1);
  double all = 0;
  for (Label known : anchors) {
    if (known != kNoLabel) prior[known] += 1;
  }
  for (double one : prior) all += one;
  for (double& one : prior) one /= all;
  return prior;
}

}  // namespace

Result<Panel> weigh_panel(const Judgments& judgments, std::span<const Index> family, Gold people,
                          std::span<const std::uint8_t> anchor, const PanelOptions& options) {
  TRY(check_panel(judgments, family, people, anchor, options));
  Panel panel;
  panel.families.resize(family.empty() ? 1 : *std::ranges::max_element(family) + std::size_t{1});
  std::vector<Label> anchors(people.begin(), people.end());
  for (std::size_t i = 0; i < anchors.size(); ++i) {
    if (anchors[i] == kNoLabel) continue;
    ++panel.people;
    if (!anchor.empty() && anchor[i] == 0) anchors[i] = kNoLabel;
    panel.anchors += anchors[i] == kNoLabel ? 0 : 1;
  }
  anchor_judges(judgments, anchors, options, panel.truth);
  auto errors = error_correlation(judgments, family, panel.families.size(), anchors,
                                  panel.truth.skill, options.correlation, options.correlation_from);
  panel.within = errors.within;
  panel.between = errors.between;
  for (std::size_t f = 0; f < panel.families.size(); ++f)
    panel.families[f].temper = errors.temper[f];
  panel.truth.prior = anchored_prior(anchors, judgments.classes());
  auto says = family_votes(judgments, family, panel);
  auto fit = stack_families(says, panel.families.size(), panel.truth.prior, people,
                            options.weight_sd, options.offset_sd);
  for (std::size_t f = 0; f < panel.families.size(); ++f) panel.families[f].weight = fit.weight[f];
  panel.truth.posterior = std::move(fit.posterior);
  panel.truth.objective = fit.objective;
  panel.truth.sweeps = fit.steps;
  panel.truth.converged = fit.converged;
  return panel;
}

Result<std::vector<double>> crossed_panel(const Judgments& judgments, std::span<const Index> family,
                                          Gold people, std::span<const std::uint8_t> anchor,
                                          int folds, std::uint64_t seed,
                                          const PanelOptions& options) {
  if (folds < 2) return fail(Fault::invalid, "quality-input", "Crossing takes two folds or more.");
  TRY(check_panel(judgments, family, people, anchor, options));
  std::size_t classes = judgments.classes();
  std::vector<int> fold(people.size());
  int next = 0;  // labels of people are dealt out in turn, from a random order
  std::vector<std::pair<std::uint64_t, Index>> order;
  for (Index item = 0; item < people.size(); ++item) {
    if (people[item] != kNoLabel) order.emplace_back(Seeded(seed, item).bits(), item);
  }
  std::ranges::sort(order);
  for (auto [draw, item] : order) fold[item] = next++ % folds;
  auto whole = TRY(weigh_panel(judgments, family, people, anchor, options));
  auto crossed = std::move(whole.truth.posterior);
  for (int out = 0; out < folds && !order.empty(); ++out) {
    std::vector<Label> kept(people.begin(), people.end());
    for (Index item = 0; item < kept.size(); ++item) {
      if (fold[item] == out) kept[item] = kNoLabel;
    }
    auto panel = TRY(weigh_panel(judgments, family, kept, anchor, options));
    for (Index item = 0; item < kept.size(); ++item) {
      if (people[item] == kNoLabel || fold[item] != out) continue;
      auto at = static_cast<std::ptrdiff_t>(item * classes);
      std::copy_n(panel.truth.posterior.begin() + at, classes, crossed.begin() + at);
    }
  }
  return crossed;
}

}  // namespace guildhall::quality
