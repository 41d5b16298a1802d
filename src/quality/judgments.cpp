#include "quality/judgments.h"

#include <algorithm>
#include <numeric>

#include "base/limits.h"

namespace guildhall::quality {
namespace {

// Where each row begins: counts of `at`, summed up.
std::vector<std::uint64_t> row_starts(std::span<const Index> at, Index rows) {
  std::vector<std::uint64_t> start(static_cast<std::size_t>(rows) + 1);
  for (Index one : at) ++start[static_cast<std::size_t>(one) + 1];
  std::partial_sum(start.begin(), start.end(), start.begin());
  return start;
}

struct Side {
  std::vector<std::uint64_t> start;
  std::vector<Index> other;
  std::vector<Label> label;
};

// A stable counting sort by `at`.
Side sorted_by(std::span<const Index> at, std::span<const Index> other,
               std::span<const Label> label, Index rows) {
  Side side{row_starts(at, rows), std::vector<Index>(at.size()), std::vector<Label>(at.size())};
  auto next = side.start;
  for (std::size_t i = 0; i < at.size(); ++i) {
    auto place = next[at[i]]++;
    side.other[place] = other[i];
    side.label[place] = label[i];
  }
  return side;
}

// The other side of a side: its rows come out in the order of this one's.
Side turned(const Side& side, Index rows) {
  std::vector<Index> at(side.other.size());
  for (std::size_t row = 0; row + 1 < side.start.size(); ++row) {
    std::fill(at.begin() + static_cast<std::ptrdiff_t>(side.start[row]),
              at.begin() + static_cast<std::ptrdiff_t>(side.start[row + 1]),
              static_cast<Index>(row));
  }
  return sorted_by(side.other, at, side.label, rows);
}

// Rows are in the order of the other side already: what is doubled stands together, first first.
void drop_doubled(Side& side) {
  std::size_t kept = 0;
  std::size_t from = 0;
  for (std::size_t row = 0; row + 1 < side.start.size(); ++row) {
    std::size_t to = side.start[row + 1];
    std::size_t begin = kept;
    for (std::size_t i = from; i < to; ++i) {
      if (kept > begin && side.other[kept - 1] == side.other[i]) continue;
      side.other[kept] = side.other[i];
      side.label[kept++] = side.label[i];
    }
    side.start[row + 1] = kept;
    from = to;
  }
  side.other.resize(kept);
  side.label.resize(kept);
}

Result<> check(const Columns& columns, Index items, Index workers, Label classes) {
  auto refuse = [](const char* what) { return fail(Fault::invalid, "quality-input", what); };
  if (columns.item.size() != columns.worker.size() || columns.item.size() != columns.label.size()) {
    return refuse("The columns item, worker and label differ in length.");
  }
  if (classes > kMaxQualityClasses) return refuse("There are more classes than can be weighed.");
  for (std::size_t i = 0; i < columns.item.size(); ++i) {
    if (columns.item[i] >= items || columns.worker[i] >= workers || columns.label[i] >= classes) {
      return refuse("A judgment names an item, a worker or a class that there is not.");
    }
  }
  return {};
}

}  // namespace

Result<Judgments> Judgments::make(const Columns& columns, Index items, Index workers,
                                  Label classes) {
  TRY(check(columns, items, workers, classes));
  // By worker, then by item: in an item's row workers ascend, and doubled ones stand together in
  // the order in which they came.
  Side by_item;
  {
    auto by_worker = sorted_by(columns.worker, columns.item, columns.label, workers);
    by_item = turned(by_worker, items);
  }
  drop_doubled(by_item);
  auto by_worker = turned(by_item, workers);
  Judgments made;
  made.classes_ = classes;
  made.item_start_ = std::move(by_item.start);
  made.item_worker_ = std::move(by_item.other);
  made.item_label_ = std::move(by_item.label);
  made.worker_start_ = std::move(by_worker.start);
  made.worker_item_ = std::move(by_worker.other);
  made.worker_label_ = std::move(by_worker.label);
  return made;
}

}  // namespace guildhall::quality
