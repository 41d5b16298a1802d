// Copying rings: recall and false positives of injected ones, beside what an oracle could do, and
// speed on a made set.
//
//   bench-rings [REPEATS [SET...]]
//
// Reads the test data (GUILDHALL_DATA). Into each set, rings of 3, 6 and 10 copiers are put, who
// take over each answer of one source on a shared item with a chance of 0.5 to 0.9; each shares at
// least 30 items with the source. "Change": people who are there begin to copy. "Join": the copiers
// are new people, who judge items of the source and answer the others of these as somebody else
// did. Recall: injected copiers that any finding names. False: named people who are neither copiers
// nor their source. Oracle: it is told the source and the chance, and knows what everybody would
// have answered and with which chances; it cuts where nobody honest of the same set would be named.
// Fixed seeds.
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <map>

#include "quality/anomalies/habits.h"
#include "quality/anomalies/made_ring.h"
#include "quality/anomalies/rings.h"
#include "quality/contributors/made_crowd.h"
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
constexpr std::array kCopies{0.5, 0.6, 0.7, 0.8, 0.9};
constexpr std::array<std::size_t, 3> kSizes{3, 6, 10};
constexpr std::size_t kShared = 30;

struct Tally {
  double copiers = 0;
  double found = 0;
  double oracle = 0;
  double named = 0;
  double wrong = 0;
  double honest = 0;

  void add(const Tally& other) {
    copiers += other.copiers;
    found += other.found;
    oracle += other.oracle;
    named += other.named;
    wrong += other.wrong;
    honest += other.honest;
  }
  std::string text() const {
    return fmt::format("{:5.0f} {:.3f} {:.3f} | {:3.0f} of {:4.0f} named, {:.4f} of the honest",
                       copiers, copiers > 0 ? found / copiers : 0,
                       copiers > 0 ? oracle / copiers : 0, wrong, named,
                       honest > 0 ? wrong / honest : 0);
  }
};

// Log likelihood ratio of copying the source against answering as before.
class Oracle {
 public:
  explicit Oracle(const Judgments& honest) : honest_(honest), habits_(honest) {
    std::vector<double> weight(honest.workers(), 1);
    for (int i = 0; i < 3; ++i) {
      habits_.fit(weight);
      for (Index w = 0; w < honest.workers(); ++w) {
        weight[w] = std::clamp(habits_.relative_sharpness(w), 0.05, 2.0);
      }
    }
    weight_ = weight;
  }

  // With the answers of `made`.
  double ratio(const Judgments& made, Index source, Index worker, double copies,
               std::size_t& shared) const {
    auto his = made.of_worker(source);
    auto own = made.of_worker(worker);
    double sum = 0;
    shared = 0;
    ItemVotes votes;
    std::vector<double> mine;
    std::vector<double> chances;
    for (std::size_t i = 0, j = 0; i < his.size() && j < own.size();) {
      if (his.other[i] != own.other[j]) {
        ++(his.other[i] < own.other[j] ? i : j);
        continue;
      }
      auto row = honest_.of_item(own.other[j]).other;
      mine.clear();
      for (auto one : row) mine.push_back(weight_[one]);
      habits_.gather(own.other[j], mine, votes);
      auto seat = static_cast<std::size_t>(std::ranges::lower_bound(row, worker) - row.begin());
      auto slot =
          votes.slot[static_cast<std::size_t>(std::ranges::lower_bound(row, source) - row.begin())];
      habits_.chances(votes, seat, worker, chances);
      bool same = his.label[i] == own.label[j];
      sum += std::log(1 - copies + (same ? copies / std::max(chances[slot], 1e-4) : 0));
      ++shared;
      ++i;
      ++j;
    }
    return sum;
  }

 private:
  const Judgments& honest_;
  Habits habits_;
  std::vector<double> weight_;
};

Tally one_ring(const Oracle& oracle, const MadeRing& made, double copies) {
  Tally tally;
  std::vector<char> named(made.judgments.workers(), 0);
  for (auto& ring : find_rings(made.judgments, {})->rings) {
    for (auto worker : ring.people) named[worker] = 1;
  }
  std::size_t shared = 0;
  double cut = 0;
  for (Index worker = 0; worker < made.honest.workers(); ++worker) {
    if (worker == made.source) continue;
    double ratio = oracle.ratio(made.honest, made.source, worker, copies, shared);
    if (shared >= kShared) cut = std::max(cut, ratio);
  }
  for (auto worker : made.copiers) {
    tally.copiers += 1;
    tally.found += named[worker];
    tally.oracle += oracle.ratio(made.judgments, made.source, worker, copies, shared) > cut ? 1 : 0;
  }
  for (auto one : named) tally.named += one;
  tally.wrong = tally.named - tally.found - named[made.source];
  tally.honest = static_cast<double>(named.size() - made.copiers.size() - 1);
  return tally;
}

struct Cells {
  std::map<std::size_t, Tally> by_size;
  std::map<double, Tally> by_copies;
  Tally all;
};

void ring_set(const RealSet& set, const char* name, std::size_t repeats, bool join, Cells& cells) {
  auto plain = *find_rings(set.judgments, {});
  std::size_t untouched = 0;
  for (auto& ring : plain.rings) untouched += ring.people.size();
  Oracle oracle(set.judgments);
  Tally all;
  std::string by_copies;
  for (double copies : kCopies) {
    Tally here;
    for (auto size : kSizes) {
      for (std::size_t repeat = 0; repeat < repeats; ++repeat) {
        auto seed = repeat * 1000 + size * 10 + static_cast<std::size_t>(copies * 10);
        auto made = join ? joined_ring(set.judgments, seed, size, copies, kShared)
                         : made_ring(set.judgments, seed, size, copies, kShared);
        if (made.copiers.empty()) continue;
        auto tally = one_ring(join ? Oracle(made.honest) : oracle, made, copies);
        here.add(tally);
        cells.by_size[size].add(tally);
      }
    }
    cells.by_copies[copies].add(here);
    all.add(here);
    by_copies += fmt::format(" {:.2f}/{:.2f}", here.copiers > 0 ? here.found / here.copiers : 0,
                             here.copiers > 0 ? here.oracle / here.copiers : 0);
  }
  cells.all.add(all);
  fmt::print("{:25} {:6} untouched {:2} named, sd {:.2f} |{} | {}\n", name,
             join ? "join" : "change", untouched, plain.null_spread, by_copies, all.text());
  std::fflush(stdout);
}

void measure_speed() {
  constexpr Index kItems = 200'000;
  constexpr Index kWorkers = 10'000;
  auto crowd = made_crowd(1, kItems, kWorkers, 4, 5);
  auto judgments = *Judgments::make(crowd.columns, kItems, kWorkers, 4);
  std::vector<Index> copiers;
  for (std::uint64_t i = 0; i < 20; ++i) {
    auto made = joined_ring(judgments, i, 3 + i % 8, 0.5 + 0.05 * static_cast<double>(i % 9), 30);
    copiers.insert(copiers.end(), made.copiers.begin(), made.copiers.end());
    judgments = std::move(made.judgments);
  }
  auto cpu = std::clock();
  auto began = std::chrono::steady_clock::now();
  auto search = *find_rings(judgments, {});
  double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  double used = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  double found = 0;
  double named = 0;
  for (auto& ring : search.rings) {
    named += static_cast<double>(ring.people.size());
    for (auto worker : copiers) found += std::ranges::count(ring.people, worker) > 0 ? 1 : 0;
  }
  fmt::print(
      "{} judgments, {} people, 20 rings: {:.2f} s wall, {:.2f} s of both cores; {} pairs "
      "compared, "
      "{} rings, {} of {} copiers among {} named\n",
      judgments.size(), judgments.workers(), wall, used, search.examined, search.rings.size(),
      found, copiers.size(), named);
}

int run(int argc, char** argv) {
  std::size_t repeats = argc > 1 ? static_cast<std::size_t>(std::atoi(argv[1])) : 3;
  fmt::print("set | copy chance 0.5 to 0.9: recall/oracle | copiers, recall, oracle | false\n");
  for (bool join : {false, true}) {
    Cells cells;
    for (auto* name : kSets) {
      bool wanted = argc <= 2;
      for (int i = 2; i < argc; ++i) wanted = wanted || std::string(argv[i]) == name;
      auto set = wanted ? real_set(name) : std::nullopt;
      if (set) ring_set(*set, name, repeats, join, cells);
    }
    for (auto& [size, tally] : cells.by_size) fmt::print("size {:2} {}\n", size, tally.text());
    for (auto& [copies, tally] : cells.by_copies)
      fmt::print("chance {} {}\n", copies, tally.text());
    fmt::print("all {}\n\n", cells.all.text());
  }
  if (argc <= 2) measure_speed();
  return 0;
}

}  // namespace
}  // namespace guildhall::quality

int main(int argc, char** argv) { return guildhall::quality::run(argc, argv); }
