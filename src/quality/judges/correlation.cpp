#include "quality/judges/correlation.h"

#include <algorithm>
#include <cmath>

namespace guildhall::quality {
namespace {

// Sums of one group's standardised errors on one item.
struct ErrorSum {
  double sum = 0;
  double squares = 0;
  double count = 0;

  void add(const ErrorSum& other) {
    sum += other.sum;
    squares += other.squares;
    count += other.count;
  }
  double products() const { return sum * sum - squares; }  // over ordered pairs
  double pairs() const { return count * (count - 1); }
};

}  // namespace

ErrorCorrelation error_correlation(const Judgments& judgments, std::span<const Index> family,
                                   std::size_t families, Gold known, std::span<const double> skill,
                                   double before, double from) {
  auto of = [&](Index judge) { return family.empty() ? 0 : family[judge]; };
  double within = before * from;
  double within_from = from;
  double between = before * before * from;  // families differ: less in common, to begin with
  double between_from = from;
  std::vector<ErrorSum> sums(families);
  for (Index item = 0; item < judgments.items(); ++item) {
    if (gold_of(known, item) == kNoLabel) continue;
    std::ranges::fill(sums, ErrorSum{});
    auto votes = judgments.of_item(item);
    for (std::size_t j = 0; j < votes.size(); ++j) {
      double wrong = 1 - skill[votes.other[j]];
      double error = (votes.label[j] != known[item] ? 1 : 0) - wrong;
      error /= std::sqrt(wrong * (1 - wrong));
      sums[of(votes.other[j])].add({error, error * error, 1});
    }
    ErrorSum all;
    double products = 0;
    double pairs = 0;
    for (const auto& sum : sums) {
      all.add(sum);
      products += sum.products();
      pairs += sum.pairs();
    }
    if (pairs > 0) within += products / pairs;
    within_from += pairs > 0 ? 1 : 0;
    if (all.pairs() > pairs) between += (all.products() - products) / (all.pairs() - pairs);
    between_from += all.pairs() > pairs ? 1 : 0;
  }
  ErrorCorrelation found;
  found.within = std::clamp(within / within_from, 0.0, 1.0);
  found.between = std::clamp(between / between_from, 0.0, found.within);
  std::vector<double> members(families);
  for (Index judge = 0; judge < judgments.workers(); ++judge) members[of(judge)] += 1;
  double some = 0;   // families with a judge
  double alike = 0;  // correlation of two families' means, on average
  for (double m : members) {
    if (m == 0) continue;
    some += 1;
    alike += found.between / std::max(1e-9, found.within + (1 - found.within) / m);
  }
  alike = some > 0 ? std::min(1.0, alike / some) : 0;
  for (double m : members) {
    double own = 1 + std::max(0.0, m - 1) * found.within;
    found.temper.push_back(1 / own / (1 + std::max(0.0, some - 1) * alike));
  }
  return found;
}

}  // namespace guildhall::quality
