#include "quality/pairwise/comparisons.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/limits.h"
#include "quality/parallel.h"

namespace guildhall::quality {
namespace {

// A comparison on its way: under its lower item, the other one, where it stood in the columns, and
// (in the two highest bits of `source`) the outcome as the lower item sees it.
struct Entry {
  Index other;
  std::uint32_t source;
};

struct Group {
  Pair pair;
  std::uint32_t size;
};

// Sorts the entries of one item by the other item, keeping their order, and names the groups.
class RowSorter {
 public:
  explicit RowSorter(Index items) : count_(items) {}

  void sort(Index item, std::span<Entry> row, std::vector<Group>& groups) {
    met_.clear();
    for (const Entry& entry : row) {
      if (count_[entry.other]++ == 0) met_.push_back(entry.other);
    }
    std::ranges::sort(met_);
    std::uint32_t at = 0;
    for (Index other : met_) {
      groups.push_back({{item, other}, count_[other]});
      at += std::exchange(count_[other], at);
    }
    sorted_.resize(row.size());
    for (const Entry& entry : row) sorted_[count_[entry.other]++] = entry;
    std::ranges::copy(sorted_, row.begin());
    for (Index other : met_) count_[other] = 0;
  }

 private:
  std::vector<std::uint32_t> count_;
  std::vector<Index> met_;
  std::vector<Entry> sorted_;
};

constexpr std::uint32_t kSourceMask = 0x3FFFFFFF;
static_assert(kMaxComparisons <= kSourceMask);

bool finite_all(const std::vector<double>& values) {
  return std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
}

Result<> check_comparisons(const ComparisonColumns& columns, Index items, Index workers) {
  auto refuse = [](const char* what) { return fail(Fault::invalid, "quality-input", what); };
  auto size = columns.left.size();
  if (columns.right.size() != size || columns.outcome.size() != size ||
      (!columns.worker.empty() && columns.worker.size() != size) ||
      (!columns.weight.empty() && columns.weight.size() != size)) {
    return refuse("The columns of the comparisons differ in length.");
  }
  if (size > kMaxComparisons) return refuse("There are more comparisons than can be ranked.");
  if (columns.covariates > kMaxCovariates) {
    return refuse("There are more covariates than can be fitted.");
  }
  if (columns.covariate.size() != size * columns.covariates) {
    return refuse("There is not one row of covariates for each comparison.");
  }
  if (!finite_all(columns.weight) || !finite_all(columns.covariate)) {
    return refuse("A weight or a covariate is not a finite number.");
  }
  if (std::ranges::any_of(columns.weight, [](double weight) { return weight < 0; })) {
    return refuse("A weight is below 0.");
  }
  bool known = true;
  for (std::size_t i = 0; i < size; ++i) {
    known = known && columns.left[i] < items && columns.right[i] < items &&
            columns.outcome[i] <= Outcome::tie;
  }
  for (Index worker : columns.worker) known = known && worker < workers;
  if (!known) return refuse("A comparison names an item, a worker or an outcome there is not.");
  return {};
}

Outcome seen_from_first(Outcome outcome, bool swapped) {
  if (!swapped || outcome == Outcome::tie) return outcome;
  return outcome == Outcome::left ? Outcome::right : Outcome::left;
}

// The highest-numbered item of a part says which part it is; paths are halved as they are walked.
Index root_of(std::vector<Index>& parent, Index item) {
  while (parent[item] != item) item = parent[item] = parent[parent[item]];
  return item;
}

}  // namespace

class ComparisonMaker {
 public:
  ComparisonMaker(const ComparisonColumns& columns, Index items, Index workers)
      : columns_(columns), items_(items) {
    made_.workers_ = columns.worker.empty() ? 0 : workers;
    made_.covariates_ = columns.covariates;
  }

  Comparisons make() && {
    by_first();
    find_pairs();
    tally();
    link();
    name_parts();
    if (!columns_.worker.empty() || columns_.covariates > 0) keep_turns();
    return std::move(made_);
  }

 private:
  bool counts(std::size_t i) const {
    return columns_.left[i] != columns_.right[i] &&
           (columns_.weight.empty() || columns_.weight[i] > 0);
  }
  double weight(std::size_t source) const {
    return columns_.weight.empty() ? 1.0 : columns_.weight[source];
  }

  void by_first() {
    start_.assign(static_cast<std::size_t>(items_) + 1, 0);
    for (std::size_t i = 0; i < columns_.left.size(); ++i) {
      if (counts(i)) {
        ++start_[static_cast<std::size_t>(std::min(columns_.left[i], columns_.right[i])) + 1];
      }
    }
    std::partial_sum(start_.begin(), start_.end(), start_.begin());
    made_.size_ = start_.back();
    made_.left_out_ = columns_.left.size() - made_.size_;
    entries_.resize(made_.size_);
    auto next = start_;
    for (std::size_t i = 0; i < columns_.left.size(); ++i) {
      if (!counts(i)) continue;
      auto [first, second] = std::minmax(columns_.left[i], columns_.right[i]);
      auto outcome = seen_from_first(columns_.outcome[i], columns_.left[i] > columns_.right[i]);
      entries_[next[first]++] = {
          second, static_cast<std::uint32_t>(i) | static_cast<std::uint32_t>(outcome) << 30U};
    }
  }

  void find_pairs() {
    auto blocks = block_count(items_, 16, 32);
    std::vector<std::vector<Group>> found(blocks);
    in_blocks(items_, blocks, [&](Block block) {
      RowSorter sorter(items_);
      for (auto item = block.from; item < block.to; ++item) {
        auto from = start_[item];
        if (from == start_[item + 1]) continue;
        sorter.sort(static_cast<Index>(item), {entries_.data() + from, start_[item + 1] - from},
                    found[block.number]);
      }
    });
    std::size_t pairs = 0;
    for (const auto& groups : found) pairs += groups.size();
    made_.pairs_.reserve(pairs);
    made_.turn_start_.reserve(pairs + 1);
    made_.turn_start_.push_back(0);
    for (const auto& groups : found) {
      for (const auto& group : groups) {
        made_.pairs_.push_back(group.pair);
        made_.turn_start_.push_back(made_.turn_start_.back() + group.size);
      }
    }
  }

  void tally() {
    auto pairs = made_.pairs_.size();
    made_.tallies_.resize(pairs);
    auto blocks = block_count(pairs);
    std::vector<std::uint8_t> tied(blocks);
    in_blocks(pairs, blocks, [&](Block block) {
      for (auto pair = block.from; pair < block.to; ++pair) {
        double sums[4] = {};
        for (auto at = made_.turn_start_[pair]; at < made_.turn_start_[pair + 1]; ++at) {
          sums[entries_[at].source >> 30U] += weight(entries_[at].source & kSourceMask);
        }
        made_.tallies_[pair] = {sums[0], sums[1], sums[2]};
        if (sums[2] > 0) tied[block.number] = 1;
      }
    });
    made_.has_ties_ = std::ranges::find(tied, 1) != tied.end();
  }

  // As pairs stand in the order of their first item, neighbours come out in order.
  void link() {
    auto& start = made_.item_start_;
    start.assign(static_cast<std::size_t>(items_) + 1, 0);
    for (const Pair& pair : made_.pairs_) {
      ++start[static_cast<std::size_t>(pair.first) + 1];
      ++start[static_cast<std::size_t>(pair.second) + 1];
    }
    std::partial_sum(start.begin(), start.end(), start.begin());
    made_.neighbours_.resize(2 * made_.pairs_.size());
    auto next = start;
    for (std::size_t i = 0; i < made_.pairs_.size(); ++i) {
      auto [first, second] = made_.pairs_[i];
      made_.neighbours_[next[first]++] = {second, static_cast<Index>(i)};
      made_.neighbours_[next[second]++] = {first, static_cast<Index>(i)};
    }
  }

  void name_parts() {
    std::vector<Index> parent(items_);
    std::iota(parent.begin(), parent.end(), Index{0});
    for (const Pair& pair : made_.pairs_) {
      auto first = root_of(parent, pair.first);
      auto second = root_of(parent, pair.second);
      if (first != second) parent[std::max(first, second)] = std::min(first, second);
    }
    made_.part_.resize(items_);
    for (Index item = 0; item < items_; ++item) {
      auto root = root_of(parent, item);
      made_.part_[item] = root == item ? made_.part_count_++ : made_.part_[root];
    }
  }

  void keep_turns() {
    auto size = made_.size_;
    made_.turn_.resize(size);
    if (!columns_.worker.empty()) made_.worker_.resize(size);
    if (!columns_.weight.empty()) made_.weight_.resize(size);
    made_.covariate_.resize(size * columns_.covariates);
    in_blocks(size, block_count(size), [&](Block block) {
      for (auto at = block.from; at < block.to; ++at) {
        auto source = entries_[at].source & kSourceMask;
        bool swapped = columns_.left[source] > columns_.right[source];
        made_.turn_[at] =
            static_cast<std::uint8_t>((entries_[at].source >> 30U) | (swapped ? 4U : 0U));
        if (!columns_.worker.empty()) made_.worker_[at] = columns_.worker[source];
        if (!columns_.weight.empty()) made_.weight_[at] = columns_.weight[source];
        for (std::size_t k = 0; k < columns_.covariates; ++k) {
          double value = columns_.covariate[source * columns_.covariates + k];
          made_.covariate_[at * columns_.covariates + k] = swapped ? -value : value;
        }
      }
    });
  }

  const ComparisonColumns& columns_;
  Index items_;
  Comparisons made_;
  std::vector<std::uint64_t> start_;
  std::vector<Entry> entries_;
};

Result<Comparisons> Comparisons::make(const ComparisonColumns& columns, Index items,
                                      Index workers) {
  TRY(check_comparisons(columns, items, workers));
  return ComparisonMaker(columns, items, workers).make();
}

}  // namespace guildhall::quality
