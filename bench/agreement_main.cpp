// The agreement coefficients alone: value, standard error and seconds of each over made judgments.
//
//   bench-agreement [ITEMS=1000000] [EACH=6] [WORKERS=2400] [CLASSES=3]
//
// One line a coefficient; "live" is the time of one judgment more.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "quality/agreement/alpha.h"
#include "quality/agreement/icc.h"
#include "quality/agreement/kappa.h"
#include "quality/agreement/live.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

struct Args {
  std::uint64_t items = 1'000'000;
  std::uint64_t each = 6;
  std::uint64_t workers = 2'400;
  std::uint64_t classes = 3;
};

double seconds(const std::function<void()>& work) {
  auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

Columns made_judgments(const Args& args) {
  Seeded seeded(1);
  Columns columns;
  for (Index item = 0; item < args.items; ++item) {
    auto truth = static_cast<Label>(seeded.uniform() * static_cast<double>(args.classes));
    for (std::uint64_t i = 0; i < args.each; ++i) {
      auto guess = static_cast<Label>(seeded.uniform() * static_cast<double>(args.classes));
      columns.item.push_back(item);
      columns.worker.push_back(
          static_cast<Index>(seeded.uniform() * static_cast<double>(args.workers)));
      columns.label.push_back(seeded.uniform() < 0.7 ? truth : guess);
    }
  }
  return columns;
}

void say(const char* name, const std::function<Result<Agreement>()>& compute) {
  Result<Agreement> made = fail(Fault::internal, "internal", "not run");
  double best = 1e9;
  for (int run = 0; run < 3; ++run) best = std::min(best, seconds([&] { made = compute(); }));
  if (!made) {
    fmt::print("{{\"coefficient\":\"{}\",\"refused\":\"{}\"}}\n", name, made.error().detail);
    return;
  }
  fmt::print(
      "{{\"coefficient\":\"{}\",\"value\":{:.6f},\"error\":{:.6f},\"judgments\":{},"
      "\"seconds\":{:.4f}}}\n",
      name, made->value, made->error, made->judgments, best);
}

void live(const Columns& columns, Label classes) {
  auto agreement = LiveAgreement::make(classes);
  if (!agreement) return;
  double all = seconds([&] {
    for (std::size_t i = 0; i < columns.item.size(); ++i) {
      if (!agreement->add(columns.item[i], columns.worker[i], columns.label[i])) std::abort();
    }
  });
  auto value = agreement->alpha();
  fmt::print("{{\"live_us_a_judgment\":{:.3f},\"alpha\":{:.6f}}}\n",
             1e6 * all / static_cast<double>(columns.item.size()), value ? value->value : 0.0);
}

int run(const Args& args) {
  auto columns = made_judgments(args);
  auto data = Judgments::make(columns, static_cast<Index>(args.items),
                              static_cast<Index>(args.workers), static_cast<Label>(args.classes));
  if (!data) return 1;
  const char* metrics[] = {"alpha_nominal", "alpha_ordinal", "alpha_interval", "alpha_ratio",
                           "alpha_circular"};
  for (int metric = 0; metric < 5; ++metric) {
    say(metrics[metric], [&] { return krippendorff_alpha(*data, {static_cast<Metric>(metric)}); });
  }
  const char* kinds[] = {"fleiss", "gwet_ac1", "brennan_prediger", "conger"};
  for (int kind = 0; kind < 4; ++kind) {
    say(kinds[kind], [&] { return kappa(*data, static_cast<Kappa>(kind)); });
  }
  say("gwet_ac2_quadratic", [&] { return kappa(*data, Kappa::gwet, {Weighting::quadratic, {}}); });
  say("icc_1_1", [&]() -> Result<Agreement> {
    return TRY(intraclass_correlation(*data))
    .one_single;
  });
  live(columns, static_cast<Label>(args.classes));
  return 0;
}

}  // namespace
}  // namespace guildhall::quality

int main(int argc, char** argv) {
  guildhall::quality::Args args;
  std::uint64_t* numbers[] = {&args.items, &args.each, &args.workers, &args.classes};
  for (int i = 1; i < argc && i < 5; ++i) *numbers[i - 1] = std::strtoull(argv[i], nullptr, 10);
  return guildhall::quality::run(args);
}
