#include "cli/quality/judgments_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

#include "base/limits.h"

namespace guildhall::cli {
namespace {

constexpr std::uint32_t kNone = ~0U;

struct JudgmentColumns {
  int item = -1;
  int worker = -1;
  int label = -1;
  int truth = -1;
  int seconds = -1;
  int text = -1;
  int group = -1;
};

int item_column(const Header& header) {
  return header.find({"item", "itemid", "task", "taskid", "question", "unit", "unitid", "example"});
}

int truth_column(const Header& header) {
  return header.find({"truth", "gold", "goldlabel", "truelabel", "groundtruth", "labeltrue"});
}

Result<JudgmentColumns> judgment_columns(const Header& header) {
  JudgmentColumns at;
  at.item = item_column(header);
  at.worker = header.find({"worker", "workerid", "annotator", "annotatorid", "rater", "judge",
                           "member", "user", "userid", "performer", "submission"});
  at.label = header.find({"label", "answer", "response", "rating", "judgment", "judgement",
                          "annotation", "score", "value"});
  at.truth = truth_column(header);
  at.seconds = header.find({"seconds", "time", "duration", "timespent", "secondsspent"});
  at.text = header.find({"text", "freetext", "comment", "explanation", "reasoning"});
  at.group = header.find({"group", "vendor", "hall", "team", "family"});
  for (auto [column, word] :
       {std::pair(at.item, "item"), std::pair(at.worker, "worker"), std::pair(at.label, "label")}) {
    if (column < 0) {
      return fail(Fault::invalid, "quality-input",
                  fmt::format("There is no column '{}'; the first line has: {}. If that is no "
                              "header, name the columns: --columns item,worker,label",
                              word, header.list()));
    }
  }
  return at;
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

// Labels in the order of the engine's classes: `place` of each number that they were read with.
struct Ordered {
  std::vector<std::string> labels;
  std::vector<double> values;
  std::vector<quality::Label> place;
};

Ordered in_order(const Names& labels) {
  std::vector<std::uint32_t> order(labels.count());
  std::iota(order.begin(), order.end(), 0U);
  std::vector<double> values;
  for (auto at : order) {
    if (auto value = number_of(labels.name(at))) values.push_back(*value);
  }
  const bool numbers = values.size() == order.size();
  std::ranges::sort(order, [&](auto a, auto b) {
    if (numbers && values[a] != values[b]) return values[a] < values[b];
    return labels.name(a) < labels.name(b);
  });
  Ordered out;
  out.place.resize(order.size());
  for (auto at : order) {
    out.place[at] = static_cast<quality::Label>(out.labels.size());
    out.labels.push_back(labels.name(at));
    if (numbers) out.values.push_back(values[at]);
  }
  return out;
}

// Collects rows; `finish` makes columns of them.
class Collector {
 public:
  Result<void> begin(const Header& header) {
    at_ = TRY(judgment_columns(header));
    return {};
  }

  Result<void> take(std::span<const std::string_view> cells) {
    auto item = cell_of(cells, at_.item);
    auto worker = cell_of(cells, at_.worker);
    auto label = cell_of(cells, at_.label);
    if (item.empty() || worker.empty() || label.empty()) {
      ++file_incomplete;
      return {};
    }
    columns.item.push_back(items.number_of(item));
    columns.worker.push_back(workers.number_of(worker));
    auto number = labels.number_of(label);
    if (labels.count() > kMaxQualityClasses) {
      return fail(Fault::invalid, "quality-input",
                  fmt::format("There are more than {} different labels: is '{}' the right column?",
                              kMaxQualityClasses, label));
    }
    columns.label.push_back(static_cast<quality::Label>(number));
    if (at_.truth >= 0) take_truth(columns.item.back(), cell_of(cells, at_.truth));
    if (at_.group >= 0) {
      if (group.size() < workers.count()) group.resize(workers.count(), kNone);
      auto& known = group[columns.worker.back()];
      if (known == kNone) known = groups.number_of(cell_of(cells, at_.group));
    }
    if (at_.seconds >= 0) {
      seconds.push_back(number_of(cell_of(cells, at_.seconds)).value_or(-1));
    }
    if (at_.text >= 0) texts.emplace_back(cell_of(cells, at_.text));
    return {};
  }

  void take_truth(std::uint32_t item, std::string_view label) {
    if (label.empty()) return;
    auto number = labels.number_of(label);
    if (truth.size() <= item) truth.resize(item + 1, kNone);
    contradictions += truth[item] != kNone && truth[item] != number ? 1 : 0;
    if (truth[item] == kNone) truth[item] = number;
    any_truth = true;
  }

  bool has_rows() const { return at_.seconds >= 0 || at_.text >= 0; }
  bool has_groups() const { return at_.group >= 0; }

  Names items;
  Names workers;
  Names labels;
  Names groups;
  quality::Columns columns;
  std::vector<std::uint32_t> truth;
  std::vector<std::uint32_t> group;
  std::vector<double> seconds;
  std::vector<std::string> texts;
  std::uint64_t file_incomplete = 0;
  std::uint64_t contradictions = 0;
  bool any_truth = false;

 private:
  JudgmentColumns at_;
};

// A file of item, truth.
Result<void> read_truth(const std::string& path, Collector& into) {
  auto file = TRY(MappedFile::open(path));
  int item = -1;
  int truth = -1;
  return read_rows(
      file.text(), {}, {},
      [&](const Header& header) -> Result<void> {
        item = item_column(header);
        truth = truth_column(header);
        if (truth < 0) truth = header.find({"label", "answer"});
        if (item >= 0 && truth >= 0) return {};
        return fail(Fault::invalid, "quality-input",
                    fmt::format("{} needs the columns item and truth; its first line has: {}.",
                                path, header.list()));
      },
      [&](std::span<const std::string_view> cells, std::uint64_t) -> Result<void> {
        auto name = cell_of(cells, item);
        if (!name.empty()) into.take_truth(into.items.number_of(name), cell_of(cells, truth));
        return {};
      });
}

Result<JudgmentsFile> finish(Collector& rows) {
  if (rows.labels.count() > kMaxQualityClasses) {
    return fail(Fault::invalid, "quality-input",
                fmt::format("There are more than {} different labels.", kMaxQualityClasses));
  }
  auto order = in_order(rows.labels);
  for (auto& label : rows.columns.label) label = order.place[label];
  auto judgments =
      TRY(quality::Judgments::make(rows.columns, rows.items.count(), rows.workers.count(),
                                   static_cast<quality::Label>(order.labels.size())));
  const auto all = rows.columns.item.size();
  JudgmentsFile file{.judgments = std::move(judgments),
                     .items = std::move(rows.items),
                     .workers = std::move(rows.workers),
                     .groups = std::move(rows.groups),
                     .labels = std::move(order.labels),
                     .values = std::move(order.values)};
  file.doubled = all - file.judgments.size();
  file.incomplete = rows.file_incomplete;
  file.contradictions = rows.contradictions;
  if (rows.any_truth) {
    rows.truth.resize(file.items.count(), kNone);
    for (auto truth : rows.truth) {
      file.truth.push_back(truth == kNone ? quality::kNoLabel : order.place[truth]);
    }
  }
  if (rows.has_groups()) file.group = std::move(rows.group);
  if (rows.has_rows()) {
    file.row_worker = std::move(rows.columns.worker);
    file.row_seconds = std::move(rows.seconds);
    file.row_text = std::move(rows.texts);
  }
  return file;
}

}  // namespace

Result<JudgmentsFile> read_judgments(const JudgmentsSource& source, const Progress& progress) {
  auto file = TRY(MappedFile::open(source.path));
  Collector rows;
  TRY(read_rows(
      file.text(), source.columns, progress,
      [&](const Header& header) { return rows.begin(header); },
      [&](std::span<const std::string_view> cells, std::uint64_t) { return rows.take(cells); }));
  if (rows.columns.item.empty()) {
    return fail(Fault::invalid, "quality-input",
                rows.file_incomplete == 0 ? "The file has no rows."
                                          : "Every row lacks an item, a worker or a label.");
  }
  if (!source.truth.empty()) TRY(read_truth(source.truth, rows));
  return finish(rows);
}

std::string told(const JudgmentsFile& file) {
  auto out =
      fmt::format("{} judgments of {} items by {} people, {} labels.\n", file.judgments.size(),
                  file.items.count(), file.workers.count(), file.labels.size());
  if (file.incomplete > 0) {
    out +=
        fmt::format("Left out: {} rows without an item, a worker or a label.\n", file.incomplete);
  }
  if (file.doubled > 0) {
    out += fmt::format("Left out: {} further judgments of the same person on the same item.\n",
                       file.doubled);
  }
  if (file.contradictions > 0) {
    out += fmt::format("{} rows state another truth than the first of their item.\n",
                       file.contradictions);
  }
  return out;
}

}  // namespace guildhall::cli
