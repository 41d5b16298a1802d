#include "quality/anomalies/rings.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/limits.h"
#include "quality/anomalies/partners.h"
#include "quality/distributions.h"

namespace guildhall::quality {
namespace {

constexpr int kFirstFits = 3;          // of habits, before anybody is compared
constexpr int kLikenessRounds = 2;     // before the one that counts
constexpr double kLeastWeight = 0.05;  // of a vote, over the mean one's
constexpr double kMostWeight = 1.4;
constexpr int kTentativeRounds = 2;  // after the first, at a laxer rate
constexpr double kTentativeRate = 0.03;
constexpr std::size_t kNullPairs = 40;  // fewer do not tell how pairs usually are
constexpr std::size_t kRays = 12;       // of a hub, that are looked at together
constexpr std::size_t kTellingItems = 20;

// Joined people, as numbers of their ring; kNoRing: none.
constexpr std::uint32_t kNoRing = 0xFFFFFFFF;

class RingFinder {
 public:
  RingFinder(const Judgments& judgments, std::span<const float> posterior,
             const RingOptions& options)
      : judgments_(judgments),
        posterior_(posterior),
        options_(options),
        partners_(judgments, options.shared),
        habits_(judgments),
        weight_(judgments.workers(), 1),
        echo_(judgments.workers(), 0),
        ring_(judgments.workers(), kNoRing) {}

  RingSearch run() {
    found_.examined = partners_.pairs();
    found_.complete = partners_.complete();
    if (partners_.pairs() == 0) return std::move(found_);
    for (int i = 0; i < kFirstFits; ++i) fit();
    // The first rounds but suspect, so that a ring that drowns out the others is silenced whole;
    // the very first does so at the asked rate. What is reported stands at that rate again.
    for (int round = 0; round < kMaxRingRounds; ++round) {
      auto before = ring_;
      suspecting_ = round <= kTentativeRounds;
      rate_ = suspecting_ && round > 0 ? std::max(kTentativeRate, options_.fdr) : options_.fdr;
      compare(round);
      set_null(round);
      choose();
      if (rings_ == 0 || (ring_ == before && !suspecting_)) break;
      discount();
      fit();
    }
    describe();
    return std::move(found_);
  }

 private:
  struct Ray {
    double p;
    Index other;
  };
  struct Hub {
    double p = 1;
    Index worker = 0;
    std::size_t rays = 0;  // that are too clear together
  };

  void fit();
  void compare(int round);
  void symmetric();
  void set_null(int round);
  void choose();
  Hub brightest(const std::vector<std::vector<Ray>>& rays, std::span<const char> dark) const;
  std::size_t join(Hub hub, const std::vector<Ray>& rays);
  void discount();
  void describe();
  CopyPair pair_of(std::size_t at, Index left) const;
  double wrong_chance(Index item, std::size_t voter, std::size_t source) const;
  Label consensus(Index item) const;
  void tell(Ring& ring) const;

  const Judgments& judgments_;
  std::span<const float> posterior_;
  const RingOptions& options_;
  double rate_ = 0;
  bool suspecting_ = false;
  int fits_ = 0;
  Partners partners_;
  Habits habits_;
  std::vector<double> weight_;  // of each worker's vote
  std::vector<double> echo_;    // how many of a worker's ring say the same again
  std::vector<double> copied_;  // partners
  std::vector<Likeness> likeness_;
  std::vector<double> z_;  // partners; against the empirical null
  double null_middle_ = 0;
  std::vector<std::uint32_t> ring_;
  std::uint32_t rings_ = 0;
  RingSearch found_;
};

// Once everybody's habits are known, only those of people with partners matter any more, and in a
// large set they are few.
void RingFinder::fit() {
  std::size_t with = 0;
  for (Index worker = 0; worker < judgments_.workers(); ++worker) {
    with += partners_.of(worker).empty() ? 0 : 1;
    double sharpness = fits_ == 0 ? 1 : habits_.relative_sharpness(worker);
    weight_[worker] = std::clamp(sharpness, kLeastWeight, kMostWeight) / (1 + echo_[worker]);
  }
  bool most = 2 * with >= judgments_.workers();
  if (fits_++ == 0 || (fits_ <= kFirstFits && most)) {
    habits_.fit(weight_);
    return;
  }
  std::vector<Index> who;
  for (Index worker = 0; worker < judgments_.workers(); ++worker) {
    if (!partners_.of(worker).empty()) who.push_back(worker);
  }
  habits_.fit(weight_, who);
}

// Both directions as one. What looks copied is believed as far as it is beyond chance.
void RingFinder::symmetric() {
  z_.resize(likeness_.size());
  copied_.resize(likeness_.size());
  for (std::size_t at = 0; at < likeness_.size(); ++at) {
    auto& there = likeness_[partners_.mirror(at)];
    z_[at] = (likeness_[at].z + there.z) / 2;
    double sure = z_[at] > 0 ? z_[at] * z_[at] / (2 + z_[at] * z_[at]) : 0;
    copied_[at] = sure * (likeness_[at].copied + there.copied) / 2;
  }
}

void RingFinder::compare(int round) {
  for (int i = round == 0 ? 0 : kLikenessRounds; i <= kLikenessRounds; ++i) {
    likeness_ = partners_.measure(habits_, weight_, copied_, i == kLikenessRounds);
    symmetric();
  }
}

// How far from a standard normal pairs of this set usually are: their middle, and the wider of the
// two flanks next to it; people who learnt alike err alike. Pairs of rings that are known are no
// part of it; while none is, rings stretch the upper flank, and the lower one must do.
void RingFinder::set_null(int round) {
  std::vector<double> sorted;  // each pair twice, which changes no quantile
  for (Index worker = 0; worker < judgments_.workers(); ++worker) {
    auto partners = partners_.of(worker);
    for (std::size_t i = 0; i < partners.size(); ++i) {
      bool within = ring_[worker] != kNoRing && ring_[worker] == ring_[partners[i]];
      if (!within) sorted.push_back(z_[partners_.start(worker) + i]);
    }
  }
  std::ranges::sort(sorted);
  null_middle_ = 0;
  found_.null_spread = 1;
  if (sorted.size() >= 2 * kNullPairs) {
    auto at = [&](double share) {
      return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
    };
    null_middle_ = std::clamp(at(0.5), -0.2, 0.5);
    // 1.2816, 0.8416 and 1.6449 are the normal's.
    double below = std::max((at(0.5) - at(0.1)) / 1.2816, (at(0.5) - at(0.2)) / 0.8416);
    double above = 1;
    if (round > 0) {
      above = std::max((at(0.8) - at(0.5)) / 0.8416, (at(0.95) - at(0.5)) / 1.6449);
    }
    found_.null_spread = std::max({1.0, below, above});
  }
  for (auto& z : z_) z = (z - null_middle_) / found_.null_spread;
}

// The hub whose partners outside rings are least like chance: the k smallest of n p are as small
// as they are with Binomial(n, p_k) >= k, the best k counts, times the looks.
RingFinder::Hub RingFinder::brightest(const std::vector<std::vector<Ray>>& rays,
                                      std::span<const char> dark) const {
  Hub best;
  for (Index worker = 0; worker < judgments_.workers(); ++worker) {
    if (dark[worker] != 0) continue;
    auto& own = rays[worker];
    auto looks = static_cast<double>(std::min(own.size(), kRays));
    std::size_t k = 0;
    for (auto& ray : own) {
      if (ring_[ray.other] != kNoRing) continue;
      if (++k > kRays || ray.p > 0.5) break;
      double p =
          looks * binomial_at_least(static_cast<double>(k), static_cast<double>(own.size()), ray.p);
      if (p < best.p) best = {p, worker, k};
    }
  }
  return best;
}

// Makes those partners of the hub that stand out at the rate its ring; how many are new. While
// rings are but suspected, those who only together are too like will do.
std::size_t RingFinder::join(Hub hub, const std::vector<Ray>& rays) {
  std::vector<Ray> open;
  for (auto& ray : rays) {
    if (ring_[ray.other] == kNoRing) open.push_back(ray);
  }
  std::size_t kept = suspecting_ ? hub.rays : 0;
  for (std::size_t k = 1; k <= open.size(); ++k) {
    double allowed = rate_ * static_cast<double>(k) / static_cast<double>(rays.size());
    if (open[k - 1].p <= allowed) kept = std::max(kept, k);
  }
  if (kept == 0) return 0;
  std::size_t added = kept;
  if (ring_[hub.worker] == kNoRing) {
    ring_[hub.worker] = rings_++;
    ++added;
  }
  for (std::size_t k = 0; k < kept; ++k) ring_[open[k].other] = ring_[hub.worker];
  return added;
}

// Hub after hub, over people rather than pairs: a ring has many true pairs, which at a rate over
// pairs would let in as many false ones, each of which names somebody.
void RingFinder::choose() {
  std::vector<std::vector<Ray>> rays(judgments_.workers());
  double people = 0;
  for (Index worker = 0; worker < judgments_.workers(); ++worker) {
    auto partners = partners_.of(worker);
    for (std::size_t i = 0; i < partners.size(); ++i) {
      rays[worker].push_back({normal_above(z_[partners_.start(worker) + i]), partners[i]});
    }
    std::ranges::sort(rays[worker],
                      [](auto& a, auto& b) { return a.p != b.p ? a.p < b.p : a.other < b.other; });
    people += partners.empty() ? 0 : 1;
  }
  std::ranges::fill(ring_, kNoRing);
  rings_ = 0;
  double named = 0;
  std::vector<char> dark(judgments_.workers(), 0);  // too like together, none by themselves
  while (true) {
    auto hub = brightest(rays, dark);
    if (hub.p > rate_ * (named + 1) / people) return;
    auto added = join(hub, rays[hub.worker]);
    if (added == 0) dark[hub.worker] = 1;
    named += static_cast<double>(added);
  }
}

// A ring speaks with about one voice.
void RingFinder::discount() {
  std::ranges::fill(echo_, 0.0);
  for (Index worker = 0; worker < judgments_.workers(); ++worker) {
    if (ring_[worker] == kNoRing) continue;
    auto partners = partners_.of(worker);
    for (std::size_t i = 0; i < partners.size(); ++i) {
      auto at = partners_.start(worker) + i;
      if (ring_[partners[i]] == ring_[worker]) {
        echo_[worker] += (likeness_[at].copied + likeness_[partners_.mirror(at)].copied) / 2;
      }
    }
  }
}

Label RingFinder::consensus(Index item) const {
  std::size_t classes = judgments_.classes();
  if (!posterior_.empty()) {
    auto row = posterior_.subspan(item * classes, classes);
    return static_cast<Label>(std::ranges::max_element(row) - row.begin());
  }
  auto row = judgments_.of_item(item);
  std::map<Label, double> votes;
  for (std::size_t i = 0; i < row.size(); ++i) votes[row.label[i]] += weight_[row.other[i]];
  return std::ranges::max_element(votes, {}, [](auto& one) { return one.second; })->first;
}

// The figures of a pair that a ring rests on.
CopyPair RingFinder::pair_of(std::size_t at, Index left) const {
  CopyPair pair;
  pair.left = left;
  pair.right = partners_.of(left)[at - partners_.start(left)];
  pair.shared = partners_.shared(at);
  auto& there = likeness_[partners_.mirror(at)];
  pair.expected = (likeness_[at].expected + there.expected) / 2;
  pair.expected_wrong = (likeness_[at].expected_wrong + there.expected_wrong) / 2;
  pair.copied = (likeness_[at].copied + there.copied) / 2;
  pair.z = z_[at];
  pair.p = normal_above(pair.z);
  auto one = judgments_.of_worker(pair.left);
  auto other = judgments_.of_worker(pair.right);
  for (std::size_t i = 0, j = 0; i < one.size() && j < other.size();) {
    if (one.other[i] != other.other[j]) {
      ++(one.other[i] < other.other[j] ? i : j);
      continue;
    }
    bool same = one.label[i] == other.label[j];
    pair.same += same ? 1 : 0;
    pair.same_wrong += same && one.label[i] != consensus(one.other[i]) ? 1 : 0;
    ++i;
    ++j;
  }
  return pair;
}

// Items on which most of the ring gave the same label against the consensus.
void RingFinder::tell(Ring& ring) const {
  std::map<std::pair<Index, Label>, std::size_t> answers;
  for (auto worker : ring.people) {
    auto row = judgments_.of_worker(worker);
    for (std::size_t i = 0; i < row.size(); ++i) ++answers[{row.other[i], row.label[i]}];
  }
  std::vector<std::pair<std::size_t, Index>> telling;  // others with the same label, item
  for (auto& [answer, times] : answers) {
    if (times < 2 || 2 * times < ring.people.size()) continue;
    if (answer.second == consensus(answer.first)) continue;
    auto row = judgments_.of_item(answer.first);
    auto same = static_cast<std::size_t>(std::ranges::count(row.label, answer.second));
    telling.emplace_back(same - times, answer.first);
  }
  std::ranges::sort(telling);
  for (std::size_t i = 0; i < std::min(telling.size(), kTellingItems); ++i) {
    ring.telling_items.push_back(telling[i].second);
  }
}

void RingFinder::describe() {
  found_.rings.resize(rings_);
  for (Index worker = 0; worker < judgments_.workers(); ++worker) {
    if (ring_[worker] == kNoRing) continue;
    auto& ring = found_.rings[ring_[worker]];
    ring.people.push_back(worker);
    auto partners = partners_.of(worker);
    for (std::size_t i = 0; i < partners.size(); ++i) {
      auto at = partners_.start(worker) + i;
      bool within = partners[i] > worker && ring_[partners[i]] == ring_[worker];
      if (within && normal_above(z_[at]) <= options_.fdr) {
        ring.pairs.push_back(pair_of(at, worker));
        found_.pairs.push_back(ring.pairs.back());
      }
    }
  }
  for (auto& ring : found_.rings) {
    std::ranges::sort(ring.pairs, [](auto& a, auto& b) {
      return a.z != b.z ? a.z > b.z : std::pair(a.left, a.right) < std::pair(b.left, b.right);
    });
    auto n = static_cast<double>(ring.people.size());
    ring.density = static_cast<double>(ring.pairs.size()) / (n * (n - 1) / 2);
    tell(ring);
  }
  std::ranges::sort(found_.rings, [](auto& a, auto& b) {
    return a.people.size() != b.people.size() ? a.people.size() > b.people.size()
                                              : a.people < b.people;
  });
}

}  // namespace

Result<RingSearch> find_rings(const Judgments& judgments, std::span<const float> posterior,
                              const RingOptions& options) {
  auto cells = std::size_t{judgments.items()} * judgments.classes();
  if ((!posterior.empty() && posterior.size() != cells) || !(options.fdr > 0 && options.fdr < 1)) {
    return fail(Fault::invalid, "quality-input",
                "The posterior is not of these judgments, or the rate is not a share.");
  }
  if (judgments.size() == 0) return RingSearch{};
  return RingFinder(judgments, posterior, options).run();
}

}  // namespace guildhall::quality
