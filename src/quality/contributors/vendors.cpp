#include "quality/contributors/vendors.h"

#include <algorithm>
#include <cmath>

#include "quality/distributions.h"

namespace guildhall::quality {
namespace {

Result<> check_halls(const Judgments& judgments, const Scorecard& card, std::span<const Index> hall,
                     Index halls, double level) {
  auto refuse = [](const char* what) { return fail(Fault::invalid, "quality-input", what); };
  if (hall.size() != judgments.workers() || card.people.size() != judgments.workers() ||
      card.posterior.size() != std::size_t{judgments.items()} * judgments.classes()) {
    return refuse("The halls or the scorecard are not of these judgments.");
  }
  if (!(level > 0 && level < 1)) return refuse("The level is not a share.");
  for (auto one : hall) {
    if (one >= halls) return refuse("A person is of a hall that there is not.");
  }
  return {};
}

Interval hall_interval(std::vector<double>& drawn, double level) {
  std::ranges::sort(drawn);
  double sum = 0;
  for (double one : drawn) sum += one;
  auto at = [&](double share) {
    auto place = std::lround(share * static_cast<double>(drawn.size() - 1));
    return static_cast<float>(drawn[static_cast<std::size_t>(place)]);
  };
  return {static_cast<float>(sum / static_cast<double>(drawn.size())), at((1 - level) / 2),
          at((1 + level) / 2)};
}

// The shares right of both halls on one item, the truth being `truth`.
struct BothSides {
  double left_right = 0;
  double right_right = 0;
  double left_all = 0;
  double right_all = 0;
  double difference() const { return left_right / left_all - right_right / right_all; }
};

class HallPairing {
 public:
  HallPairing(const Judgments& judgments, const Scorecard& card, std::span<const Index> hall,
              Index left, Index right)
      : judgments_(judgments), card_(card), hall_(hall), left_(left), right_(right) {}

  // Whether both judged it; then its mean difference and what the doubt about its truth adds.
  bool item(Index item, double& mean, double& doubt) const {
    auto* truth = card_.posterior.data() + std::size_t{item} * judgments_.classes();
    auto row = judgments_.of_item(item);
    double square = 0;
    mean = 0;
    for (Label k = 0; k < judgments_.classes(); ++k) {
      if (truth[k] <= 0) continue;
      BothSides sides;
      for (std::size_t i = 0; i < row.size(); ++i) {
        auto side = hall_[row.other[i]];
        bool good = row.label[i] == k;
        if (side == left_) sides.left_all += 1, sides.left_right += good;
        if (side == right_) sides.right_all += 1, sides.right_right += good;
      }
      if (sides.left_all == 0 || sides.right_all == 0) return false;
      mean += truth[k] * sides.difference();
      square += truth[k] * sides.difference() * sides.difference();
    }
    doubt = std::max(square - mean * mean, 0.0);
    return true;
  }

  // Adds this item's part in each person's deviation and in the squares of single judgments.
  // `shares`: of the halls over all shared items.
  double spread(Index item, const BothSides& shares, std::vector<double>& person) const {
    auto* truth = card_.posterior.data() + std::size_t{item} * judgments_.classes();
    auto row = judgments_.of_item(item);
    double left = 0;
    double right = 0;
    for (auto worker : row.other) {
      left += hall_[worker] == left_ ? 1 : 0;
      right += hall_[worker] == right_ ? 1 : 0;
    }
    double squares = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      auto side = hall_[row.other[i]];
      if (side != left_ && side != right_) continue;
      double off = side == left_ ? (truth[row.label[i]] - shares.left_right) / left
                                 : -(truth[row.label[i]] - shares.right_right) / right;
      person[row.other[i]] += off;
      squares += off * off;
    }
    return squares;
  }

 private:
  const Judgments& judgments_;
  const Scorecard& card_;
  std::span<const Index> hall_;
  Index left_;
  Index right_;
};

// Mean over the shared items of each hall's share right.
BothSides shares_on(const Judgments& judgments, const Scorecard& card, std::span<const Index> hall,
                    Index left, Index right, std::span<const Index> items) {
  BothSides shares;
  for (auto item : items) {
    auto row = judgments.of_item(item);
    auto* truth = card.posterior.data() + std::size_t{item} * judgments.classes();
    double sum[2] = {};
    double count[2] = {};
    for (std::size_t i = 0; i < row.size(); ++i) {
      auto side = hall[row.other[i]];
      if (side != left && side != right) continue;
      sum[side == right] += truth[row.label[i]];
      count[side == right] += 1;
    }
    shares.left_right += sum[0] / count[0] / static_cast<double>(items.size());
    shares.right_right += sum[1] / count[1] / static_cast<double>(items.size());
  }
  return shares;
}

}  // namespace

Result<std::vector<HallScore>> score_halls(const Judgments& judgments, const Scorecard& card,
                                           std::span<const Index> hall, Index halls, double level) {
  TRY(check_halls(judgments, card, hall, halls, level));
  std::vector<HallScore> scores(halls);
  std::vector<double> skill(std::size_t{halls} * card.draws);
  std::vector<double> work(std::size_t{halls} * card.draws);
  for (Index worker = 0; worker < judgments.workers(); ++worker) {
    auto& person = card.people[worker];
    if (person.judged == 0) continue;
    auto& score = scores[hall[worker]];
    ++score.people;
    score.judged += person.judged;
    score.best += person.top;
    for (std::size_t draw = 0; draw < card.draws; ++draw) {
      double drawn = card.skill_draws[draw * judgments.workers() + worker];
      skill[hall[worker] * card.draws + draw] += drawn;
      work[hall[worker] * card.draws + draw] += drawn * person.judged;
    }
  }
  for (Index at = 0; at < halls; ++at) {
    auto& score = scores[at];
    if (score.people == 0 || card.draws == 0) continue;
    auto from = static_cast<std::ptrdiff_t>(at * card.draws);
    auto to = from + static_cast<std::ptrdiff_t>(card.draws);
    std::vector<double> by_person(skill.begin() + from, skill.begin() + to);
    std::vector<double> by_work(work.begin() + from, work.begin() + to);
    for (auto& one : by_person) one /= score.people;
    for (auto& one : by_work) one /= static_cast<double>(score.judged);
    score.skill = hall_interval(by_person, level);
    score.accuracy = hall_interval(by_work, level);
    score.best /= score.people;
  }
  return scores;
}

Result<HallComparison> compare_halls(const Judgments& judgments, const Scorecard& card, Gold gold,
                                     std::span<const Index> hall, Index left, Index right,
                                     double level, bool gold_only) {
  TRY(check_halls(judgments, card, hall, ~Index{0}, level));
  if (left == right || (!gold.empty() && gold.size() != judgments.items())) {
    return fail(Fault::invalid, "quality-input", "A hall is not compared with itself.");
  }
  HallPairing pairing(judgments, card, hall, left, right);
  HallComparison out;
  std::vector<Index> items;
  std::vector<double> by_item;
  double doubt = 0;
  double mean = 0;
  for (Index item = 0; item < judgments.items(); ++item) {
    if (gold_only && gold_of(gold, item) == kNoLabel) continue;
    double one = 0;
    double unsure = 0;
    if (!pairing.item(item, one, unsure)) continue;
    items.push_back(item);
    by_item.push_back(one);
    doubt += unsure;
    mean += one;
    out.left_better += one > 1e-9 ? 1 : 0;
    out.right_better += one < -1e-9 ? 1 : 0;
  }
  out.items = static_cast<Index>(items.size());
  if (items.empty()) return out;
  double n = out.items;
  mean /= n;
  auto shares = shares_on(judgments, card, hall, left, right, items);
  std::vector<double> person(judgments.workers(), 0);
  std::vector<bool> seen(judgments.workers(), false);
  double singles = 0;
  double items_squared = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    singles += pairing.spread(items[i], shares, person);
    items_squared += (by_item[i] - mean) * (by_item[i] - mean);
    for (auto worker : judgments.of_item(items[i]).other) {
      if (seen[worker]) continue;
      seen[worker] = true;
      out.left_people += hall[worker] == left ? 1 : 0;
      out.right_people += hall[worker] == right ? 1 : 0;
    }
  }
  double people_squared = 0;
  for (double one : person) people_squared += one * one;
  double decided = out.left_better + out.right_better;
  if (decided > 0) {
    double more = std::max(out.left_better, out.right_better);
    out.sign_p = std::min(1.0, 2 * binomial_at_least(more, decided, 0.5));
  }
  Index fewer = std::min(out.left_people, out.right_people);
  double variance =
      std::max(people_squared + items_squared - singles, std::max(people_squared, items_squared));
  // Few clusters say too little of their spread: the usual correction, with the smaller hall's.
  if (fewer > 1) variance *= static_cast<double>(fewer) / (fewer - 1);
  auto whole = static_cast<float>(mean);
  out.difference = {whole, whole, whole};
  if (fewer < 2) return out;
  out.error = std::sqrt(variance + doubt) / n;
  double freedom = fewer - 1;
  double reach = t_bound(1 - level, freedom) * out.error;
  out.difference.lower = static_cast<float>(std::max(mean - reach, -1.0));
  out.difference.upper = static_cast<float>(std::min(mean + reach, 1.0));
  out.p = out.error > 0 ? t_two_sided(mean / out.error, freedom) : (mean == 0 ? 1 : 0);
  return out;
}

}  // namespace guildhall::quality
