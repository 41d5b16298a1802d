// For tests and benchmarks only: the real judgments of the test data, as the engine takes them.
//
// Concurrency: reads files; call from one thread.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "base/test_data.h"
#include "quality/judgments.h"

namespace guildhall::quality {

struct RealSet {
  Judgments judgments;
  std::vector<Label> truth;          // an item; kNoLabel where none is stated
  std::vector<std::string> workers;  // names by number
  std::vector<std::string> labels;   // in order: as numbers where all are numbers
};

inline std::vector<std::vector<std::string>> csv_rows(const std::filesystem::path& path) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.ends_with('\r')) line.pop_back();
    std::vector<std::string> cells;
    std::istringstream cut(line);
    for (std::string cell; std::getline(cut, cell, ',');) cells.push_back(cell);
    rows.push_back(std::move(cells));
  }
  return rows;
}

// Numbers for names, in the order in which they first occur.
class Numbers {
 public:
  Index of(const std::string& name) {
    auto [at, added] = known_.try_emplace(name, static_cast<Index>(names_.size()));
    if (added) names_.push_back(name);
    return at->second;
  }
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::map<std::string, Index> known_;
  std::vector<std::string> names_;
};

// <folder>/label.csv (item,worker,label) and truth.csv (item,truth); nothing where they are absent.
inline std::optional<RealSet> real_set(const std::string& name) {
  auto data = test_data("quality/" + name);
  if (!data) return std::nullopt;
  auto rows = csv_rows(*data / "label.csv");
  auto truths = csv_rows(*data / "truth.csv");
  Numbers items;
  Numbers workers;
  std::vector<std::string> labels;
  for (std::size_t i = 1; i < rows.size(); ++i) labels.push_back(rows[i].at(2));
  for (std::size_t i = 1; i < truths.size(); ++i) labels.push_back(truths[i].at(1));
  auto number = [](const std::string& text) {
    char* end = nullptr;
    double value = std::strtod(text.c_str(), &end);
    return *end == 0 && !text.empty() ? std::optional(value) : std::nullopt;
  };
  bool numbers = std::ranges::all_of(labels, [&](auto& text) { return number(text).has_value(); });
  std::ranges::sort(labels, [&](auto& a, auto& b) {
    return numbers && *number(a) != *number(b) ? *number(a) < *number(b) : a < b;
  });
  labels.erase(std::ranges::unique(labels).begin(), labels.end());
  std::map<std::string, Label> label_number;
  for (auto& label : labels) label_number.emplace(label, static_cast<Label>(label_number.size()));
  Columns columns;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    columns.item.push_back(items.of(rows[i][0]));
    columns.worker.push_back(workers.of(rows[i][1]));
    columns.label.push_back(label_number.at(rows[i][2]));
  }
  for (std::size_t i = 1; i < truths.size(); ++i) items.of(truths[i][0]);
  std::vector<Label> truth(items.names().size(), kNoLabel);
  for (std::size_t i = 1; i < truths.size(); ++i) {
    truth[items.of(truths[i][0])] = label_number.at(truths[i][1]);
  }
  auto made = Judgments::make(columns, static_cast<Index>(items.names().size()),
                              static_cast<Index>(workers.names().size()),
                              static_cast<Label>(labels.size()));
  if (!made) std::abort();
  return RealSet{std::move(*made), std::move(truth), workers.names(), std::move(labels)};
}

// The share of items with a stated truth (and a judgment) whose label is that.
inline double accuracy(const RealSet& set, const std::vector<Label>& labels) {
  double right = 0;
  double all = 0;
  for (Index item = 0; item < set.judgments.items(); ++item) {
    if (set.truth[item] == kNoLabel || set.judgments.of_item(item).size() == 0) continue;
    all += 1;
    right += labels[item] == set.truth[item] ? 1 : 0;
  }
  return all > 0 ? right / all : 0;
}

}  // namespace guildhall::quality
