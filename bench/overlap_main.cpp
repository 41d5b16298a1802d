// Adaptive overlap and models as raters on the real sets: how right the labels are, against what
// they cost. Fixed seeds; reads the test data ($GUILDHALL_DATA).
//
//   bench-overlap [overlap|judges|measure]
#include <fmt/format.h>

#include <chrono>

#include "quality/judges/measure.h"
#include "quality/judges/panel.h"
#include "quality/judges/route.h"
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

constexpr const char* kJudgeSet = "vaccine_llm_crowd_expert";

// A judge's name is model:prompt; the model is the family.
std::vector<Index> families_of(const RealSet& set) {
  Numbers models;
  std::vector<Index> family;
  for (const auto& name : set.workers) family.push_back(models.of(name.substr(0, name.find(':'))));
  return family;
}

// What people have looked at so far, as a session would keep it.
struct Looked {
  std::vector<Label> people;
  std::vector<std::uint8_t> anchor;
  std::vector<std::uint8_t> open;

  explicit Looked(std::size_t items) : people(items, kNoLabel), anchor(items), open(items, 1) {}

  void look(const RealSet& set, const std::vector<Index>& items, bool random) {
    for (Index item : items) {
      people[item] = set.truth[item];
      anchor[item] = random ? 1 : 0;
      open[item] = 0;
    }
  }
};

template <class T>
T must(Result<T> result) {
  if (!result) {
    fmt::print("{}\n", result.error().detail);
    std::abort();
  }
  return std::move(*result);
}

// All items alike: the measurement's aim at equal losses.
std::vector<Index> drawn_alike(std::size_t items, std::size_t count, std::uint64_t seed) {
  std::vector<double> alike(items, 0.5);
  return must(route(alike, {}, {count, 0, RouteAim::measurement, seed})).chosen;
}

// Half of the people's share at random, the rest in `steps` batches to the least certain items.
double hybrid_accuracy(const RealSet& set, double share, int steps, std::uint64_t seed) {
  auto family = families_of(set);
  auto items = set.judgments.items();
  Looked looked(items);
  auto budget = static_cast<std::size_t>(share * items);
  auto used = budget / 2;
  looked.look(set, drawn_alike(items, used, seed), true);
  Panel panel = must(weigh_panel(set.judgments, family, looked.people, looked.anchor));
  for (int step = 1; step <= steps; ++step) {
    auto to = budget / 2 + (budget - budget / 2) * static_cast<std::size_t>(step) /
                               static_cast<std::size_t>(steps);
    auto loss = losses_of(panel.truth.posterior, set.judgments.classes());
    auto routed = must(route(loss, looked.open, {to - used, 0.01, RouteAim::labels, seed + 77}));
    looked.look(set, routed.chosen, false);
    used = to;
    panel = must(weigh_panel(set.judgments, family, looked.people, looked.anchor));
  }
  return accuracy(set, labels_of(panel.truth, items, set.judgments.classes()));
}

void judge_table() {
  auto set = real_set(kJudgeSet);
  if (!set) return;
  constexpr int kSeeds = 20;
  fmt::print("\nJudges with a share of people, {}, mean of {} seeds: accuracy (%)\n", kJudgeSet,
             kSeeds);
  fmt::print("{:<34}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>9}\n", "share", "0", "0.05", "0.1", "0.2",
             "0.3", "0.5", "s");
  for (int steps : {1, 5}) {
    double began = seconds();
    fmt::print("{:<34}", steps == 1 ? "panel, routed at once" : "panel, routed in 5 batches");
    for (double share : {0.0, 0.05, 0.1, 0.2, 0.3, 0.5}) {
      double sum = 0;
      for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        sum += hybrid_accuracy(*set, share, steps, seed);
      }
      fmt::print("{:>8.2f}", sum * 100 / kSeeds);
    }
    fmt::print("{:>9.1f}\n", seconds() - began);
    std::fflush(stdout);
  }
  fmt::print("{:<34}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}\n", "reference: anchored, temper 1/8", "", 79.26,
             81.27, 84.23, 87.61, 92.58);
}

// How often the interval covers, how wide it is, and how wide without the judges.
struct Coverage {
  double covered = 0;
  double width = 0;
  double people_width = 0;
  double miss = 0;  // mean deviation: 0 is unbiased
  int count = 0;

  void add(const Measured& measured, double truth) {
    ++count;
    covered += measured.low <= truth && truth <= measured.high ? 1 : 0;
    width += measured.high - measured.low;
    people_width += measured.error > 0
                        ? (measured.high - measured.low) * measured.people_error / measured.error
                        : 0;
    miss += measured.mean - truth;
  }
  void print(const std::string& name) const {
    fmt::print("{:<52}{:>9.2f}{:>9.4f}{:>12.4f}{:>10.4f}\n", name, 100 * covered / count,
               width / count, people_width / count, miss / count);
    std::fflush(stdout);
  }
};

// One trial: the shares of the classes, and of right labels where `labels`. Uniform: the guess is
// the judges' share of votes. Else half anchors, then routed by the panel that they weigh.
struct Trial {
  std::vector<double> probability;
  std::vector<std::uint8_t> seen;
  std::vector<double> posterior;
};

Trial trial_of(const RealSet& set, const std::vector<Index>& family, double share, bool uniform,
               std::uint64_t seed) {
  auto items = set.judgments.items();
  std::size_t classes = set.judgments.classes();
  auto budget = static_cast<std::size_t>(share * items);
  Trial trial{std::vector<double>(items), std::vector<std::uint8_t>(items), {}};
  if (uniform) {
    for (Index item : drawn_alike(items, budget, seed)) trial.seen[item] = 1;
    std::ranges::fill(trial.probability, static_cast<double>(budget) / items);
    trial.posterior.resize(items * classes);
    for (Index item = 0; item < items; ++item) {
      auto votes = set.judgments.of_item(item);
      for (Label label : votes.label) {
        trial.posterior[item * classes + label] += 1 / static_cast<double>(votes.size());
      }
    }
    return trial;
  }
  Looked looked(items);
  looked.look(set, drawn_alike(items, budget / 2, seed), true);
  auto crossed = [&] {
    return must(crossed_panel(set.judgments, family, looked.people, looked.anchor, 5, seed));
  };
  auto loss = losses_of(crossed(), set.judgments.classes());
  double least = 0.5 * static_cast<double>(budget - budget / 2) / items;
  auto routing = must(
      route(loss, looked.open, {budget - budget / 2, least, RouteAim::measurement, seed + 77}));
  looked.look(set, routing.chosen, false);
  trial.posterior = crossed();
  trial.probability = looked_probability(static_cast<double>(budget / 2) / items, routing);
  for (Index item = 0; item < items; ++item) trial.seen[item] = looked.open[item] != 0 ? 0 : 1;
  return trial;
}

void coverage_of(const RealSet& set, double share, bool uniform, int trials) {
  auto family = families_of(set);
  std::size_t classes = set.judgments.classes();
  std::vector<Coverage> cover(classes + 1);
  for (int number = 0; number < trials; ++number) {
    auto trial = trial_of(set, family, share, uniform, 1000 + static_cast<std::uint64_t>(number));
    auto items = set.judgments.items();
    for (std::size_t what = 0; what <= classes; ++what) {  // a class each, then right labels
      std::vector<double> guess(items);
      std::vector<double> value(items);
      double truth = 0;
      for (Index item = 0; item < items; ++item) {
        std::span<const double> row(&trial.posterior[item * classes], classes);
        auto top = static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
        guess[item] = what < classes ? row[what] : row[top];
        value[item] = set.truth[item] == (what < classes ? what : top) ? 1 : 0;
        truth += value[item] / items;
      }
      cover[what].add(must(measure({guess, value, trial.seen, trial.probability})), truth);
    }
  }
  Coverage all;
  for (const auto& one : cover) {
    all.covered += one.covered;
    all.width += one.width;
    all.people_width += one.people_width;
    all.miss += one.miss;
    all.count += one.count;
  }
  auto kind = uniform ? "uniform" : "anchors, then routed";
  for (std::size_t what = 0; what < classes; ++what) {
    cover[what].print(fmt::format("{} %, {}: share of {}", share * 100, kind, set.labels[what]));
  }
  cover[classes].print(fmt::format("{} %, {}: share of right labels", share * 100, kind));
  all.print(fmt::format("{} %, {}: all", share * 100, kind));
}

void coverage_table() {
  auto set = real_set(kJudgeSet);
  if (!set) return;
  constexpr int kTrials = 1000;
  fmt::print("\nPrediction-powered measurement, {} trials: the 95 % interval\n", kTrials);
  fmt::print("{:<52}{:>9}{:>9}{:>12}{:>10}\n", "", "covers %", "width", "people's", "bias");
  for (double share : {0.1, 0.2, 0.5}) {
    coverage_of(*set, share, true, kTrials);
    coverage_of(*set, share, false, kTrials);
  }
}

}  // namespace
}  // namespace guildhall::quality

int main(int argc, char** argv) {
  std::string_view only = argc > 1 ? argv[1] : "";
  if (only.empty() || only == "overlap") guildhall::quality::overlap_table();
  if (only.empty() || only == "judges") guildhall::quality::judge_table();
  if (only.empty() || only == "measure") guildhall::quality::coverage_table();
  return 0;
}
