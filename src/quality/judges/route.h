// Which items a person looks at, when only a share can be: by expected loss, but every item with a
// known probability above zero, so that what people find there says something of all.
//
// Sources: uncertainty routing (Li et al., CoAnnotating, EMNLP 2023); active statistical inference
// (Zrnic and Candès, ICML 2024); systematic sampling with unequal probabilities (Madow 1949).
//
// Concurrency: pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "quality/judgments.h"

namespace guildhall::quality {

enum class RouteAim : std::uint8_t {
  labels,       // the most certain gain of right labels: the least certain items, all of them
  measurement,  // the narrowest interval: in proportion to the expected error's deviation
};

struct RouteOptions {
  std::size_t count = 0;  // items to be looked at
  double least = 0.01;    // probability that each open item keeps; all the same where count is less
  RouteAim aim = RouteAim::labels;
  std::uint64_t seed = 1;
};

struct Routing {
  // Of being chosen; of items that are not open: what it would have been by their loss.
  std::vector<double> probability;
  std::vector<Index> chosen;  // ascending; exactly count, or all that are open
};

// loss: expected loss (1 - highest posterior), one an item, in [0, 1]; open: 1 for those that may
// be chosen, or empty: all. Of equal losses the lower item is preferred; among equal probabilities
// the seed decides. Refused (quality-input): lengths that do not fit, a loss or least outside [0,
// 1].
Result<Routing> route(std::span<const double> loss, std::span<const std::uint8_t> open,
                      const RouteOptions& options);

// The probability that a person looks at an item at all, where a share of all is drawn at random
// first (the anchors) and the others are routed then. For measure(); the losses that were routed by
// must come from crossed_panel(), so that an anchor's is what it would have been.
std::vector<double> looked_probability(double anchor_share, const Routing& routing);

// Expected losses of posteriors, items × classes.
std::vector<double> losses_of(std::span<const double> posterior, Label classes);

}  // namespace guildhall::quality
