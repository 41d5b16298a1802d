// Contributors: accuracy on the real sets and speed on a made one.
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

void measure_speed() {
  constexpr Index kItems = 200'000;
  constexpr Index kWorkers = 10'000;
  auto crowd = made_crowd(1, kItems, kWorkers, 4, 5);
  auto judgments = *Judgments::make(crowd.columns, kItems, kWorkers, 4);
  Scorecard card;
  double people = seconds_of([&] { card = *score_people(judgments, {}); });
  std::vector<double> lower;
  for (auto& person : card.people) lower.push_back(person.skill.lower);
  fmt::print(
      "1 million judgments, 10 thousand people: scorecard {:.2f} s (rho of the lower bound "
      "{:.3f})\n",
      people, spearman(crowd.skill, lower));
}

int run() {
  rank_all(false);
  rank_all(true);
  measure_speed();
  return 0;
}

}  // namespace
}  // namespace guildhall::quality

int main() { return guildhall::quality::run(); }
