// Contributors and anomalies: accuracy on the real sets and speed on a made one.
//
//   bench-contributors
//
// Reads the test data (GUILDHALL_DATA). True accuracy of a person is the share right of their
// judgments on items with a stated truth; people with fewer than 10 of these are left out. Gold,
// where it is given, is the truth of ten random items of each person. Fixed seeds.
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdio>

#include "quality/anomalies/made_ring.h"
#include "quality/anomalies/rings.h"
#include "quality/contributors/made_crowd.h"
#include "quality/contributors/scorecard.h"
#include "quality/real_sets.h"

namespace guildhall::quality {
namespace {

constexpr std::array kSets{"bluebird",
                           "dog",
                           "music_genre",
                           "product",
                           "quiz_english",
                           "quiz_medicine",
                           "quiz_science",
                           "rte",
                           "relevance_trec_rf10",
                           "temp",
                           "web",
                           "tweet_sentiment",
                           "zencrowd_in",
                           "vaccine_llm_crowd_expert"};
constexpr double kLeastJudged = 10;

double seconds_of(const std::function<void()>& work) {
  auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

std::vector<Label> ten_each(const RealSet& set) {
  std::vector<Label> gold(set.judgments.items(), kNoLabel);
  for (Index worker = 0; worker < set.judgments.workers(); ++worker) {
    std::vector<Index> items;
    for (auto item : set.judgments.of_worker(worker).other) {
      if (set.truth[item] != kNoLabel) items.push_back(item);
    }
    Seeded chance(7, worker);
    for (std::size_t i = 0; i < std::min<std::size_t>(10, items.size()); ++i) {
      std::swap(items[i], items[i + chance.below(items.size() - i)]);
      gold[items[i]] = set.truth[items[i]];
    }
  }
  return gold;
}

struct RankTally {
  std::array<double, 8> sum{};  // by accuracy, by lower bound, by chance: rho and precision; covers
  double people = 0;
  double sets = 0;
};

void rank_set(const RealSet& set, const char* name, Gold gold, RankTally& tally) {
  Scorecard card;
  double seconds = seconds_of([&] { card = *score_people(set.judgments, {.gold = gold}); });
  std::vector<double> truth;
  std::vector<double> mean;
  std::vector<double> lower;
  std::vector<double> top;
  double covered = 0;
  for (Index worker = 0; worker < set.judgments.workers(); ++worker) {
    auto row = set.judgments.of_worker(worker);
    double right = 0;
    double all = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (set.truth[row.other[i]] == kNoLabel) continue;
      all += 1;
      right += set.truth[row.other[i]] == row.label[i] ? 1 : 0;
    }
    if (all < kLeastJudged) continue;
    auto& person = card.people[worker];
    double share = right / all;
    truth.push_back(share);
    mean.push_back(person.accuracy.mean);
    lower.push_back(person.skill.lower);
    top.push_back(person.top);
    constexpr double kRounding = 1e-6;
    covered +=
        share >= person.accuracy.lower - kRounding && share <= person.accuracy.upper + kRounding
            ? 1
            : 0;
  }
  auto n = static_cast<double>(truth.size());
  std::array row{spearman(truth, mean),  top_precision(truth, mean),
                 spearman(truth, lower), top_precision(truth, lower),
                 spearman(truth, top),   top_precision(truth, top)};
  fmt::print("{:26} {:6} {:4} | {:.3f} {:.3f} | {:.3f} {:.3f} | {:.3f} {:.3f} | {:.3f} | {:.2f}\n",
             name, gold.empty() ? "none" : "ten", truth.size(), row[0], row[1], row[2], row[3],
             row[4], row[5], covered / n, seconds);
  for (std::size_t i = 0; i < row.size(); ++i) tally.sum[i] += row[i];
  tally.sum[6] += covered;
  tally.people += n;
  tally.sets += 1;
}

void rank_all(bool with_gold) {
  fmt::print(
      "set, gold, people | accuracy rho, top 20 % | lower bound | chance of top | covered | s\n");
  RankTally tally;
  for (auto* name : kSets) {
    auto set = real_set(name);
    if (!set) continue;
    auto gold = with_gold ? ten_each(*set) : std::vector<Label>{};
    rank_set(*set, name, gold, tally);
  }
  if (tally.sets == 0) return;
  for (std::size_t i = 0; i < 6; ++i) fmt::print("{:.4f} ", tally.sum[i] / tally.sets);
  fmt::print("| {:.4f} mean, and pooled cover\n\n", tally.sum[6] / tally.people);
}

// Rings of 3 to 10 who share 30 items with their source.
void ring_set(const RealSet& set, const char* name) {
  constexpr std::array kCopies{0.5, 0.6, 0.7, 0.8, 0.9};
  constexpr std::size_t kRepeats = 3;
  auto plain = *find_rings(set.judgments, {});
  std::size_t untouched = 0;
  for (auto& ring : plain.rings) untouched += ring.people.size();
  std::array<double, 5> recall{};
  std::array<double, 5> copiers{};
  double wrong = 0;
  double honest = 0;
  for (std::size_t c = 0; c < kCopies.size(); ++c) {
    for (std::size_t repeat = 0; repeat < kRepeats; ++repeat) {
      auto made =
          made_ring(set.judgments, repeat * 10 + c, 3 + (repeat * 3 + c) % 8, kCopies[c], 30);
      if (made.copiers.empty()) continue;
      auto found = *find_rings(made.judgments, {});
      std::vector<char> flagged(made.judgments.workers(), 0);
      for (auto& ring : found.rings) {
        for (auto worker : ring.people) flagged[worker] = 1;
      }
      for (auto worker : made.copiers) {
        recall[c] += flagged[worker];
        copiers[c] += 1;
        flagged[worker] = 0;
      }
      for (auto one : flagged) wrong += one;
      honest += static_cast<double>(flagged.size() - made.copiers.size());
    }
  }
  fmt::print("{:26} people {:4} untouched: {:2} flagged, null sd {:.2f} | recall", name,
             set.judgments.workers(), untouched, plain.null_spread);
  for (std::size_t c = 0; c < kCopies.size(); ++c) {
    fmt::print(" {:.2f}", copiers[c] > 0 ? recall[c] / copiers[c] : 0);
  }
  fmt::print(" | false {:.4f}\n", honest > 0 ? wrong / honest : 0);
}

void measure_speed() {
  constexpr Index kItems = 200'000;
  constexpr Index kWorkers = 10'000;
  auto crowd = made_crowd(1, kItems, kWorkers, 4, 5);
  auto judgments = *Judgments::make(crowd.columns, kItems, kWorkers, 4);
  RingSearch rings;
  double ring = seconds_of([&] { rings = *find_rings(judgments, {}); });
  Scorecard card;
  double people = seconds_of([&] { card = *score_people(judgments, {}); });
  std::vector<double> lower;
  for (auto& person : card.people) lower.push_back(person.skill.lower);
  fmt::print(
      "1 million judgments, 10 thousand people: rings {:.2f} s ({} found, {} pairs examined), "
      "scorecard {:.2f} s (rho of the lower bound {:.3f})\n",
      ring, rings.rings.size(), rings.examined, people, spearman(crowd.skill, lower));
}

int run() {
  rank_all(false);
  rank_all(true);
  for (auto* name : kSets) {
    auto set = real_set(name);
    if (set) ring_set(*set, name);
  }
  measure_speed();
  return 0;
}

}  // namespace
}  // namespace guildhall::quality

int main() { return guildhall::quality::run(); }
