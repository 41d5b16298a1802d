// The quality engine's methods of truth inference on the real sets and on two made crowds.
//
//   bench-quality [METHOD …]            on every set of the test data that has truth
//   bench-quality --large [METHOD …]    on 1 million and 6 million made judgments
//
// One line a set and method: accuracy in %, the reference implementation's beside it, seconds,
// seconds of processors, the peak of resident memory while it ran, sweeps (! where the limit ended
// them). Reference figures were measured on another two-core machine.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include "quality/real_sets.h"
#include "quality/truth/methods.h"
#include "quality_crowd.h"

namespace guildhall::bench {
namespace {

using quality::Judgments;
using quality::Label;

constexpr const char* kPeers[] = {"majority", "wawa", "zbs",   "ds",  "one-coin", "glad",
                                  "mace",     "kos",  "m-msr", "bwa", "ibcc",     "ebcc"};
constexpr double kNone = 0;

struct Reference {
  const char* set;
  double accuracy[12];  // in the order of kPeers
};

constexpr Reference kReferences[] = {
    {"bluebird",
     {75.93, 75.93, 75.93, 88.89, 58.33, 72.22, 72.22, 72.22, 71.30, 75.93, 88.89, 86.11}},
    {"rte", {91.88, 92.12, 92.12, 92.75, 92.50, 92.62, 92.50, 49.75, 85.75, 92.75, 92.75, 93.00}},
    {"temp", {93.94, 94.37, 94.37, 94.16, 93.94, 93.51, 93.94, 56.93, 92.42, 93.94, 94.16, 94.16}},
    {"dog", {81.78, 82.90, 83.02, 84.26, 83.02, 83.40, 83.02, kNone, kNone, 83.15, 83.89, 84.14}},
    {"tweet_sentiment",
     {93.20, 95.10, 95.30, 96.00, 94.90, 94.80, 95.60, 93.30, 93.70, 95.60, 96.00, 96.00}},
    {"music_genre",
     {71.00, 79.86, 80.00, 76.86, 79.29, 78.86, 80.00, kNone, kNone, 78.57, 79.00, 78.71}},
    {"web", {77.65, 81.68, 82.62, 82.92, 74.86, 82.17, 82.96, kNone, kNone, 82.25, 75.08, 74.37}},
    {"zencrowd_in",
     {74.51, 74.75, 74.51, 75.64, 79.26, 77.16, 77.30, kNone, kNone, 76.37, 76.96, 78.04}},
    {"product",
     {89.66, 89.66, 89.66, 93.97, 90.84, 92.83, 93.04, 89.55, kNone, 91.94, 93.83, 93.51}},
    {"relevance_trec_rf10",
     {53.57, 55.78, 55.63, 61.73, 25.78, 56.46, 49.42, kNone, kNone, 42.78, 58.57, 59.84}},
    {"quiz_english",
     {46.67, 46.67, 46.67, 46.67, 53.33, 53.33, 56.67, kNone, kNone, 40.00, 43.33, 43.33}},
    {"quiz_medicine",
     {66.67, 66.67, 66.67, 77.78, 80.56, 66.67, 77.78, kNone, kNone, 66.67, 66.67, 66.67}},
    {"quiz_science",
     {55.00, 55.00, 55.00, 60.00, 60.00, 55.00, 60.00, kNone, kNone, 55.00, 55.00, 60.00}},
    {"vaccine_llm_crowd_expert",
     {73.71, 74.50, kNone, 63.67, 76.09, 75.03, 72.39, kNone, kNone, 75.17, 64.86, 73.45}},
};

double reference_of(const Reference& reference, std::string_view method) {
  const auto* at =
      std::ranges::find(kPeers, method, [](const char* name) { return std::string_view(name); });
  return at == std::end(kPeers) ? kNone : reference.accuracy[at - std::begin(kPeers)];
}

// The peak since the last call of reset_peak(), where the system lets it be reset; MB.
void reset_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }
double peak_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  }
  return 0;
}

struct Ran {
  std::vector<Label> labels;  // empty: refused
  double seconds = 0;
  double cpu = 0;  // seconds of all threads
  double megabytes = 0;
  int sweeps = 0;
  bool converged = true;
};

Ran run(const quality::Method& method, const Judgments& judgments) {
  reset_peak();
  const auto began = std::chrono::steady_clock::now();
  const auto spent = std::clock();
  auto truth = method.run(judgments, {});
  Ran ran;
  ran.cpu = static_cast<double>(std::clock() - spent) / CLOCKS_PER_SEC;
  ran.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  ran.megabytes = peak_mb();
  if (!truth) return ran;
  ran.labels = labels_of(*truth, judgments.items(), judgments.classes());
  ran.sweeps = truth->sweeps;
  ran.converged = truth->converged;
  return ran;
}

void print(std::string_view set, std::string_view method, const Ran& ran, double accuracy,
           double reference) {
  fmt::print("{:<25} {:<13} {:>6.2f} {:>6} {:>8.3f} s {:>8.3f} s {:>6.0f} MB {:>4}{}\n", set,
             method, accuracy, reference > 0 ? fmt::format("{:.2f}", reference) : "-", ran.seconds,
             ran.cpu, ran.megabytes, ran.sweeps, ran.converged ? "" : "!");
  std::fflush(stdout);
}

bool wanted(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::ranges::find(names, name) != names.end();
}

void real_sets(const std::vector<std::string>& names) {
  std::vector<double> sums(quality::methods().size());
  std::vector<double> peers(std::size(kPeers));
  double quizzes = 0;
  double worst = 100;
  for (const auto& reference : kReferences) {
    auto set = quality::real_set(reference.set);
    if (!set) continue;
    for (std::size_t p = 0; p < peers.size(); ++p) peers[p] += reference.accuracy[p];
    double votes = 0;
    for (std::size_t m = 0; m < sums.size(); ++m) {
      const auto& method = quality::methods()[m];
      if (!wanted(names, method.name)) continue;
      auto ran = run(method, set->judgments);
      if (ran.labels.empty()) continue;
      double share = 100 * accuracy(*set, ran.labels);
      sums[m] += share;
      if (method.name == "auto") {
        quizzes += std::string_view(reference.set).starts_with("quiz") ? share / 3 : 0;
        auto majority = run(*quality::method("majority"), set->judgments);
        votes = 100 * accuracy(*set, majority.labels);
        worst = std::min(worst, share - votes);
      }
      print(reference.set, method.name, ran, share, reference_of(reference, method.name));
    }
  }
  for (std::size_t m = 0; m < sums.size(); ++m) {
    fmt::print("mean over {} sets: {:<13} {:.2f}\n", std::size(kReferences),
               quality::methods()[m].name, sums[m] / std::size(kReferences));
  }
  fmt::print(
      "best single peer's mean: {:.2f}; auto: quizzes {:.2f}, worst against majority {:.2f}\n",
      *std::ranges::max_element(peers) / std::size(kReferences), quizzes, worst);
}

void made_set(const char* name, quality::Index items, quality::Index workers, Label classes,
              int each, std::uint64_t seed, const std::vector<std::string>& names) {
  auto crowd = made_crowd(items, workers, classes, each, seed);
  auto judgments = Judgments::make(crowd.columns, items, workers, classes);
  crowd.columns = {};
  if (!judgments) std::abort();
  for (const auto& method : quality::methods()) {
    if (!wanted(names, method.name)) continue;
    auto ran = run(method, *judgments);
    if (ran.labels.empty()) continue;
    double right = 0;
    for (std::size_t i = 0; i < items; ++i) right += ran.labels[i] == crowd.truth[i] ? 1 : 0;
    print(name, method.name, ran, 100 * right / items, kNone);
  }
}

}  // namespace
}  // namespace guildhall::bench

int main(int argc, char** argv) {
  std::vector<std::string> names(argv + 1, argv + argc);
  const bool large = std::erase(names, "--large") > 0;
  fmt::print("{:<25} {:<13} {:>6} {:>6} {:>10} {:>10} {:>9} {:>6}\n", "set", "method", "%", "ref",
             "seconds", "cpu", "peak", "sweeps");
  if (!large) {
    guildhall::bench::real_sets(names);
    return 0;
  }
  using guildhall::bench::made_set;
  made_set("1 million (200k x 5, K 4)", 200'000, 5'000, 4, 5, 1, names);
  made_set("6 million (1M x 6, K 3)", 1'000'000, 2'400, 3, 6, 2, names);
}
