#include "quality/anomalies/partners.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "quality/parallel.h"

namespace guildhall::quality {
namespace {

constexpr double kLeastChance = 1e-4;  // of an agreement: nothing is surer than that
constexpr double kWorthATail = 1.0;    // z from which the tail is computed exactly
constexpr int kTailSteps = 60;

struct Coin {
  float weight;
  float chance;
};

// The standard normal number of a sum of weight x (Bernoulli(chance) - chance) that came to `seen`
// (of `plain` standard deviations): r*, by the saddlepoint.
double normal_of(std::span<const Coin> coins, double seen, double plain) {
  double t = 0;
  double cumulant = 0;
  double slope = 0;
  double curve = 0;
  for (int step = 0; step < kTailSteps; ++step) {
    cumulant = slope = curve = 0;
    for (auto coin : coins) {
      double w = static_cast<double>(coin.weight);
      double p = static_cast<double>(coin.chance);
      double grown = p * std::exp(std::min(t * w, 500.0));
      double q = grown / (1 - p + grown);
      cumulant += std::log(1 - p + grown) - t * w * p;
      slope += w * (q - p);
      curve += w * w * q * (1 - q);
    }
    double move = (seen - slope) / std::max(curve, 1e-12);
    if (t > 60 || std::abs(move) < 1e-7) break;
    t += std::clamp(move, -0.5, 0.5);
  }
  double r = std::sqrt(std::max(2 * (t * seen - cumulant), 0.0));
  double u = t * std::sqrt(curve);
  // Near the middle, and where all agree, the form breaks: there the signed root will do.
  if (r < 0.05 || u < 0.05) return std::min(plain, std::max(r, 0.0));
  return std::min(plain, r + std::log(u / r) / r);
}

}  // namespace

struct Partners::Scratch {
  explicit Scratch(std::size_t busy) : place(busy + 1, 0) {}
  std::vector<std::uint32_t> place;  // of a busy worker among the hub's partners, from 1
  ItemVotes votes;
  std::vector<double> weight;
  std::vector<double> chances;
  std::vector<double> sum;
  std::vector<double> variance;
  std::vector<double> most;
  std::vector<std::vector<Coin>> coins;
};

Partners::Partners(const Judgments& judgments, Index shared) : judgments_(judgments) {
  number_.assign(judgments.workers(), 0);
  for (Index worker = 0; worker < judgments.workers(); ++worker) {
    if (judgments.of_worker(worker).size() < std::max<Index>(shared, 1)) continue;
    busy_.push_back(worker);
    number_[worker] = static_cast<std::uint32_t>(busy_.size());
  }
  count(std::max<Index>(shared, 1));
}

// Everybody's partners with a higher number, by counting meetings item by item.
void Partners::count(Index shared) {
  std::uint64_t meetings = 0;
  std::vector<char> skip(judgments_.items(), 0);
  for (Index item = 0; item < judgments_.items(); ++item) {
    std::uint64_t n = judgments_.of_item(item).size();
    skip[item] = meetings + n * n > kMaxRingMeetings ? 1 : 0;
    if (skip[item] == 0) meetings += n * n;
    complete_ = complete_ && skip[item] == 0;
  }
  std::vector<std::vector<std::pair<Index, Index>>> found(judgments_.workers());
  in_blocks(busy_.size(), block_count(busy_.size(), 16), [&](Block block) {
    std::vector<Index> times(busy_.size() + 1, 0);
    std::vector<Index> met;
    for (auto at = block.from; at < block.to; ++at) {
      auto hub = busy_[at];
      for (auto item : judgments_.of_worker(hub).other) {
        if (skip[item] != 0) continue;
        auto row = judgments_.of_item(item).other;
        for (auto other = std::ranges::upper_bound(row, hub); other != row.end(); ++other) {
          if (number_[*other] == 0) continue;
          if (times[number_[*other]]++ == 0) met.push_back(*other);
        }
      }
      std::ranges::sort(met);
      for (auto other : met) {
        if (times[number_[other]] >= shared) found[hub].emplace_back(other, times[number_[other]]);
        times[number_[other]] = 0;
      }
      met.clear();
    }
  });
  trim(found);
  start_.assign(judgments_.workers() + std::size_t{1}, 0);
  for (Index hub = 0; hub < judgments_.workers(); ++hub) {
    for (auto [other, times] : found[hub]) {
      ++start_[hub + std::size_t{1}];
      ++start_[other + std::size_t{1}];
    }
  }
  for (std::size_t i = 1; i < start_.size(); ++i) start_[i] += start_[i - 1];
  partner_.resize(start_.back());
  shared_.resize(start_.back());
  mirror_.resize(start_.back());
  auto next = start_;
  // In the order of hubs, so that each row comes out ascending: first the lower ones, then these.
  for (Index hub = 0; hub < judgments_.workers(); ++hub) {
    for (auto [other, times] : found[hub]) {
      auto here = next[hub]++;
      auto there = next[other]++;
      partner_[here] = other;
      partner_[there] = hub;
      shared_[here] = shared_[there] = times;
      mirror_[here] = there;
      mirror_[there] = here;
    }
  }
}

// Where all would be too much work, those who share the most items stay: they show the most.
void Partners::trim(std::vector<std::vector<std::pair<Index, Index>>>& found) {
  std::vector<std::uint64_t> work;  // by how many they share
  std::uint64_t all = 0;
  for (auto& row : found) {
    for (auto [other, times] : row) {
      if (work.size() <= times) work.resize(times + std::size_t{1}, 0);
      work[times] += times;
      all += times;
    }
  }
  if (all <= kMaxRingWork) return;
  complete_ = false;
  std::uint64_t kept = 0;
  std::size_t least = work.size();
  while (least > 0 && kept + work[least - 1] <= kMaxRingWork) kept += work[--least];
  for (auto& row : found) {
    std::erase_if(row, [&](auto& one) { return one.second < least; });
  }
}

void Partners::measure_hub(Index hub, const Habits& habits, std::span<const double> weight,
                           std::span<const double> copied, bool exact, Scratch& scratch,
                           std::span<Likeness> out) const {
  auto partners = of(hub);
  auto from = start_[hub];
  for (std::size_t i = 0; i < partners.size(); ++i) {
    scratch.place[number_[partners[i]]] = static_cast<std::uint32_t>(i + 1);
  }
  scratch.sum.assign(partners.size(), 0);
  scratch.variance.assign(partners.size(), 0);
  scratch.most.assign(partners.size(), 0);
  if (scratch.coins.size() < partners.size()) scratch.coins.resize(partners.size());
  for (std::size_t i = 0; i < partners.size(); ++i) scratch.coins[i].clear();
  auto own = judgments_.of_worker(hub);
  for (std::size_t k = 0; k < own.size(); ++k) {
    auto row = judgments_.of_item(own.other[k]);
    scratch.weight.clear();
    std::uint32_t hub_slot = 0;
    for (auto other : row.other) {
      auto place = scratch.place[number_[other]];
      double doubt = place > 0 && !copied.empty() ? 1 - copied[from + place - 1] : 1;
      scratch.weight.push_back(weight[other] * doubt);
    }
    habits.gather(own.other[k], scratch.weight, scratch.votes);
    for (std::size_t seat = 0; seat < row.size(); ++seat) {
      if (row.other[seat] == hub) hub_slot = scratch.votes.slot[seat];
    }
    auto top = std::ranges::max_element(scratch.votes.votes) - scratch.votes.votes.begin();
    bool wrong = hub_slot != static_cast<std::size_t>(top);
    for (std::size_t seat = 0; seat < row.size(); ++seat) {
      auto place = scratch.place[number_[row.other[seat]]];
      if (place == 0) continue;
      habits.chances(scratch.votes, seat, row.other[seat], scratch.chances);
      double p = std::clamp(scratch.chances[hub_slot], kLeastChance, 1 - kLeastChance);
      double w = std::log1p(1 / p);
      bool same = scratch.votes.slot[seat] == hub_slot;
      scratch.sum[place - 1] += w * ((same ? 1 : 0) - p);
      scratch.variance[place - 1] += w * w * p * (1 - p);
      scratch.most[place - 1] += w * (1 - p);
      out[place - 1].expected += p;
      out[place - 1].expected_wrong += wrong ? p : 0;
      if (exact) {
        scratch.coins[place - 1].push_back({static_cast<float>(w), static_cast<float>(p)});
      }
    }
  }
  for (std::size_t i = 0; i < partners.size(); ++i) {
    scratch.place[number_[partners[i]]] = 0;
    double z = scratch.sum[i] / std::sqrt(std::max(scratch.variance[i], 1e-12));
    out[i].z = exact && z > kWorthATail ? normal_of(scratch.coins[i], scratch.sum[i], z) : z;
    out[i].copied = std::clamp(scratch.sum[i] / std::max(scratch.most[i], 1e-12), 0.0, 1.0);
  }
}

std::vector<Likeness> Partners::measure(const Habits& habits, std::span<const double> weight,
                                        std::span<const double> copied, bool exact) const {
  std::vector<Likeness> out(partner_.size());
  in_blocks(busy_.size(), block_count(busy_.size(), 4), [&](Block block) {
    Scratch scratch(busy_.size());
    for (auto at = block.from; at < block.to; ++at) {
      auto hub = busy_[at];
      if (of(hub).empty()) continue;
      auto row = std::span(out).subspan(start_[hub], of(hub).size());
      measure_hub(hub, habits, weight, copied, exact, scratch, row);
    }
  });
  return out;
}

}  // namespace guildhall::quality
