// How the methods that alternate between items and workers do so.
#pragma once

#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "quality/truth/messages.h"

namespace guildhall::quality {

// When to stop: once the items' posteriors move by less than `tolerance` a sweep (mean total
// variation), or after `sweeps`.
struct Stopping {
  double tolerance = 1e-5;
  int sweeps = kMaxTruthSweeps;
};

struct Iterated {
  Messages::Sweep last;
  int sweeps = 0;
  bool converged = false;
};

// Makes messages of counts (refit) and counts of messages (sweep) in turn. The counts are those of
// the last posteriors when it ends.
template <class Refit>
Iterated iterate(Messages& messages, const Refit& refit, Stopping stopping = {}) {
  Iterated done;
  while (done.sweeps < stopping.sweeps && !done.converged) {
    refit();
    done.last = messages.sweep();
    ++done.sweeps;
    done.converged = done.last.change < stopping.tolerance;
  }
  return done;
}

// The share of each state among judged items, each with `pseudo` items more.
inline void refit_prior(Messages& messages, double pseudo) {
  double all = pseudo * static_cast<double>(messages.states());
  for (double count : messages.state_count()) all += count;
  if (all <= 0) return;
  auto log_prior = messages.log_prior();
  for (std::size_t s = 0; s < messages.states(); ++s) {
    double share = (messages.state_count()[s] + pseudo) / all;
    log_prior[s] = static_cast<float>(std::log(std::max(share, 1e-30)));
  }
}

}  // namespace guildhall::quality
