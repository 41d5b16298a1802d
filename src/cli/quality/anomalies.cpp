#include "cli/quality/anomalies.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "cli/quality/busy.h"
#include "cli/quality/output.h"
#include "quality/anomalies/pasted.h"
#include "quality/anomalies/rings.h"
#include "quality/anomalies/spam.h"
#include "quality/anomalies/speeders.h"
#include "quality/truth/hierarchical.h"

namespace guildhall::cli {
namespace {

using quality::Index;

// One row of the table: what, who, how sure, and the figures in words.
struct Finding {
  std::string kind;
  std::string people;
  double p = 1;  // chance of it without the habit in question; 1: no such figure
  std::string evidence;
};

std::string named(const Names& workers, const std::vector<Index>& people) {
  std::string out;
  for (Index one : people) {
    if (!out.empty()) out += ' ';
    out += workers.name(one);
  }
  return out;
}

Result<void> add_rings(std::vector<Finding>& out, const JudgmentsFile& file, double fdr) {
  auto search = TRY(quality::find_rings(file.judgments, {}, {.fdr = fdr}));
  for (const auto& ring : search.rings) {
    const auto& first = ring.pairs.front();
    out.push_back({"copying", named(file.workers, ring.people), first.p,
                   fmt::format("{} suspicious pairs; {} and {} share {} items, {} answers are the "
                               "same ({:.1f} expected), {} of them wrong ({:.1f} expected)",
                               ring.pairs.size(), file.workers.name(first.left),
                               file.workers.name(first.right), first.shared, first.same,
                               first.expected, first.same_wrong, first.expected_wrong)});
  }
  if (!search.complete) fmt::print(stderr, "Copying: not all pairs were looked at.\n");
  return {};
}

Result<void> add_spam(std::vector<Finding>& out, const JudgmentsFile& file) {
  if (file.labels.size() > quality::kSpamClasses) {
    fmt::print(stderr, "Spam: not looked for among more than {} labels.\n", quality::kSpamClasses);
    return {};
  }
  auto truth = TRY(quality::hierarchical(file.judgments, file.truth));
  std::vector<float> posterior(truth.posterior.begin(), truth.posterior.end());
  auto scores = TRY(quality::score_spam(file.judgments, posterior));
  for (Index worker = 0; worker < scores.size(); ++worker) {
    const auto& one = scores[worker];
    if (!one.suspect) continue;
    out.push_back(
        {"spam", file.workers.name(worker), 1,
         fmt::format("score {:.2f} (90 %: {:.2f} to {:.2f}) of {} judgments; {:.0f} % are "
                     "'{}'",
                     one.score, one.lower, one.upper, one.judged, 100 * one.favourite_share,
                     file.labels[one.favourite])});
  }
  return {};
}

Result<void> add_speeders(std::vector<Finding>& out, const JudgmentsFile& file, double fdr) {
  if (file.row_seconds.empty()) return {};
  auto search =
      TRY(quality::find_speeders(file.row_worker, file.row_seconds, file.judgments.workers(), fdr));
  for (const auto& one : search.speeders) {
    out.push_back(
        {"speed", file.workers.name(one.worker), one.p,
         fmt::format("{:.0f} of {} answers faster than {:.1f} s; median {:.1f} s", one.fast,
                     one.answers, search.threshold_seconds, one.median_seconds)});
  }
  return {};
}

Result<void> add_pasted(std::vector<Finding>& out, const JudgmentsFile& file) {
  if (file.row_text.empty()) return {};
  const std::vector<std::string_view> texts(file.row_text.begin(), file.row_text.end());
  for (const auto& group : TRY(quality::find_pasted(texts, file.row_worker))) {
    std::vector<Index> people;
    for (const auto& text : group.texts) {
      if (std::ranges::find(people, text.worker) == people.end()) people.push_back(text.worker);
    }
    out.push_back({"pasted", named(file.workers, people), 1,
                   fmt::format("{} texts of {} people are nearly the same", group.texts.size(),
                               group.people)});
  }
  return {};
}

Result<void> run(const AnomaliesArgs& args) {
  std::optional<Busy> busy(std::in_place, "Reading");
  auto file = TRY(read_judgments(args.source, [&](std::size_t read, std::size_t all) {
    busy->share(static_cast<double>(read) / static_cast<double>(all));
  }));
  std::vector<Finding> found;
  busy->now("Looking for copied answers");
  TRY(add_rings(found, file, args.fdr));
  busy->now("Looking for labels without thought");
  TRY(add_spam(found, file));
  TRY(add_speeders(found, file, args.fdr));
  busy->now("Looking for pasted texts");
  TRY(add_pasted(found, file));
  busy.reset();
  fmt::print(stderr, "{}{} findings, each for a person to look at.\n", told(file), found.size());
  Output out(args.output);
  out.cell("kind").cell("people").cell("p").cell("evidence").end();
  for (const auto& one : found) {
    out.cell(one.kind).cell(one.people);
    out.cell(one.p < 1 ? fmt::format("{:.2g}", one.p) : "").cell(one.evidence).end();
  }
  return out.write();
}

}  // namespace

int anomalies(const AnomaliesArgs& args) { return ended(run(args)); }

}  // namespace guildhall::cli
