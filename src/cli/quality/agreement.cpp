#include "cli/quality/agreement.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/json.h"
#include "cli/quality/busy.h"
#include "cli/quality/output.h"
#include "quality/agreement/alpha.h"
#include "quality/agreement/icc.h"
#include "quality/agreement/kappa.h"

namespace guildhall::cli {
namespace {

using quality::Agreement;
using quality::Kappa;
using quality::Metric;
using quality::Weighting;

constexpr double kNormal95 = 1.959963984540054;

struct Line {
  std::string name;
  std::optional<Agreement> found;
  std::string why;  // where there is none
};

Line line(std::string name, const Result<Agreement>& found) {
  if (found) return {std::move(name), *found, {}};
  return {std::move(name), std::nullopt, found.error().detail};
}

void add_names(std::vector<Line>& out, const JudgmentsFile& file) {
  const auto& data = file.judgments;
  out.push_back(line("krippendorff-alpha", quality::krippendorff_alpha(data)));
  out.push_back(line("fleiss-kappa", quality::kappa(data, Kappa::fleiss)));
  out.push_back(line("gwet-ac1", quality::kappa(data, Kappa::gwet)));
  out.push_back(line("brennan-prediger", quality::kappa(data, Kappa::brennan_prediger)));
  out.push_back(line("conger-kappa", quality::kappa(data, Kappa::conger)));
  if (file.workers.count() == 2)
    out.push_back(line("cohen-kappa", quality::cohen_kappa(data, 0, 1)));
}

void add_intraclass(std::vector<Line>& out, const JudgmentsFile& file) {
  auto found = quality::intraclass_correlation(file.judgments, file.values);
  if (!found) {
    out.push_back({"icc", std::nullopt, found.error().detail});
    return;
  }
  const std::string few = "Fewer than two items were judged by everybody.";
  auto add = [&](const char* name, const std::optional<Agreement>& one) {
    out.push_back({name, one, one ? std::string() : few});
  };
  add("icc-1-1", found->one_single);
  add("icc-1-k", found->one_mean);
  add("icc-2-1", found->two_single);
  add("icc-2-k", found->two_mean);
  add("icc-3-1", found->three_single);
  add("icc-3-k", found->three_mean);
}

// On a scale: labels in their order, numbers by their values where all are numbers.
void add_scale(std::vector<Line>& out, const JudgmentsFile& file) {
  const auto& data = file.judgments;
  out.push_back(line("krippendorff-alpha-ordinal",
                     quality::krippendorff_alpha(data, {.metric = Metric::ordinal})));
  const quality::KappaOptions squared{Weighting::quadratic, file.values};
  if (file.workers.count() == 2) {
    out.push_back(line("cohen-kappa-quadratic", quality::cohen_kappa(data, 0, 1, squared)));
  }
  out.push_back(line("gwet-ac2-quadratic", quality::kappa(data, Kappa::gwet, squared)));
  if (file.values.empty()) return;
  out.push_back(line("krippendorff-alpha-interval",
                     quality::krippendorff_alpha(data, {Metric::interval, file.values})));
  if (file.values.front() >= 0) {
    out.push_back(line("krippendorff-alpha-ratio",
                       quality::krippendorff_alpha(data, {Metric::ratio, file.values})));
  }
  add_intraclass(out, file);
}

void write_table(Output& out, const std::vector<Line>& lines) {
  for (const char* name : {"coefficient", "value", "error", "low", "high", "items", "judgments"}) {
    out.cell(name);
  }
  out.end();
  for (const auto& one : lines) {
    if (!one.found) continue;
    const auto& [value, error, observed, expected, items, judgments] = *one.found;
    out.cell(one.name).number(value).number(error);
    out.number(value - kNormal95 * error).number(std::min(1.0, value + kNormal95 * error));
    out.count(items).count(judgments).end();
  }
}

std::string json_of(const std::vector<Line>& lines) {
  JsonWriter out;
  out.begin_object().key("coefficients").begin_array();
  for (const auto& one : lines) {
    out.begin_object().field("name", one.name);
    if (one.found) {
      out.field("value", one.found->value).field("error", one.found->error);
      out.field("items", one.found->items).field("judgments", one.found->judgments);
    } else {
      out.field("absent", one.why);
    }
    out.end_object();
  }
  out.end_array().end_object();
  return out.take() + "\n";
}

Result<void> run(const AgreementArgs& args) {
  std::optional<Busy> busy(std::in_place, "Reading");
  auto file = TRY(read_judgments(args.source, [&](std::size_t read, std::size_t all) {
    busy->share(static_cast<double>(read) / static_cast<double>(all));
  }));
  busy->now(fmt::format("Comparing {} judgments", file.judgments.size()));
  std::vector<Line> lines;
  add_names(lines, file);
  if (args.scale) add_scale(lines, file);
  busy.reset();
  fmt::print(stderr, "{}", told(file));
  bool any = false;
  for (const auto& one : lines) {
    if (!one.found) fmt::print(stderr, "{}: {}\n", one.name, one.why);
    any = any || one.found.has_value();
  }
  if (!any) return fail(Fault::invalid, "quality-input", "No coefficient has a value here.");
  Output out(args.output);
  if (args.json) {
    out.text(json_of(lines));
  } else {
    write_table(out, lines);
  }
  return out.write();
}

}  // namespace

int agreement(const AgreementArgs& args) { return ended(run(args)); }

}  // namespace guildhall::cli
