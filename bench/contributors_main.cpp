// Contributors: accuracy on the real sets and speed on a made one.
//
//   bench-contributors [rank] [speed] [1 to 9: how many seeds]      (nothing: all, 1 seed)
//
// Reads the test data (GUILDHALL_DATA). True accuracy of a person is the share right of their
// judgments on items with a stated truth; people with fewer than 10 of these are left out. Gold,
// where it is given, is the truth of ten random items of each person. Peers are the skills of the
// engine's own majority, Wawa, Dawid-Skene, GLAD and MACE. Fixed seeds.
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <string_view>

#include "quality/contributors/made_crowd.h"
#include "quality/contributors/scorecard.h"
#include "quality/real_sets.h"
#include "quality/truth/methods.h"

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

constexpr std::array kPeers{"majority", "wawa", "ds", "glad", "mace"};

// People with enough judged items of known truth, and their true share right.
struct Judged {
  std::vector<Index> who;
  std::vector<double> share;
};

Judged judged_of(const RealSet& set) {
  Judged judged;
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
    judged.who.push_back(worker);
    judged.share.push_back(right / all);
  }
  return judged;
}

// Rho and precision of the best 20 %, one pair after another.
struct RankTally {
  std::vector<double> sum;
  double covered = 0;
  double people = 0;
  double sets = 0;

  void add(const std::vector<double>& row) {
    sum.resize(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) sum[i] += row[i];
    sets += 1;
  }
  void print_means() const {
    for (std::size_t i = 0; i < sum.size(); ++i) {
      fmt::print("{:.3f}{}", sum[i] / sets, i % 2 ? " | " : " ");
    }
  }
};

void print_pairs(const std::vector<double>& row) {
  for (std::size_t i = 0; i < row.size(); ++i) fmt::print("{:.3f}{}", row[i], i % 2 ? " | " : " ");
}

void rank_set(const RealSet& set, const char* name, Gold gold, std::uint64_t seed,
              RankTally& tally) {
  Scorecard card;
  double seconds =
      seconds_of([&] { card = *score_people(set.judgments, {.gold = gold}, {.seed = seed}); });
  auto judged = judged_of(set);
  std::vector<double> mean;
  std::vector<double> lower;
  std::vector<double> skill;
  std::vector<double> top;
  double covered = 0;
  double wide = 0;
  for (std::size_t i = 0; i < judged.who.size(); ++i) {
    auto& person = card.people[judged.who[i]];
    mean.push_back(person.accuracy.mean);
    lower.push_back(person.accuracy.lower);
    skill.push_back(person.skill.lower);
    top.push_back(person.top);
    constexpr double kRounding = 1e-6;
    bool inside = judged.share[i] >= person.accuracy.lower - kRounding &&
                  judged.share[i] <= person.accuracy.upper + kRounding;
    covered += inside ? 1 : 0;
    wide += person.accuracy.upper - person.accuracy.lower;
  }
  std::vector<double> row;
  for (auto* score : {&mean, &lower, &skill, &top}) {
    row.push_back(spearman(judged.share, *score));
    row.push_back(top_precision(judged.share, *score));
  }
  auto n = static_cast<double>(judged.who.size());
  fmt::print("{:25} {:4} {:4} | ", name, gold.empty() ? "none" : "ten", judged.who.size());
  print_pairs(row);
  fmt::print("{:.3f} | {:.3f} | {:.2f}\n", covered / n, wide / n, seconds);
  std::fflush(stdout);
  tally.add(row);
  tally.covered += covered;
  tally.people += n;
}

void rank_all(bool with_gold, std::uint64_t seeds) {
  fmt::print(
      "rho and precision of the top 20 %, by:\nset, gold, people | mean accuracy | lower bound of "
      "accuracy | lower bound of skill | chance of top | covered | width | s\n");
  RankTally tally;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    for (auto* name : kSets) {
      auto set = real_set(name);
      if (!set) continue;
      auto gold = with_gold ? ten_each(*set) : std::vector<Label>{};
      rank_set(*set, name, gold, seed, tally);
    }
  }
  if (tally.sets == 0) return;
  fmt::print("{:36} | ", with_gold ? "mean, ten gold" : "mean, no gold");
  tally.print_means();
  fmt::print("{:.4f} covered, pooled\n\n", tally.covered / tally.people);
}

void rank_peers(bool with_gold) {
  fmt::print("peers, {}:", with_gold ? "ten gold" : "no gold");
  for (auto* peer : kPeers) fmt::print(" {} |", peer);
  fmt::print("\n");
  RankTally tally;
  for (auto* name : kSets) {
    auto set = real_set(name);
    if (!set) continue;
    auto gold = with_gold ? ten_each(*set) : std::vector<Label>{};
    auto judged = judged_of(*set);
    std::vector<double> row;
    for (auto* peer : kPeers) {
      auto truth = method(peer)->run(set->judgments, gold);
      std::vector<double> skill;
      for (auto worker : judged.who) skill.push_back(truth ? truth->skill[worker] : 0);
      row.push_back(spearman(judged.share, skill));
      row.push_back(top_precision(judged.share, skill));
    }
    fmt::print("{:36} | ", name);
    print_pairs(row);
    fmt::print("\n");
    tally.add(row);
  }
  if (tally.sets == 0) return;
  fmt::print("{:36} | ", "mean");
  tally.print_means();
  fmt::print("\n\n");
}

void measure_people_speed(Index items, Index workers, Label classes, int overlap) {
  auto crowd = made_crowd(1, items, workers, classes, overlap);
  auto judgments = *Judgments::make(crowd.columns, items, workers, classes);
  Scorecard card;
  double people = seconds_of([&] { card = *score_people(judgments, {}); });
  std::vector<double> lower;
  double covered = 0;
  for (Index worker = 0; worker < workers; ++worker) {
    auto& skill = card.people[worker].skill;
    lower.push_back(skill.lower);
    covered += crowd.skill[worker] >= skill.lower && crowd.skill[worker] <= skill.upper ? 1 : 0;
  }
  fmt::print(
      "{} judgments, {} people, {} classes: scorecard {:.2f} s (lower bound: rho {:.3f}; "
      "skills covered {:.3f})\n",
      judgments.size(), workers, classes, people, spearman(crowd.skill, lower), covered / workers);
}

int run(std::span<char*> words) {
  std::uint64_t seeds = 1;
  std::vector<std::string_view> parts;
  for (std::string_view word : words) {
    bool number = word.size() == 1 && word[0] >= '1' && word[0] <= '9';
    number ? void(seeds = static_cast<std::uint64_t>(word[0] - '0')) : parts.push_back(word);
  }
  auto asked = [&](std::string_view part) {
    return parts.empty() || std::ranges::find(parts, part) != parts.end();
  };
  if (asked("rank")) {
    for (bool with_gold : {false, true}) {
      rank_peers(with_gold);
      rank_all(with_gold, seeds);
    }
  }
  if (asked("speed")) {
    measure_people_speed(200'000, 10'000, 4, 5);
    measure_people_speed(200'000, 1'000, 2, 5);
    measure_people_speed(50'000, 5'000, 20, 20);
  }
  return 0;
}

}  // namespace
}  // namespace guildhall::quality

int main(int count, char** words) {
  return guildhall::quality::run({words + 1, static_cast<std::size_t>(count - 1)});
}
