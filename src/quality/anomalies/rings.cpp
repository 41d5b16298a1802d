#include "quality/anomalies/rings.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/limits.h"
#include "quality/anomalies/habits.h"
#include "quality/distributions.h"
#include "quality/parallel.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

constexpr std::size_t kAllPairsWork = 100'000'000;  // workers x judgments: to compare all pairs
constexpr double kCopyChance = 0.5;                 // for which the weights are best
constexpr Index kSharedWrong = 3;                   // rare wrong answers that start a suspicion
constexpr double kWorthATail = 2.5;                 // z from which the tail is computed exactly
constexpr std::size_t kNullPairs = 2'000;
constexpr std::size_t kStarRays = 12;
constexpr std::size_t kTellingItems = 20;
constexpr double kDense = 0.5;

using WorkerPair = std::pair<Index, Index>;

// The weighed agreements of a pair.
struct Agreement {
  std::vector<double> chance;
  std::vector<double> weight;
  double sum = 0;  // of the weights of those that agree, less its expectation
  double variance = 0;
};

// P(sum >= seen) of independent weight x Bernoulli(chance): the saddlepoint of its cumulants.
double upper_tail(const Agreement& pair, double seen) {
  double t = 0;
  double cumulant = 0;
  double slope = 0;
  double curve = 0;
  constexpr int kNewtonSteps = 60;
  for (int step = 0; step < kNewtonSteps; ++step) {
    cumulant = slope = curve = 0;
    for (std::size_t i = 0; i < pair.chance.size(); ++i) {
      double w = pair.weight[i];
      double tilted = pair.chance[i] * std::exp(std::min(t * w, 500.0));
      double q = tilted / (1 - pair.chance[i] + tilted);
      cumulant +=
          std::log1p(pair.chance[i] * std::expm1(std::min(t * w, 500.0))) - t * w * pair.chance[i];
      slope += w * (q - pair.chance[i]);
      curve += w * w * q * (1 - q);
    }
    double move = (seen - slope) / std::max(curve, 1e-12);
    if (t > 50 || std::abs(move) < 1e-9) break;
    t += std::clamp(move, -0.5, 0.5);
  }
  if (t <= 1e-3) return 0.5;
  double r = std::sqrt(std::max(2 * (t * seen - cumulant), 0.0));
  double u = t * std::sqrt(curve);
  double density = std::exp(-r * r / 2) * 0.3989422804014327;
  double tail = u > 1e-6 ? normal_above(r) + density * (1 / u - 1 / std::max(r, 1e-6)) : 1;
  // Where the form breaks (all agree), Chernoff's bound holds.
  return tail > 0 && tail <= 1 && u > 0.1 ? tail : std::min(1.0, std::exp(-r * r / 2));
}

std::vector<float> vote_shares(const Judgments& judgments) {
  std::size_t k = judgments.classes();
  std::vector<float> shares(judgments.items() * k, 0);
  for (Index item = 0; item < judgments.items(); ++item) {
    auto labels = judgments.of_item(item).label;
    for (auto label : labels) shares[item * k + label] += 1.0f / static_cast<float>(labels.size());
  }
  return shares;
}

class RingFinder {
 public:
  RingFinder(const Judgments& judgments, std::span<const float> posterior,
             const RingOptions& options)
      : judgments_(judgments), options_(options), habits_(judgments, posterior) {}

  RingSearch run() {
    choose_pairs();
    measure();
    set_null();
    select();
    join();
    return std::move(found_);
  }

 private:
  void choose_pairs();
  void choose_all();
  void choose_rare();
  bool compare(WorkerPair workers, CopyPair& pair, Agreement* keep) const;
  void measure();
  void set_null();
  void select();
  void select_stars(std::vector<char>& keep) const;
  std::vector<double> partners() const;
  void join();
  void thin(std::vector<Index>& people) const;
  Ring ring_of(std::vector<Index> people) const;
  bool suspicious(Index a, Index b) const {
    return std::ranges::binary_search(chosen_, WorkerPair(std::min(a, b), std::max(a, b)));
  }

  const Judgments& judgments_;
  const RingOptions& options_;
  Habits habits_;
  std::vector<WorkerPair> candidates_;
  std::vector<CopyPair> measured_;
  std::vector<WorkerPair> chosen_;
  bool all_pairs_ = false;
  RingSearch found_;
};

// All pairs where that is little work, else those that share rare wrong answers.
void RingFinder::choose_pairs() {
  std::uint64_t workers = 0;
  for (Index w = 0; w < judgments_.workers(); ++w) {
    workers += judgments_.of_worker(w).size() >= options_.shared ? 1 : 0;
  }
  std::uint64_t together = 0;
  for (Index item = 0; item < judgments_.items(); ++item) {
    std::uint64_t n = judgments_.of_item(item).size();
    together += n * (n - std::min<std::uint64_t>(n, 1)) / 2;
  }
  // A pair with `shared` items takes that many of the meetings: there are no more such pairs.
  found_.tested = std::min(workers * (workers - std::min<std::uint64_t>(workers, 1)) / 2,
                           together / std::max<Index>(options_.shared, 1));
  all_pairs_ = workers * judgments_.size() <= kAllPairsWork;
  if (all_pairs_) {
    choose_all();
  } else {
    choose_rare();
  }
}

void RingFinder::choose_all() {
  std::vector<Index> busy;
  for (Index w = 0; w < judgments_.workers(); ++w) {
    if (judgments_.of_worker(w).size() >= options_.shared) busy.push_back(w);
  }
  for (std::size_t i = 0; i < busy.size(); ++i) {
    for (std::size_t j = i + 1; j < busy.size(); ++j) candidates_.emplace_back(busy[i], busy[j]);
  }
}

void RingFinder::choose_rare() {
  std::vector<std::uint64_t> meetings;  // of two who gave the same rare wrong answer
  std::vector<Index> voters;
  for (Index item = 0; item < judgments_.items() && found_.complete; ++item) {
    auto row = judgments_.of_item(item);
    for (Label label = 0; label < judgments_.classes(); ++label) {
      if (label == habits_.consensus(item)) continue;
      voters.clear();
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (row.label[i] == label) voters.push_back(row.other[i]);
      }
      if (voters.size() > kMaxRingVoters || 2 * voters.size() > row.size() + 1) continue;
      for (std::size_t i = 0; i < voters.size(); ++i) {
        for (std::size_t j = i + 1; j < voters.size(); ++j) {
          meetings.push_back(std::uint64_t{voters[i]} << 32 | voters[j]);
        }
      }
    }
    found_.complete = meetings.size() < kMaxRingPairs;
  }
  std::ranges::sort(meetings);
  for (std::size_t i = 0; i < meetings.size();) {
    std::size_t j = i;
    while (j < meetings.size() && meetings[j] == meetings[i]) ++j;
    if (j - i >= kSharedWrong) {
      candidates_.emplace_back(static_cast<Index>(meetings[i] >> 32),
                               static_cast<Index>(meetings[i]));
    }
    i = j;
  }
}

// False where they share too few items.
bool RingFinder::compare(WorkerPair workers, CopyPair& pair, Agreement* keep) const {
  auto left = judgments_.of_worker(workers.first);
  auto right = judgments_.of_worker(workers.second);
  pair.left = workers.first;
  pair.right = workers.second;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> at;
  for (std::size_t i = 0, j = 0; i < left.size() && j < right.size();) {
    if (left.other[i] < right.other[j]) {
      ++i;
    } else if (right.other[j] < left.other[i]) {
      ++j;
    } else {
      at.emplace_back(static_cast<std::uint32_t>(i++), static_cast<std::uint32_t>(j++));
    }
  }
  pair.shared = static_cast<Index>(at.size());
  if (pair.shared < options_.shared) return false;
  std::vector<double> scratch(3 * std::size_t{judgments_.classes()});
  Agreement local;
  auto& sums = keep != nullptr ? *keep : local;
  for (auto [i, j] : at) {
    auto item = left.other[i];
    double wrong = 0;
    double chance = habits_.agreement(item, workers.first, left.label[i], workers.second,
                                      right.label[j], wrong, scratch);
    double weight = std::log1p(kCopyChance / (1 - kCopyChance) / chance);
    bool same = left.label[i] == right.label[j];
    pair.same += same ? 1 : 0;
    pair.same_wrong += same && left.label[i] != habits_.consensus(item) ? 1 : 0;
    pair.expected += chance;
    pair.expected_wrong += wrong;
    sums.sum += weight * ((same ? 1 : 0) - chance);
    sums.variance += weight * weight * chance * (1 - chance);
    if (keep == nullptr) continue;
    sums.chance.push_back(chance);
    sums.weight.push_back(weight);
  }
  pair.z = sums.sum / std::sqrt(sums.variance);
  return true;
}

void RingFinder::measure() {
  auto blocks = block_count(candidates_.size(), 64);
  std::vector<std::vector<CopyPair>> parts(blocks);
  in_blocks(candidates_.size(), blocks, [&](Block block) {
    for (auto i = block.from; i < block.to; ++i) {
      CopyPair pair;
      if (compare(candidates_[i], pair, nullptr)) parts[block.number].push_back(pair);
    }
  });
  for (auto& part : parts) measured_.insert(measured_.end(), part.begin(), part.end());
  found_.examined = measured_.size();
}

// What pairs of this project usually do: the lower quantiles of z among pairs that nobody suspects.
void RingFinder::set_null() {
  std::vector<double> z;
  for (auto& pair : measured_) z.push_back(pair.z);
  if (!all_pairs_) {
    z.clear();  // the candidates are no sample: take pairs that meet on random items
    Seeded chance(1, judgments_.size());
    for (std::size_t i = 0; i < 10 * kNullPairs && z.size() < kNullPairs; ++i) {
      auto row = judgments_.of_item(static_cast<Index>(chance.below(judgments_.items())));
      if (row.size() < 2) continue;
      auto a = row.other[chance.below(row.size())];
      auto b = row.other[chance.below(row.size())];
      CopyPair pair;
      if (a != b && compare(std::minmax(a, b), pair, nullptr)) z.push_back(pair.z);
    }
  }
  constexpr std::size_t kFewest = 40;
  if (z.size() < kFewest) return;
  std::ranges::sort(z);
  // From the lower side alone: rings stretch the upper one. 0.2533 and 1.2816 are the normal's.
  double spread = (z[z.size() * 4 / 10] - z[z.size() / 10]) / (1.2816 - 0.2533);
  // A shift to the right widens too: people who learnt alike.
  found_.null_spread = std::max(1.0, spread + std::max(z[z.size() * 4 / 10], 0.0) / 2);
}

void RingFinder::select() {
  in_blocks(measured_.size(), block_count(measured_.size(), 64), [&](Block block) {
    for (auto i = block.from; i < block.to; ++i) {
      auto& pair = measured_[i];
      double plain = pair.z / found_.null_spread;
      if (plain > kWorthATail) {
        Agreement sums;
        CopyPair again;
        compare({pair.left, pair.right}, again, &sums);
        pair.p = upper_tail(sums, sums.sum / found_.null_spread);
      } else {
        pair.p = normal_above(plain);
      }
      pair.z = plain;
    }
  });
  std::ranges::sort(measured_, [](auto& a, auto& b) {
    return a.p != b.p ? a.p < b.p : WorkerPair(a.left, a.right) < WorkerPair(b.left, b.right);
  });
  auto tests = static_cast<double>(std::max<std::uint64_t>(found_.tested, measured_.size()));
  std::size_t kept = 0;
  for (std::size_t i = 0; i < measured_.size(); ++i) {
    if (measured_[i].p <= options_.fdr * static_cast<double>(i + 1) / tests) kept = i + 1;
  }
  std::vector<char> keep(measured_.size(), 0);
  std::fill_n(keep.begin(), kept, 1);
  select_stars(keep);
  for (std::size_t i = 0; i < measured_.size(); ++i) {
    if (keep[i] == 0) continue;
    chosen_.emplace_back(measured_[i].left, measured_[i].right);
    found_.pairs.push_back(measured_[i]);
  }
  std::ranges::sort(chosen_);
  std::ranges::sort(found_.pairs, [](auto& a, auto& b) {
    return WorkerPair(a.left, a.right) < WorkerPair(b.left, b.right);
  });
}

// With how many people each shares enough items; an upper bound where not all pairs were measured.
std::vector<double> RingFinder::partners() const {
  std::vector<double> count(judgments_.workers(), 0);
  if (all_pairs_) {
    for (auto& pair : measured_) {
      count[pair.left] += 1;
      count[pair.right] += 1;
    }
    return count;
  }
  for (Index worker = 0; worker < judgments_.workers(); ++worker) {
    double meetings = 0;
    for (auto item : judgments_.of_worker(worker).other) {
      meetings += static_cast<double>(judgments_.of_item(item).size()) - 1;
    }
    count[worker] = std::min(meetings / std::max<Index>(options_.shared, 1),
                             static_cast<double>(judgments_.workers()) - 1);
  }
  return count;
}

// Several pairs of one person, each not enough alone, can be too many together: the k smallest of n
// p are as small as this by chance Binomial(n, p_k) >= k (Berk and Jones 1979), the best k of the
// first kStarRays, over all people at the rate. Then, within, what the rate allows.
void RingFinder::select_stars(std::vector<char>& keep) const {
  std::vector<std::vector<std::size_t>> rays(judgments_.workers());  // ascending p
  for (std::size_t i = 0; i < measured_.size(); ++i) {
    rays[measured_[i].left].push_back(i);
    rays[measured_[i].right].push_back(i);
  }
  auto count = partners();
  std::vector<std::pair<double, Index>> stars;
  for (Index worker = 0; worker < judgments_.workers(); ++worker) {
    double n = std::max(count[worker], static_cast<double>(rays[worker].size()));
    auto looks = std::min(rays[worker].size(), kStarRays);
    double least = 1;
    for (std::size_t k = 1; k <= looks; ++k) {
      double p = measured_[rays[worker][k - 1]].p;
      least = std::min(least, binomial_at_least(static_cast<double>(k), n, p));
    }
    if (n >= 1) stars.emplace_back(std::min(1.0, least * static_cast<double>(looks)), worker);
  }
  std::ranges::sort(stars);
  std::size_t bright = 0;
  for (std::size_t i = 0; i < stars.size(); ++i) {
    double allowed = options_.fdr * static_cast<double>(i + 1) / static_cast<double>(stars.size());
    if (stars[i].first <= allowed) bright = i + 1;
  }
  for (std::size_t i = 0; i < bright; ++i) {
    auto& own = rays[stars[i].second];
    double n = std::max(count[stars[i].second], static_cast<double>(own.size()));
    std::size_t kept = 0;
    for (std::size_t k = 1; k <= own.size(); ++k) {
      if (measured_[own[k - 1]].p * n <= options_.fdr * static_cast<double>(k)) kept = k;
    }
    for (std::size_t k = 0; k < kept; ++k) keep[own[k]] = 1;
  }
}

// Drops whoever is suspicious with the fewest, until at least half of the pairs are, or one pair
// is left.
void RingFinder::thin(std::vector<Index>& people) const {
  while (people.size() > 2) {
    std::vector<std::size_t> ties(people.size(), 0);
    std::size_t all = 0;
    for (std::size_t i = 0; i < people.size(); ++i) {
      for (std::size_t j = 0; j < people.size(); ++j) {
        ties[i] += i != j && suspicious(people[i], people[j]) ? 1 : 0;
      }
      all += ties[i];
    }
    // One source that all the others copied is a ring too, however little these share.
    bool star = std::ranges::max(ties) + 1 == people.size();
    double pairs = static_cast<double>(people.size() * (people.size() - 1));
    if (star || static_cast<double>(all) >= kDense * pairs) return;
    people.erase(people.begin() + (std::ranges::min_element(ties) - ties.begin()));
  }
}

Ring RingFinder::ring_of(std::vector<Index> people) const {
  Ring ring;
  for (auto& pair : found_.pairs) {
    if (std::ranges::binary_search(people, pair.left) &&
        std::ranges::binary_search(people, pair.right)) {
      ring.pairs.push_back(pair);
    }
  }
  std::ranges::sort(ring.pairs, {}, &CopyPair::p);
  auto n = static_cast<double>(people.size());
  ring.density = static_cast<double>(ring.pairs.size()) / (n * (n - 1) / 2);
  std::map<std::pair<Index, Label>, std::size_t> wrong;
  for (auto worker : people) {
    auto row = judgments_.of_worker(worker);
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row.label[i] != habits_.consensus(row.other[i])) ++wrong[{row.other[i], row.label[i]}];
    }
  }
  std::vector<std::pair<std::size_t, Index>> telling;  // others with the same label, item
  for (auto& [answer, times] : wrong) {
    if (times < 2 || 2 * times < people.size()) continue;
    auto row = judgments_.of_item(answer.first);
    auto same = static_cast<std::size_t>(std::ranges::count(row.label, answer.second));
    telling.emplace_back(same - times, answer.first);
  }
  std::ranges::sort(telling);
  for (std::size_t i = 0; i < std::min(telling.size(), kTellingItems); ++i) {
    ring.telling_items.push_back(telling[i].second);
  }
  ring.people = std::move(people);
  return ring;
}

void RingFinder::join() {
  std::vector<Index> root(judgments_.workers());
  std::iota(root.begin(), root.end(), 0);
  auto find = [&](Index at) {
    while (root[at] != at) at = root[at] = root[root[at]];
    return at;
  };
  for (auto [a, b] : chosen_) {
    auto left = find(a);
    auto right = find(b);
    root[std::max(left, right)] = std::min(left, right);
  }
  std::map<Index, std::vector<Index>> groups;
  for (Index worker = 0; worker < judgments_.workers(); ++worker) {
    groups[find(worker)].push_back(worker);
  }
  for (auto& [first, people] : groups) {
    if (people.size() < 2) continue;
    thin(people);
    found_.rings.push_back(ring_of(std::move(people)));
  }
  std::ranges::sort(found_.rings, [](auto& a, auto& b) {
    return a.people.size() != b.people.size() ? a.people.size() > b.people.size()
                                              : a.people < b.people;
  });
}

}  // namespace

Result<RingSearch> find_rings(const Judgments& judgments, std::span<const float> posterior,
                              const RingOptions& options) {
  std::vector<float> shares;
  if (posterior.empty()) {
    shares = vote_shares(judgments);
    posterior = shares;
  }
  if (posterior.size() != std::size_t{judgments.items()} * judgments.classes() ||
      !(options.fdr > 0 && options.fdr < 1)) {
    return fail(Fault::invalid, "quality-input",
                "The posterior is not of these judgments, or the rate is not a share.");
  }
  if (judgments.size() == 0) return RingSearch{};
  return RingFinder(judgments, posterior, options).run();
}

}  // namespace guildhall::quality
