// For tests and benchmarks only: the real comparisons of the test data, as the engine takes them.
//
// Concurrency: reads files; call from one thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "quality/pairwise/comparisons.h"
#include "quality/real_sets.h"

namespace guildhall::quality {

struct PairSet {
  ComparisonColumns columns;
  std::vector<std::string> items;
  std::vector<std::string> workers;

  Result<Comparisons> make() const {
    return Comparisons::make(columns, static_cast<Index>(items.size()),
                             static_cast<Index>(workers.size()));
  }
};

// pair,prompt,worker,left,right,winner: the rows of people (whose names are numbers).
inline std::optional<PairSet> llmfao_set() {
  auto data = test_data("quality/pairwise_llmfao/pairs.csv");
  if (!data) return std::nullopt;
  PairSet set;
  Numbers items;
  Numbers workers;
  bool header = true;
  for (const auto& row : csv_rows(*data)) {
    if (std::exchange(header, false)) continue;
    if (row.at(2).find_first_not_of("0123456789") != std::string::npos) continue;
    set.columns.worker.push_back(workers.of(row[2]));
    set.columns.left.push_back(items.of(row.at(3)));
    set.columns.right.push_back(items.of(row.at(4)));
    set.columns.outcome.push_back(row.at(5) == "left"    ? Outcome::left
                                  : row.at(5) == "right" ? Outcome::right
                                                         : Outcome::tie);
  }
  set.items = items.names();
  set.workers = workers.names();
  return set;
}

// The names of models.jsonl by id.
inline std::map<std::string, std::string> llmfao_names() {
  std::map<std::string, std::string> names;
  std::ifstream file(*test_data("quality/pairwise_llmfao/models.jsonl"));
  auto text = [](const std::string& line, const std::string& from, char to) {
    auto at = line.find(from) + from.size();
    return line.substr(at, line.find(to, at) - at);
  };
  for (std::string line; std::getline(file, line);) {
    names[text(line, "\"id\":", ',')] = text(line, "\"name\":\"", '"');
  }
  return names;
}

// worker,winner,loser: which side the winner stood on is not told; it is the left one here.
inline std::optional<PairSet> crowdea_set(const std::string& name) {
  auto data = test_data("quality/pairwise_crowdea/" + name + ".csv");
  if (!data) return std::nullopt;
  PairSet set;
  Numbers items;
  Numbers workers;
  bool header = true;
  for (const auto& row : csv_rows(*data)) {
    if (std::exchange(header, false)) continue;
    set.columns.worker.push_back(workers.of(row.at(0)));
    set.columns.left.push_back(items.of(row.at(1)));
    set.columns.right.push_back(items.of(row.at(2)));
    set.columns.outcome.push_back(Outcome::left);
  }
  set.items = items.names();
  set.workers = workers.names();
  return set;
}

}  // namespace guildhall::quality
