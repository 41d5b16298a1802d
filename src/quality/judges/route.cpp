#include "quality/judges/route.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

constexpr double kRouteFactor = 60;  // what the factor's logarithm is at most
constexpr int kRouteHalvings = 60;   // of the interval in which it lies

// Everybody the least; what is left makes the highest losses certain, one of them in part. Gives
// the loss from which on the others would have been.
double share_to_highest(std::span<const double> loss, std::vector<Index> open, double least,
                        double count, std::vector<double>& probability) {
  std::ranges::sort(open, [&](Index one, Index other) {
    return loss[one] != loss[other] ? loss[one] > loss[other] : one < other;
  });
  double left = count - least * static_cast<double>(open.size());
  double from = 2;
  for (Index item : open) {
    double more = std::clamp(left, 0.0, 1 - least);
    if (more > 0) from = loss[item];
    probability[item] = least + more;
    left -= more;
  }
  return from;
}

// In proportion to the deviation of "its label is wrong", within [least, 1], of all items by the
// factor that makes the open ones sum up to `count`.
void share_by_deviation(std::span<const double> loss, const std::vector<Index>& open, double least,
                        double count, std::vector<double>& probability) {
  auto at = [&](std::size_t item, double log_factor) {
    double deviation = std::sqrt(loss[item] * (1 - loss[item]));
    return std::clamp(std::exp(log_factor) * deviation, least, 1.0);
  };
  auto sum_of = [&](double log_factor) {
    double sum = 0;
    for (Index item : open) sum += at(item, log_factor);
    return sum;
  };
  double low = -kRouteFactor;
  double high = kRouteFactor;
  for (int i = 0; i < kRouteHalvings; ++i) {
    double middle = (low + high) / 2;
    (sum_of(middle) < count ? low : high) = middle;
  }
  // Losses of 0 leave a rest even so: spread over what is not certain.
  double sum = sum_of(low);
  double part = 0;
  if (auto room = static_cast<double>(open.size()) - sum; room > 0) part = (count - sum) / room;
  for (std::size_t item = 0; item < probability.size(); ++item) {
    double p = at(item, low);
    probability[item] = p + std::clamp(part, 0.0, 1.0) * (1 - p);
  }
}

// The certain ones; of the others, in random order, whenever the running sum passes the next whole
// number after a random start.
std::vector<Index> drawn_by(const std::vector<double>& probability, const std::vector<Index>& open,
                            std::size_t count, std::uint64_t seed) {
  Seeded stream(seed);
  std::vector<Index> chosen;
  std::vector<Index> order;
  double all = 0;
  for (Index item : open) {
    bool certain = probability[item] > 1 - 1e-9 && chosen.size() < count;
    (certain ? chosen : order).push_back(item);
    all += certain ? 0 : probability[item];
  }
  for (auto left = order.size(); left > 1; --left) {
    std::swap(order[left - 1], order[stream.below(left)]);
  }
  // In steps of what is exactly the count's share of the sum: one, but for roundings.
  double step = chosen.size() < count ? all / static_cast<double>(count - chosen.size()) : 0;
  double sum = 0;
  double next = stream.uniform() * step;
  for (std::size_t at = 0; at < order.size() && chosen.size() < count; ++at) {
    sum += probability[order[at]];
    if (sum < next && order.size() - at > count - chosen.size()) continue;
    chosen.push_back(order[at]);
    next += step;
  }
  std::ranges::sort(chosen);
  return chosen;
}

}  // namespace

Result<Routing> route(std::span<const double> loss, std::span<const std::uint8_t> open,
                      const RouteOptions& options) {
  auto refuse = [](const char* what) { return fail(Fault::invalid, "quality-input", what); };
  if (!open.empty() && open.size() != loss.size()) return refuse("Losses and items differ.");
  if (!(options.least >= 0 && options.least <= 1)) return refuse("`least` is no probability.");
  for (double one : loss) {
    if (!(one >= 0 && one <= 1)) return refuse("An expected loss lies from 0 to 1.");
  }
  std::vector<Index> items;
  for (Index item = 0; item < loss.size(); ++item) {
    if (open.empty() || open[item] != 0) items.push_back(item);
  }
  Routing routing{std::vector<double>(loss.size()), {}};
  auto count = std::min(options.count, items.size());
  if (count == 0) return routing;
  auto want = static_cast<double>(count);
  double least = std::min(options.least, want / static_cast<double>(items.size()));
  if (options.aim == RouteAim::labels) {
    double from = share_to_highest(loss, items, least, want, routing.probability);
    for (Index item = 0; item < loss.size(); ++item) {
      if (!open.empty() && open[item] == 0)
        routing.probability[item] = loss[item] > from ? 1 : least;
    }
  } else {
    share_by_deviation(loss, items, least, want, routing.probability);
  }
  routing.chosen = drawn_by(routing.probability, items, count, options.seed);
  return routing;
}

std::vector<double> looked_probability(double anchor_share, const Routing& routing) {
  auto probability = routing.probability;
  double share = std::clamp(anchor_share, 0.0, 1.0);
  for (double& one : probability) one = share + (1 - share) * one;
  return probability;
}

std::vector<double> losses_of(std::span<const double> posterior, Label classes) {
  std::vector<double> losses;
  for (std::size_t at = 0; classes > 0 && at < posterior.size(); at += classes) {
    auto row = posterior.subspan(at, classes);
    losses.push_back(std::clamp(1 - *std::ranges::max_element(row), 0.0, 1.0));
  }
  return losses;
}

}  // namespace guildhall::quality
