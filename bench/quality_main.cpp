// The quality engine's methods of truth inference on the real sets and on two made crowds.
//
//   bench-quality [METHOD …]            on every set of the test data that has truth
//   bench-quality --large [METHOD …]    on 1 million and 6 million made judgments
//
// One line a set and method: accuracy in %, the reference implementation's and the difference (!
// beyond half a point), seconds, seconds of processors, the peak of resident memory while it ran,
// sweeps (! where the limit ended them), what the method maximises. A second line follows a ! where
// it is known why: our method stopped where the reference stops, the reference's solution by our
// formula, or the reference once mended (quality_references.h).
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "quality/real_sets.h"
#include "quality/truth/dawid_skene.h"
#include "quality/truth/ebcc.h"
#include "quality/truth/incremental.h"
#include "quality/truth/methods.h"
#include "quality/truth/one_coin.h"
#include "quality_crowd.h"
#include "quality_references.h"

namespace guildhall::bench {
namespace {

using quality::Judgments;
using quality::Label;

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
  double objective = 0;
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
  ran.objective = truth->objective;
  return ran;
}

constexpr double kClose = 0.5;  // points

void print(std::string_view set, std::string_view method, const Ran& ran, double accuracy,
           double reference) {
  std::string beside = fmt::format("{:>6} {:>7}", "-", "");
  if (reference > 0) {
    double off = accuracy - reference;
    beside =
        fmt::format("{:>6.2f} {:>+6.2f}{}", reference, off, std::abs(off) > kClose ? '!' : ' ');
  }
  fmt::print("{:<25} {:<13} {:>6.2f} {} {:>8.3f} s {:>8.3f} s {:>6.0f} MB {:>4}{:<1} {:>12.2f}\n",
             set, method, accuracy, beside, ran.seconds, ran.cpu, ran.megabytes, ran.sweeps,
             ran.converged ? "" : "!", ran.objective);
  std::fflush(stdout);
}

// Our method as far as the reference went: after its number of sweeps, or from one start.
std::optional<quality::Truth> as_reference(std::string_view method, const Judgments& judgments,
                                           int sweeps) {
  const quality::Stopping stopping{0, sweeps};
  Result<quality::Truth> truth = quality::Truth{};
  if (method == "ds") {
    quality::DawidSkeneOptions options;
    options.stopping = stopping;
    truth = quality::dawid_skene(judgments, {}, options);
  } else if (method == "one-coin") {
    quality::OneCoinOptions options;
    options.stopping = stopping;
    truth = quality::one_coin(judgments, {}, options);
  } else {
    quality::EbccOptions options;
    options.starts = 1;
    truth = quality::ebcc(judgments, {}, options);
  }
  return truth ? std::optional(std::move(*truth)) : std::nullopt;
}

void print_why(const quality::RealSet& set, const char* name, std::string_view method) {
  const auto* stop = std::ranges::find_if(kStops, [&](const Stop& one) {
    return std::string_view(one.set) == name && one.method == method;
  });
  const bool known = stop != std::end(kStops);
  if (known && stop->mended > 0) {
    fmt::print("{:<40}the reference, mended: {:.2f}\n", "", stop->mended);
  }
  if (known && stop->objective < 0) {
    fmt::print("{:<40}the reference's solution: objective {:.2f}\n", "", stop->objective);
  }
  if ((!known || stop->sweeps == 0) && method != "ebcc") return;
  const int sweeps = known ? stop->sweeps : 0;
  auto truth = as_reference(method, set.judgments, sweeps);
  if (!truth) return;
  auto labels = labels_of(*truth, set.judgments.items(), set.judgments.classes());
  auto where = method == "ebcc" ? "from one start" : fmt::format("after its {} sweeps", sweeps);
  fmt::print("{:<40}{}: {:.2f}, objective {:.2f}\n", "", where, 100 * accuracy(set, labels),
             truth->objective);
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
      const double peer = reference_of(reference, method.name);
      print(reference.set, method.name, ran, share, peer);
      if (peer > 0 && std::abs(share - peer) > kClose) print_why(*set, reference.set, method.name);
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

// Judgments as they come, each of an item and a person that may be new.
void live(quality::Index items, quality::Index workers, Label classes, int each) {
  auto crowd = made_crowd(items, workers, classes, each, 3);
  const auto& columns = crowd.columns;
  auto state = quality::Incremental::make(classes);
  if (!state) std::abort();
  const auto spent = std::clock();
  for (std::size_t i = 0; i < columns.item.size(); ++i) {
    if (!state->add(columns.item[i], columns.worker[i], columns.label[i])) std::abort();
  }
  const double cpu = static_cast<double>(std::clock() - spent) / CLOCKS_PER_SEC;
  fmt::print("incremental, {} judgments of {} classes: {:.3f} us each (cpu)\n", columns.item.size(),
             classes, 1e6 * cpu / static_cast<double>(columns.item.size()));
}

}  // namespace
}  // namespace guildhall::bench

int main(int argc, char** argv) {
  std::vector<std::string> names(argv + 1, argv + argc);
  const bool large = std::erase(names, "--large") > 0;
  fmt::print("{:<25} {:<13} {:>6} {:>6} {:>7} {:>10} {:>10} {:>9} {:>5} {:>12}\n", "set", "method",
             "%", "ref", "diff", "seconds", "cpu", "peak", "sweeps", "objective");
  if (!large) {
    guildhall::bench::real_sets(names);
    return 0;
  }
  using guildhall::bench::made_set;
  made_set("1 million (200k x 5, K 4)", 200'000, 5'000, 4, 5, 1, names);
  made_set("6 million (1M x 6, K 3)", 1'000'000, 2'400, 3, 6, 2, names);
  using guildhall::quality::Label;
  for (Label classes : {Label{3}, Label{30}}) guildhall::bench::live(200'000, 5'000, classes, 5);
}
