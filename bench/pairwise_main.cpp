// The pairwise methods alone: held-out accuracy on the real sets, seconds on made ones, and what
// asking the most telling pair saves.
//
//   bench-pairwise [MILLIONS=10]      (real sets below $GUILDHALL_DATA; without them: made ones
//   only)
//
// Accuracy: share of the held-out fifth, ties left out, whose winner has the higher score; five
// splits by seed. One line a figure.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <tuple>

#include "quality/pairwise/bradley_terry.h"
#include "quality/pairwise/crowd_rank.h"
#include "quality/pairwise/elo.h"
#include "quality/pairwise/next_pair.h"
#include "quality/pairwise/pair_sets.h"
#include "quality/pairwise/scores.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

// Of all threads together; on a busy machine that says more than the clock on the wall.
double cpu_seconds(const std::function<void()>& work) {
  auto began = std::clock();
  work();
  return static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
}

double seconds(const std::function<void()>& work) {
  auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

template <class T>
T must(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "{}\n", result.error().detail);
    std::exit(1);
  }
  return std::move(*result);
}

void take(ComparisonColumns& to, const ComparisonColumns& from, std::size_t i) {
  to.left.push_back(from.left[i]);
  to.right.push_back(from.right[i]);
  to.outcome.push_back(from.outcome[i]);
  if (!from.worker.empty()) to.worker.push_back(from.worker[i]);
}

double held_out(const std::vector<double>& score, const ComparisonColumns& test) {
  double right = 0;
  for (std::size_t i = 0; i < test.left.size(); ++i) {
    double gap = score[test.left[i]] - score[test.right[i]];
    if (test.outcome[i] == Outcome::right) gap = -gap;
    right += gap > 0 ? 1 : gap == 0 ? 0.5 : 0;
  }
  return right / std::max<double>(1, static_cast<double>(test.left.size()));
}

using Method = std::function<std::vector<double>(const Comparisons&, const ComparisonColumns&)>;

std::vector<std::pair<const char*, Method>> methods() {
  using D = const Comparisons&;
  using C = const ComparisonColumns&;
  return {
      {"bradley_terry", [](D d, C) { return must(bradley_terry(d)).score; }},
      {"bradley_terry_half", [](D d, C) { return must(bradley_terry(d, {Ties::half})).score; }},
      {"crowd", [](D d, C) { return must(crowd_rank(d)).ranking.score; }},
      {"crowd_davidson",
       [](D d, C) {
         CrowdOptions options;
         options.ties = Ties::davidson;
         return must(crowd_rank(d, options)).ranking.score;
       }},
      {"newman", [](D d, C) { return newman(d).score; }},
      {"average_win_rate", [](D d, C) { return average_win_rate(d).score; }},
      {"pagerank", [](D d, C) { return pagerank(d).score; }},
      {"elo",
       [](D d, C c) {
         Elo elo(d.items());
         for (std::size_t i = 0; i < c.left.size(); ++i)
           elo.add(c.left[i], c.right[i], c.outcome[i]);
         return elo.ratings();
       }},
  };
}

void accuracy(const std::string& name, const PairSet& set) {
  constexpr int kSplits = 5;
  for (const auto& [method, rank] : methods()) {
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= kSplits; ++seed) {
      PairSet train{{}, set.items, set.workers};
      ComparisonColumns test;
      for (std::size_t i = 0; i < set.columns.left.size(); ++i) {
        bool held = Seeded(seed, i).uniform() < 0.2;
        if (!held) take(train.columns, set.columns, i);
        if (held && set.columns.outcome[i] != Outcome::tie) take(test, set.columns, i);
      }
      sum += held_out(rank(must(train.make()), train.columns), test) / kSplits;
    }
    auto all = must(set.make());
    double best = 1e9;
    for (int run = 0; run < 3; ++run) {
      best = std::min(best, seconds([&] { rank(all, set.columns); }));
    }
    fmt::print("{{\"set\":\"{}\",\"method\":\"{}\",\"held_out\":{:.4f},\"seconds\":{:.4f}}}\n",
               name, method, sum, best);
  }
}

ComparisonColumns made_columns(Index items, std::size_t count, Index workers, std::uint64_t seed) {
  Seeded seeded(seed);
  std::vector<double> truth(items);
  for (double& score : truth) score = seeded.normal();
  ComparisonColumns columns;
  for (std::size_t i = 0; i < count; ++i) {
    auto left = static_cast<Index>(seeded.uniform() * items);
    auto right = static_cast<Index>(seeded.uniform() * items);
    auto worker = static_cast<Index>(seeded.uniform() * workers);
    double chance = 1 / (1 + std::exp(truth[right] - truth[left]));
    if (workers > 0 && worker % 5 == 0) chance = 0.7;  // does not look
    double draw = seeded.uniform();
    columns.left.push_back(left);
    columns.right.push_back(right);
    columns.outcome.push_back(seeded.uniform() < 0.1 ? Outcome::tie
                              : draw < chance        ? Outcome::left
                                                     : Outcome::right);
    if (workers > 0) columns.worker.push_back(worker);
  }
  return columns;
}

void scale(std::size_t count, Index items) {
  auto columns = made_columns(items, count, 0, 1);
  std::optional<Comparisons> data;
  double make = seconds([&] { data = must(Comparisons::make(columns, items)); });
  Ranking ranking;
  double fit = seconds([&] { ranking = must(bradley_terry(*data)); });
  double cpu = cpu_seconds([&] { must(bradley_terry(*data)); });
  double compress_cpu = cpu_seconds([&] { must(Comparisons::make(columns, items)); });
  fmt::print(
      "{{\"comparisons\":{},\"items\":{},\"pairs\":{},\"compress_s\":{:.3f},"
      "\"compress_cpu_s\":{:.3f},\"bradley_terry_s\":{:.3f},\"cpu_s\":{:.3f},\"steps\":{},"
      "\"converged\":{}}}\n",
      count, items, data->pairs().size(), make, compress_cpu, fit, cpu, ranking.steps,
      ranking.converged);
}

void crowd_scale(std::size_t count, Index items, Index workers) {
  auto data = must(Comparisons::make(made_columns(items, count, workers, 2), items, workers));
  CrowdRanking made;
  double best = 1e9;
  for (int run = 0; run < 3; ++run) {
    best = std::min(best, seconds([&] { made = must(crowd_rank(data)); }));
  }
  double cpu = cpu_seconds([&] { must(crowd_rank(data)); });
  fmt::print(
      "{{\"comparisons\":{},\"items\":{},\"workers\":{},\"crowd_s\":{:.3f},\"cpu_s\":{:.3f},"
      "\"sweeps\":{},"
      "\"converged\":{}}}\n",
      count, items, workers, best, cpu, made.ranking.steps, made.ranking.converged);
}

// Share of all pairs of 30 items in the right order, after so many comparisons, ten at a time.
void asking(bool choose) {
  constexpr Index kItems = 30;
  constexpr int kRuns = 10;
  std::vector<double> right(13);
  for (std::uint64_t run = 0; run < kRuns; ++run) {
    Seeded seeded(77, run);
    std::vector<double> truth(kItems);
    for (double& score : truth) score = 1.5 * seeded.normal();
    ComparisonColumns columns;
    for (std::size_t round = 0; round < right.size(); ++round) {
      auto data = must(Comparisons::make(columns, kItems));
      auto ranking = must(bradley_terry(data));
      for (Index a = 0; a < kItems; ++a) {
        for (Index b = 0; b < a; ++b) {
          bool same = (ranking.score[a] - ranking.score[b]) * (truth[a] - truth[b]) > 0;
          right[round] += same ? 1.0 / (kRuns * kItems * (kItems - 1) / 2) : 0;
        }
      }
      for (int batch = 0; batch < 5; ++batch) {
        std::vector<NextPair> next;
        if (choose) {
          auto now = must(Comparisons::make(columns, kItems));
          auto fit = must(bradley_terry(now));
          next = must(next_pairs(fit, must(spread_of(now, fit)), 10));
        }
        for (std::size_t i = 0; i < 10; ++i) {
          auto a = static_cast<Index>(seeded.uniform() * kItems);
          auto b = (a + 1 + static_cast<Index>(seeded.uniform() * (kItems - 1))) % kItems;
          if (choose) std::tie(a, b) = std::tie(next[i].first, next[i].second);
          double chance = 1 / (1 + std::exp(truth[b] - truth[a]));
          columns.left.push_back(a);
          columns.right.push_back(b);
          columns.outcome.push_back(seeded.uniform() < chance ? Outcome::left : Outcome::right);
        }
      }
    }
  }
  fmt::print("{{\"asking\":\"{}\",\"pairs_in_order_after_each_50\":[",
             choose ? "chosen" : "random");
  for (std::size_t i = 1; i < right.size(); ++i) {
    fmt::print("{}{:.3f}", i > 1 ? "," : "", right[i]);
  }
  fmt::print("]}}\n");
}

int run(std::size_t millions) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  crowd_scale(64'000, 80, 170);
  for (Index items : {100, 1'000, 10'000}) scale(millions * 1'000'000, items);
  if (auto set = llmfao_set()) accuracy("llmfao", *set);
  if (auto set = crowdea_set("night")) accuracy("night", *set);
  asking(false);
  asking(true);
  return 0;
}

}  // namespace
}  // namespace guildhall::quality

int main(int argc, char** argv) {
  return guildhall::quality::run(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10);
}
