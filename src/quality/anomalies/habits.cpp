#include "quality/anomalies/habits.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "quality/parallel.h"

namespace guildhall::quality {
namespace {

constexpr double kSecondPrior = 2;  // second voters that answer as everybody
constexpr std::array kSmoothings{0.3, 1.0, 3.0, 10.0, 30.0};  // votes, of which one is fitted
constexpr std::size_t kSampled = 20'000;  // judgments that the population is fitted to
constexpr int kCommonSteps = 12;
constexpr int kOwnSteps = 5;
constexpr double kTiltSpread = 1;  // sd of people's leanings and sharpness
constexpr double kSettledStep = 1e-3;
constexpr double kLeastShare = 1e-6;
constexpr double kSlips = 0.1;  // with many labels: share of answers that follow any one voter

// log shares of the slots, and which of them was chosen.
struct Choices {
  std::vector<double> log_share;
  std::vector<std::uint32_t> width;
  std::vector<std::uint32_t> chosen;
};

// Logits to chances, in place; returns the log of the normaliser.
double to_chances(std::span<double> logits) {
  double top = *std::ranges::max_element(logits);
  double sum = 0;
  for (auto& one : logits) sum += one = std::exp(one - top);
  for (auto& one : logits) one /= sum;
  return top + std::log(sum);
}

// The maximum of sum log p(chosen) - |(row - middle)|^2 / (2 spread^2), by damped Newton. The row:
// leanings (none: all alike), then sharpness.
class LogitFit {
 public:
  LogitFit(std::span<double> row, std::span<const double> middle, double spread)
      : row_(row), middle_(middle), strength_(1 / (spread * spread)) {}

  void run(const Choices& choices, int steps) {
    for (int step = 0; step < steps; ++step) {
      slope_.assign(row_.size(), 0);
      curve_.assign(row_.size() * row_.size(), 0);
      std::size_t from = 0;
      for (std::size_t i = 0; i < choices.chosen.size(); ++i) {
        add(std::span(choices.log_share).subspan(from, choices.width[i]), choices.chosen[i]);
        from += choices.width[i];
      }
      if (move() < kSettledStep) return;
    }
  }

  static double log_chance(std::span<const double> row, std::span<const double> shares,
                           std::uint32_t chosen, std::vector<double>& logits) {
    auto leanings = row.size() - 1;
    logits.resize(shares.size());
    for (std::size_t k = 0; k < shares.size(); ++k) {
      logits[k] = shares[k] * row[leanings] + (k < leanings ? row[k] : 0);
    }
    double own = logits[chosen];
    return own - to_chances(logits);
  }

 private:
  void add(std::span<const double> shares, std::uint32_t chosen) {
    log_chance(row_, shares, chosen, chance_);
    auto leanings = row_.size() - 1;
    auto size = row_.size();
    double mean = 0;
    for (std::size_t k = 0; k < shares.size(); ++k) mean += chance_[k] * shares[k];
    slope_[leanings] += shares[chosen] - mean;
    for (std::size_t k = 0; k < shares.size(); ++k) {
      double off = shares[k] - mean;
      curve_[leanings * size + leanings] += chance_[k] * off * off;
      if (k >= leanings) continue;
      slope_[k] += (k == chosen ? 1 : 0) - chance_[k];
      curve_[leanings * size + k] += chance_[k] * off;
      for (std::size_t j = 0; j < k; ++j) curve_[k * size + j] -= chance_[k] * chance_[j];
      curve_[k * size + k] += chance_[k] * (1 - chance_[k]);
    }
  }

  // Cholesky on the lower half; the prior makes it positive.
  double move() {
    auto size = row_.size();
    for (std::size_t k = 0; k < size; ++k) {
      slope_[k] -= strength_ * (row_[k] - middle_[k]);
      curve_[k * size + k] += strength_;
    }
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        double sum = curve_[i * size + j];
        for (std::size_t k = 0; k < j; ++k) sum -= curve_[i * size + k] * curve_[j * size + k];
        curve_[i * size + j] = i == j ? std::sqrt(std::max(sum, 1e-9)) : sum / curve_[j * size + j];
      }
      for (std::size_t k = 0; k < i; ++k) slope_[i] -= curve_[i * size + k] * slope_[k];
      slope_[i] /= curve_[i * size + i];
    }
    double longest = 0;
    for (std::size_t i = size; i-- > 0;) {
      for (std::size_t k = i + 1; k < size; ++k) slope_[i] -= curve_[k * size + i] * slope_[k];
      slope_[i] /= curve_[i * size + i];
      longest = std::max(longest, std::abs(slope_[i]));
    }
    double part = longest > 1 ? 1 / longest : 1;
    for (std::size_t k = 0; k < size; ++k) row_[k] += part * slope_[k];
    return longest;
  }

  std::span<double> row_;
  std::span<const double> middle_;
  double strength_;
  std::vector<double> slope_;
  std::vector<double> curve_;
  std::vector<double> chance_;
};

}  // namespace

Habits::Habits(const Judgments& judgments)
    : judgments_(judgments),
      full_(judgments.classes() <= kTiltLabels),
      slots_(full_ ? judgments.classes() : 0) {
  count_pairs();
  common_.assign(slots_ + 1, 0);
  common_.back() = 1;
  own_.resize(std::size_t{judgments.workers()} * (slots_ + 1));
  for (std::size_t i = 0; i < own_.size(); ++i) own_[i] = common_[i % (slots_ + 1)];
  std::vector<std::uint64_t> next(judgments.worker_starts().begin(),
                                  judgments.worker_starts().end());
  seat_.resize(judgments.size());
  for (Index item = 0; item < judgments.items(); ++item) {
    auto row = judgments.of_item(item).other;
    for (std::size_t i = 0; i < row.size(); ++i) seat_[next[row[i]]++] = i;
  }
}

// How a second voter on an item answers, given the label of a first.
void Habits::count_pairs() {
  std::size_t classes = judgments_.classes();
  share_.assign(classes, 0.5);
  for (Index item = 0; item < judgments_.items(); ++item) {
    for (auto label : judgments_.of_item(item).label) share_[label] += 1;
  }
  double all = std::accumulate(share_.begin(), share_.end(), 0.0);
  for (auto& one : share_) one /= all;
  if (!full_) return;
  second_.resize(classes * classes);
  for (std::size_t i = 0; i < second_.size(); ++i) second_[i] = kSecondPrior * share_[i % classes];
  std::vector<double> count(classes);
  for (Index item = 0; item < judgments_.items(); ++item) {
    auto labels = judgments_.of_item(item).label;
    if (labels.size() < 2) continue;
    std::ranges::fill(count, 0);
    for (auto label : labels) count[label] += 1;
    double others = static_cast<double>(labels.size()) - 1;
    for (std::size_t i = 0; i < classes; ++i) {
      for (std::size_t k = 0; k < classes && count[i] > 0; ++k) {
        second_[i * classes + k] += count[i] * (count[k] - (i == k ? 1 : 0)) / others;
      }
    }
  }
  for (std::size_t i = 0; i < classes; ++i) {
    auto row = std::span(second_).subspan(i * classes, classes);
    double sum = std::accumulate(row.begin(), row.end(), 0.0);
    for (auto& one : row) one /= sum;
  }
}

void Habits::gather(Index item, std::span<const double> weight, ItemVotes& out) const {
  auto row = judgments_.of_item(item);
  std::size_t classes = judgments_.classes();
  out.label.clear();
  if (full_) {
    out.label.resize(classes);
    std::iota(out.label.begin(), out.label.end(), Label{0});
  } else {
    out.label.assign(row.label.begin(), row.label.end());
    std::ranges::sort(out.label);
    out.label.erase(std::ranges::unique(out.label).begin(), out.label.end());
  }
  std::size_t width = out.label.size() + (full_ ? 0 : 1);
  out.votes.assign(width, 0);
  out.prior.assign(width, 0);
  out.slot.resize(row.size());
  out.weight.assign(weight.begin(), weight.end());
  out.total = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    out.slot[i] = full_
                      ? row.label[i]
                      : static_cast<std::uint32_t>(
                            std::ranges::lower_bound(out.label, row.label[i]) - out.label.begin());
    out.votes[out.slot[i]] += weight[i];
    out.total += weight[i];
  }
  if (full_) {
    for (std::size_t i = 0; i < classes; ++i) {
      if (out.votes[i] <= 0) continue;
      for (std::size_t k = 0; k < classes; ++k) {
        out.prior[k] += out.votes[i] * second_[i * classes + k];
      }
    }
  } else {
    double rest = 1;
    for (std::size_t k = 0; k + 1 < width; ++k) rest -= out.prior[k] = share_[out.label[k]];
    out.prior.back() = std::max(rest, kLeastShare);
  }
}

void Habits::log_shares(const ItemVotes& item, std::size_t voter, std::vector<double>& out) const {
  auto width = item.votes.size();
  out.resize(width);
  double own = item.weight[voter];
  double others = item.total - own;
  for (std::size_t k = 0; k < width; ++k) {
    double votes = std::max(item.votes[k] - (k == item.slot[voter] ? own : 0), 0.0);
    double prior = item.prior[k];
    if (full_) {
      double gone = own * second_[item.slot[voter] * width + k];
      prior = others > 1e-9 ? (prior - gone) / others : share_[k];
    }
    double share = (votes + smoothing_ * std::max(prior, 1e-4)) / (others + smoothing_);
    out[k] = std::log(std::max(share, kLeastShare));
  }
  // A label that nobody else chose is one of all the others.
  if (alone(item, voter)) out[item.slot[voter]] = std::log(kLeastShare);
}

bool Habits::alone(const ItemVotes& item, std::size_t voter) const {
  return !full_ && item.votes[item.slot[voter]] - item.weight[voter] < 1e-9;
}

std::uint32_t Habits::chosen(const ItemVotes& item, std::size_t voter) const {
  return alone(item, voter) ? static_cast<std::uint32_t>(item.votes.size() - 1) : item.slot[voter];
}

void Habits::chances(const ItemVotes& item, std::size_t voter, Index worker,
                     std::vector<double>& out) const {
  log_shares(item, voter, out);
  auto* own = own_.data() + std::size_t{worker} * (slots_ + 1);
  for (std::size_t k = 0; k < out.size(); ++k) {
    out[k] = out[k] * own[slots_] + (k < slots_ ? own[k] : 0);
  }
  to_chances(out);
  if (full_) return;
  // A sharpness alone makes a label that one other chose rarer than slips are.
  double others = item.total - item.weight[voter];
  for (std::size_t k = 0; k < out.size(); ++k) {
    double votes = std::max(item.votes[k] - (k == item.slot[voter] ? item.weight[voter] : 0), 0.0);
    out[k] += kSlips * ((votes + smoothing_ * item.prior[k]) / (others + smoothing_) - out[k]);
  }
}

double Habits::relative_sharpness(Index worker) const {
  return own_[std::size_t{worker} * (slots_ + 1) + slots_] / mean_sharpness_;
}

// Smoothing and the population's row, on whole items evenly taken.
void Habits::fit_population(std::span<const double> weight) {
  std::size_t step = std::max<std::size_t>(1, judgments_.size() / kSampled);
  std::vector<double> start(slots_ + 1, 0);
  start.back() = 1;
  ItemVotes votes;
  std::vector<double> shares;
  double best = -1e300;
  double best_smoothing = smoothing_;
  auto best_row = common_;
  for (double smoothing : kSmoothings) {
    smoothing_ = smoothing;
    Choices choices;
    for (std::size_t item = 0; item < judgments_.items(); item += step) {
      auto row = judgments_.of_item(static_cast<Index>(item)).other;
      std::vector<double> mine;
      for (auto worker : row) mine.push_back(weight[worker]);
      gather(static_cast<Index>(item), mine, votes);
      for (std::size_t i = 0; row.size() > 1 && i < row.size(); ++i) {
        log_shares(votes, i, shares);
        choices.log_share.insert(choices.log_share.end(), shares.begin(), shares.end());
        choices.width.push_back(static_cast<std::uint32_t>(shares.size()));
        choices.chosen.push_back(chosen(votes, i));
      }
    }
    auto row = start;
    LogitFit(row, start, 1).run(choices, kCommonSteps);
    double fit = 0;
    std::size_t from = 0;
    for (std::size_t i = 0; i < choices.chosen.size(); ++i) {
      fit += LogitFit::log_chance(row, std::span(choices.log_share).subspan(from, choices.width[i]),
                                  choices.chosen[i], shares);
      from += choices.width[i];
    }
    if (fit <= best) continue;
    best = fit;
    best_smoothing = smoothing;
    best_row = row;
  }
  smoothing_ = best_smoothing;
  common_ = best_row;
}

void Habits::fit_worker(Index worker, std::span<const double> weight) {
  auto row = judgments_.of_worker(worker);
  auto own = std::span(own_).subspan(std::size_t{worker} * (slots_ + 1), slots_ + 1);
  std::ranges::copy(common_, own.begin());
  if (row.size() == 0) return;
  Choices choices;
  ItemVotes votes;
  std::vector<double> shares;
  std::vector<double> mine;
  auto start = judgments_.worker_starts()[worker];
  for (std::size_t i = 0; i < row.size(); ++i) {
    mine.clear();
    for (auto other : judgments_.of_item(row.other[i]).other) mine.push_back(weight[other]);
    gather(row.other[i], mine, votes);
    log_shares(votes, seat_[start + i], shares);
    choices.log_share.insert(choices.log_share.end(), shares.begin(), shares.end());
    choices.width.push_back(static_cast<std::uint32_t>(shares.size()));
    choices.chosen.push_back(chosen(votes, seat_[start + i]));
  }
  LogitFit(own, common_, kTiltSpread).run(choices, kOwnSteps);
}

void Habits::fit(std::span<const double> weight, std::span<const Index> who) {
  in_blocks(who.size(), block_count(who.size(), 16), [&](Block block) {
    for (auto i = block.from; i < block.to; ++i) fit_worker(who[i], weight);
  });
}

void Habits::fit(std::span<const double> weight) {
  fit_population(weight);
  std::vector<Index> all(judgments_.workers());
  std::iota(all.begin(), all.end(), Index{0});
  fit(weight, all);
  double sum = 0;
  for (auto worker : all) {
    sum += own_[std::size_t{worker} * (slots_ + 1) + slots_] *
           static_cast<double>(judgments_.of_worker(worker).size());
  }
  auto judged = static_cast<double>(std::max<std::size_t>(judgments_.size(), 1));
  mean_sharpness_ = std::max(sum / judged, 0.05);
}

}  // namespace guildhall::quality
