#include "quality/truth/incremental.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "quality/truth/hierarchical.h"

namespace guildhall::quality {
namespace {

// Judgments that the population's row counts as, for somebody new.
constexpr double kNewcomer = 8;

void softmax_into(std::span<const double> logs, std::span<double> shares) {
  const double most = *std::ranges::max_element(logs);
  double sum = 0;
  for (std::size_t k = 0; k < logs.size(); ++k) sum += shares[k] = std::exp(logs[k] - most);
  for (double& one : shares) one /= sum;
}

std::unexpected<Error> refuse_judgment(const char* what) {
  return fail(Fault::invalid, "quality-input", what);
}

}  // namespace

Incremental::Incremental(Label classes)
    : classes_(classes), population_(std::size_t{classes} * classes), class_count_(classes, 1) {
  for (std::size_t k = 0; k < classes; ++k) {
    for (std::size_t l = 0; l < classes; ++l) {
      double row = k == l ? 2.0 / 3 : 1.0 / 3 / (classes - 1.0);
      population_[k * classes + l] = kNewcomer * (classes == 1 ? 1 : row);
    }
  }
}

Result<Incremental> Incremental::make(Label classes) {
  if (classes == 0 || classes > kMaxQualityClasses) {
    return refuse_judgment("There is no class, or there are more than can be weighed.");
  }
  return Incremental(classes);
}

Result<> Incremental::grow(Index items, Index workers) {
  const std::size_t classes = classes_;
  if (items * classes > kMaxTruthCells || workers * classes * classes > kMaxTruthCells) {
    return refuse_judgment("There are more items, people and classes than can be held.");
  }
  while (votes_.size() < items) {
    votes_.emplace_back();
    gold_.push_back(kNoLabel);
    log_posterior_.resize(log_posterior_.size() + classes, 0);
  }
  while (made_.size() < workers) {
    made_.push_back(0);
    counts_.insert(counts_.end(), population_.begin(), population_.end());
  }
  return {};
}

Result<bool> Incremental::add(Index item, Index worker, Label label) {
  if (label >= classes_) return refuse_judgment("A judgment names a class that there is not.");
  TRY(grow(std::max(items(), item + 1), std::max(workers(), worker + 1)));
  auto& votes = votes_[item];
  auto same = [&](const auto& vote) { return vote.first == worker; };
  if (std::ranges::any_of(votes, same)) return false;
  const std::size_t classes = classes_;
  auto before = posterior(item);
  auto logs = std::span(log_posterior_).subspan(item * classes, classes);
  double* counts = counts_.data() + worker * classes * classes;
  for (std::size_t k = 0; k < classes; ++k) {
    double whole = 0;
    for (std::size_t l = 0; l < classes; ++l) whole += counts[k * classes + l];
    logs[k] += std::log(counts[k * classes + label] / whole);
  }
  const bool first = votes.empty();
  votes.emplace_back(worker, label);
  ++made_[worker];
  auto after = posterior(item);
  for (std::size_t k = 0; k < classes; ++k) {
    counts[k * classes + label] += after[k];
    class_count_[k] += after[k] - (first ? 0 : before[k]);
  }
  return true;
}

Result<> Incremental::set_gold(Index item, Label label) {
  if (label != kNoLabel && label >= classes_) {
    return refuse_judgment("A known label is a class that there is not.");
  }
  TRY(grow(std::max(items(), item + 1), workers()));
  gold_[item] = label;
  return {};
}

std::vector<double> Incremental::posterior(Index item) const {
  const std::size_t classes = classes_;
  std::vector<double> shares(classes, 0);
  if (gold_[item] != kNoLabel) {
    shares[gold_[item]] = 1;
    return shares;
  }
  std::vector<double> logs(classes);
  for (std::size_t k = 0; k < classes; ++k) {
    logs[k] = log_posterior_[item * classes + k] + std::log(std::max(class_count_[k], 1e-9));
  }
  softmax_into(logs, shares);
  return shares;
}

double Incremental::skill(Index worker) const {
  const std::size_t classes = classes_;
  double right = 0;
  double all = 0;
  for (std::size_t k = 0; k < classes; ++k) {
    const double* row = counts_.data() + (worker * classes + k) * classes;
    double whole = 0;
    for (std::size_t l = 0; l < classes; ++l) whole += row[l];
    right += class_count_[k] * row[k] / whole;
    all += class_count_[k];
  }
  return right / all;
}

Result<> Incremental::settle() {
  const std::size_t classes = classes_;
  Columns columns;
  for (Index item = 0; item < items(); ++item) {
    for (auto [worker, label] : votes_[item]) {
      columns.item.push_back(item);
      columns.worker.push_back(worker);
      columns.label.push_back(label);
    }
  }
  auto judgments = TRY(Judgments::make(columns, items(), workers(), classes_));
  settled_ = TRY(hierarchical(judgments, gold_));
  // The matrices with as many counts as their person has judged.
  std::ranges::fill(class_count_, 1);
  std::ranges::fill(counts_, 0);
  for (Index item = 0; item < items(); ++item) {
    auto row = settled_.of_item(item, classes_);
    const bool judged = !votes_[item].empty();
    for (std::size_t k = 0; k < classes; ++k) {
      class_count_[k] += judged ? row[k] : 0;
      for (auto [worker, label] : votes_[item]) counts_[(worker * classes + k) * classes] += row[k];
    }
  }
  std::vector<double> sums(classes * classes);
  for (std::size_t row = 0; row < workers() * classes; ++row) {
    const double strength = counts_[row * classes] + kNewcomer;
    for (std::size_t l = 0; l < classes; ++l) {
      const auto share = static_cast<double>(settled_.confusion[row * classes + l]);
      counts_[row * classes + l] = strength * std::max(share, 1e-6);
      sums[row % classes * classes + l] += strength * share;
    }
  }
  for (std::size_t k = 0; k < classes && workers() > 0; ++k) {
    double whole = 0;
    for (std::size_t l = 0; l < classes; ++l) whole += sums[k * classes + l];
    for (std::size_t l = 0; l < classes; ++l) {
      population_[k * classes + l] = std::max(kNewcomer * sums[k * classes + l] / whole, 1e-6);
    }
  }
  // posterior() adds the prior, so it is taken off here.
  for (std::size_t at = 0; at < log_posterior_.size(); ++at) {
    const bool judged = !votes_[at / classes].empty();
    log_posterior_[at] = judged ? std::log(std::max(settled_.posterior[at], 1e-300)) -
                                      std::log(class_count_[at % classes])
                                : 0;
  }
  return {};
}

}  // namespace guildhall::quality
