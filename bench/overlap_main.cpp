// Adaptive overlap and models as raters on the real sets: how right the labels are, against what
// they cost. Fixed seeds; no arguments; reads the test data ($GUILDHALL_DATA).
//
//   bench-overlap
#include <fmt/format.h>

#include <chrono>

#include "quality/overlap/replay.h"
#include "quality/real_sets.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

constexpr int kShuffles = 5;

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Majority over the first `count` judgments of each item in a shuffled order; of equal ones a share
// each, so that no order of the classes helps.
double majority_at(const RealSet& set, std::size_t count, std::uint64_t seed) {
  double right = 0;
  double all = 0;
  for (Index item = 0; item < set.judgments.items(); ++item) {
    auto votes = set.judgments.of_item(item);
    if (set.truth[item] == kNoLabel || votes.size() == 0) continue;
    std::vector<Label> order(votes.label.begin(), votes.label.end());
    Seeded stream(seed, item);
    for (auto left = order.size(); left > 1; --left) {
      std::swap(order[left - 1], order[stream.below(left)]);
    }
    order.resize(std::min(count, order.size()));
    std::vector<int> counts(set.judgments.classes());
    for (Label label : order) ++counts[label];
    int most = *std::ranges::max_element(counts);
    all += 1;
    if (counts[set.truth[item]] == most) {
      right += 1 / static_cast<double>(std::ranges::count(counts, most));
    }
  }
  return all > 0 ? right / all : 0;
}

struct Way {
  const char* name;
  double worth;
  double budget;
  bool choose;
};

void overlap_table() {
  fmt::print("Adaptive overlap, mean of {} shuffles: judgments an item, accuracy (%)\n", kShuffles);
  fmt::print("{:<22}{:>7}{:>7}{:>7}", "set", "MV@3", "MV@5", "MV@10");
  const Way ways[] = {{"worth 100", 100, 0, false},  {"worth 300", 300, 0, false},
                      {"<= 4.5", 1000, 4.5, false},  {"choose, 100", 100, 0, true},
                      {"choose, 300", 300, 0, true}, {"choose, <= 4.5", 1000, 4.5, true}};
  for (const auto& way : ways) fmt::print("{:>18}", way.name);
  fmt::print("{:>9}\n", "s");
  for (const char* name : {"rte", "temp", "dog", "tweet_sentiment", "bluebird", "web",
                           "music_genre", "product", "relevance_trec_rf10", "zencrowd_in"}) {
    auto set = real_set(name);
    if (!set) continue;
    double began = seconds();
    fmt::print("{:<22}", name);
    for (std::size_t count : {3, 5, 10}) {
      double sum = 0;
      for (std::uint64_t seed = 1; seed <= kShuffles; ++seed) sum += majority_at(*set, count, seed);
      fmt::print("{:>7.2f}", sum * 100 / kShuffles);
    }
    for (const auto& way : ways) {
      double right = 0;
      double judged = 0;
      for (std::uint64_t seed = 1; seed <= kShuffles; ++seed) {
        ReplayOptions options{{}, way.budget, way.choose, 0.1, seed};
        options.rules.worth = way.worth;
        auto replayed = replay(set->judgments, {}, options);
        if (!replayed) std::abort();
        right += accuracy(*set, replayed->labels);
        judged += static_cast<double>(replayed->judgments) / set->judgments.items();
      }
      fmt::print("{:>18}",
                 fmt::format("{:.2f} {:.2f}", judged / kShuffles, right * 100 / kShuffles));
    }
    fmt::print("{:>9.1f}\n", seconds() - began);
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace guildhall::quality

int main() {
  guildhall::quality::overlap_table();
  return 0;
}
