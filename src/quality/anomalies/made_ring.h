// For tests and benchmarks only: rings of copiers put into real or made judgments.
#pragma once

#include <algorithm>
#include <vector>

#include "quality/judgments.h"
#include "quality/seeded.h"

namespace guildhall::quality {

struct MadeRing {
  Judgments judgments;
  std::vector<Index> copiers;
  Index source = 0;
};

// People who are there already begin to copy: up to `size` - 1 of those who share at least `shared`
// items with one person (the source, who has that many), each shared item with chance `copies`. The
// ring is that person and they; empty where there are not two of them.
inline MadeRing made_ring(const Judgments& judgments, std::uint64_t seed, std::size_t size,
                          double copies, std::size_t shared) {
  Seeded chance(seed, 77);
  MadeRing made{judgments, {}, 0};
  std::vector<Index> able;
  for (int attempt = 0; attempt < 200 && able.size() < std::min<std::size_t>(2, size - 1);
       ++attempt) {
    made.source = static_cast<Index>(chance.below(judgments.workers()));
    std::vector<char> his(judgments.items(), 0);
    for (auto item : judgments.of_worker(made.source).other) his[item] = 1;
    able.clear();
    for (Index worker = 0; worker < judgments.workers(); ++worker) {
      std::size_t both = 0;
      for (auto item : judgments.of_worker(worker).other) both += his[item] != 0 ? 1 : 0;
      if (worker != made.source && both >= shared) able.push_back(worker);
    }
  }
  if (able.size() < 2) return made;
  std::vector<Label> source(judgments.items(), kNoLabel);
  auto row = judgments.of_worker(made.source);
  for (std::size_t i = 0; i < row.size(); ++i) source[row.other[i]] = row.label[i];
  made.copiers.push_back(made.source);
  while (made.copiers.size() < size && !able.empty()) {
    std::swap(able[chance.below(able.size())], able.back());
    made.copiers.push_back(able.back());
    able.pop_back();
  }
  Columns columns;
  for (Index worker = 0; worker < judgments.workers(); ++worker) {
    auto own = judgments.of_worker(worker);
    bool copier =
        worker != made.source && std::ranges::find(made.copiers, worker) != made.copiers.end();
    for (std::size_t i = 0; i < own.size(); ++i) {
      bool copied = copier && source[own.other[i]] != kNoLabel && chance.uniform() < copies;
      columns.item.push_back(own.other[i]);
      columns.worker.push_back(worker);
      columns.label.push_back(copied ? source[own.other[i]] : own.label[i]);
    }
  }
  made.judgments =
      *Judgments::make(columns, judgments.items(), judgments.workers(), judgments.classes());
  return made;
}

}  // namespace guildhall::quality
