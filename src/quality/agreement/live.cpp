#include "quality/agreement/live.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/limits.h"

namespace guildhall::quality {

LiveAgreement::LiveAgreement(Label classes)
    : classes_(classes),
      together_(classes_ * classes_),
      agreed_(classes_ * classes_),
      share_(classes_) {}

Result<LiveAgreement> LiveAgreement::make(Label classes) {
  if (classes > kMaxLiveClasses) {
    return fail(Fault::invalid, "quality-input",
                "There are more classes than agreement is kept up to date for.");
  }
  return LiveAgreement(classes);
}

// Adds (or takes away) what an item counts.
void LiveAgreement::count(const std::vector<Vote>& votes, double sign) {
  auto size = static_cast<double>(votes.size());
  for (const Vote& vote : votes) share_[vote.label] += sign / size;
  if (votes.size() < 2) return;
  // Each class once, then all ordered pairs of classes.
  std::vector<std::pair<Label, double>> met;
  for (const Vote& vote : votes) {
    auto at = std::ranges::find(met, vote.label, &std::pair<Label, double>::first);
    if (at == met.end()) {
      met.emplace_back(vote.label, 1);
    } else {
      at->second += 1;
    }
  }
  for (auto [a, count_a] : met) {
    for (auto [b, count_b] : met) {
      double pairs = count_a * (count_b - (a == b ? 1 : 0));
      together_[a * classes_ + b] += sign * pairs / (size - 1);
      agreed_[a * classes_ + b] += sign * pairs / (size * (size - 1));
    }
  }
}

Result<bool> LiveAgreement::add(Index item, Index worker, Label label) {
  if (label >= classes_) {
    return fail(Fault::invalid, "quality-input", "A judgment names a class that there is not.");
  }
  if (item >= item_.size()) item_.resize(static_cast<std::size_t>(item) + 1);
  auto& votes = item_[item];
  if (std::ranges::find(votes, worker, &Vote::worker) != votes.end()) return false;
  if (!votes.empty()) count(votes, -1);
  votes.push_back({worker, label});
  count(votes, 1);
  ++judgments_;
  once_ += votes.size() == 1 ? 1 : 0;
  twice_ += votes.size() == 2 ? 1 : 0;
  paired_ += votes.size() == 2 ? 2 : votes.size() > 2 ? 1 : 0;
  return true;
}

Result<std::vector<double>> LiveAgreement::values_of(ClassValues values) const {
  auto none = TRY(Judgments::make({}, 0, 0, static_cast<Label>(classes_)));
  return class_values(none, values);
}

Result<Agreement> LiveAgreement::alpha(const AlphaOptions& options) const {
  auto values = TRY(values_of(options.values));
  double period = options.period == 0 ? static_cast<double>(classes_) : options.period;
  auto made = TRY(alpha_of_coincidences(together_, options.metric, values, period));
  made.items = twice_;
  made.judgments = paired_;
  return made;
}

Result<Agreement> LiveAgreement::kappa(Kappa kind, const KappaOptions& options) const {
  auto refuse = [](const char* why) { return fail(Fault::invalid, "quality-input", why); };
  if (kind == Kappa::conger) return refuse("Conger's kappa is not kept up to date.");
  ClassWeights weights(options.weighting, TRY(values_of(options.values)));
  if (twice_ == 0) return refuse("No item has two judgments.");
  if (classes_ < 2) return refuse("There is one class only: nothing to agree about.");
  Agreement made{0, 0, 0, 0, twice_, judgments_};
  for (std::size_t a = 0; a < classes_; ++a) {
    for (std::size_t b = 0; b < classes_; ++b) {
      made.observed += weights(a, b) * agreed_[a * classes_ + b];
    }
  }
  made.observed /= static_cast<double>(twice_);
  auto share = share_;
  for (double& one : share) one /= static_cast<double>(once_);
  made.expected = chance_agreement(kind, weights, share);
  if (made.expected > 1 - 1e-12) return refuse("By chance alone all would agree.");
  made.value = (made.observed - made.expected) / (1 - made.expected);
  return made;
}

}  // namespace guildhall::quality
