// For tests and benchmarks only: rings of copiers put into real or made judgments.
#pragma once

#include <algorithm>
#include <numeric>
#include <vector>

#include "quality/judgments.h"
#include "quality/seeded.h"

namespace guildhall::quality {

struct MadeRing {
  Judgments judgments;
  Judgments honest;            // the same people on the same items, had nobody copied
  std::vector<Index> copiers;  // without the source
  Index source = 0;
};

// What one person answered, by item; kNoLabel elsewhere.
inline std::vector<Label> answers_of(const Judgments& judgments, Index worker) {
  std::vector<Label> answers(judgments.items(), kNoLabel);
  auto row = judgments.of_worker(worker);
  for (std::size_t i = 0; i < row.size(); ++i) answers[row.other[i]] = row.label[i];
  return answers;
}

// Who shares at least `shared` items with the owner of `answers`.
inline std::vector<Index> sharers(const Judgments& judgments, Index source,
                                  const std::vector<Label>& answers, std::size_t shared) {
  std::vector<Index> able;
  for (Index worker = 0; worker < judgments.workers(); ++worker) {
    std::size_t both = 0;
    for (auto item : judgments.of_worker(worker).other) both += answers[item] != kNoLabel ? 1 : 0;
    if (worker != source && both >= shared) able.push_back(worker);
  }
  return able;
}

inline Columns columns_of(const Judgments& judgments) {
  Columns columns;
  for (Index worker = 0; worker < judgments.workers(); ++worker) {
    auto own = judgments.of_worker(worker);
    for (std::size_t i = 0; i < own.size(); ++i) {
      columns.item.push_back(own.other[i]);
      columns.worker.push_back(worker);
      columns.label.push_back(own.label[i]);
    }
  }
  return columns;
}

// People who are there already begin to copy: `size` of those who share at least `shared` items
// with one person (the source; the best of 200 drawn, where none has so many), each shared item
// with chance `copies`. No copiers where there are not two.
inline MadeRing made_ring(const Judgments& judgments, std::uint64_t seed, std::size_t size,
                          double copies, std::size_t shared) {
  Seeded chance(seed, 77);
  MadeRing made{judgments, judgments, {}, 0};
  std::vector<Index> able;
  for (int attempt = 0; attempt < 200 && able.size() < size; ++attempt) {
    auto source = static_cast<Index>(chance.below(judgments.workers()));
    auto now = sharers(judgments, source, answers_of(judgments, source), shared);
    if (now.size() <= able.size()) continue;
    able = now;
    made.source = source;
  }
  if (able.size() < 2) return made;
  while (made.copiers.size() < size && !able.empty()) {
    std::swap(able[chance.below(able.size())], able.back());
    made.copiers.push_back(able.back());
    able.pop_back();
  }
  auto source = answers_of(judgments, made.source);
  auto columns = columns_of(judgments);
  for (std::size_t i = 0; i < columns.item.size(); ++i) {
    auto copied = source[columns.item[i]];
    bool copier = std::ranges::find(made.copiers, columns.worker[i]) != made.copiers.end();
    if (copier && copied != kNoLabel && chance.uniform() < copies) columns.label[i] = copied;
  }
  made.judgments =
      *Judgments::make(columns, judgments.items(), judgments.workers(), judgments.classes());
  return made;
}

// New people join who judge `shared` to twice as many items of one person (as far as there are),
// each copied with chance `copies`, else answered as somebody else there did.
inline MadeRing joined_ring(const Judgments& judgments, std::uint64_t seed, std::size_t size,
                            double copies, std::size_t shared) {
  Seeded chance(seed, 78);
  MadeRing made{judgments, judgments, {}, 0};
  Votes own;
  for (int attempt = 0; attempt < 200 && own.size() < shared; ++attempt) {
    made.source = static_cast<Index>(chance.below(judgments.workers()));
    own = judgments.of_worker(made.source);
  }
  if (own.size() < shared) return made;
  auto columns = columns_of(judgments);
  std::vector<Label> honest = columns.label;
  for (std::size_t copier = 0; copier < size; ++copier) {
    auto worker = static_cast<Index>(judgments.workers() + copier);
    made.copiers.push_back(worker);
    std::vector<std::size_t> order(own.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    auto count = std::min(own.size(), shared + chance.below(shared + 1));
    for (std::size_t i = 0; i < count; ++i) {
      std::swap(order[i], order[i + chance.below(order.size() - i)]);
      auto item = own.other[order[i]];
      auto others = judgments.of_item(item);
      auto at = chance.below(others.size());
      if (others.other[at] == made.source) at = (at + 1) % others.size();
      columns.item.push_back(item);
      columns.worker.push_back(worker);
      honest.push_back(others.label[at]);
      columns.label.push_back(chance.uniform() < copies ? own.label[order[i]] : honest.back());
    }
  }
  auto workers = static_cast<Index>(judgments.workers() + made.copiers.size());
  made.judgments = *Judgments::make(columns, judgments.items(), workers, judgments.classes());
  columns.label = std::move(honest);
  made.honest = *Judgments::make(columns, judgments.items(), workers, judgments.classes());
  return made;
}

}  // namespace guildhall::quality
