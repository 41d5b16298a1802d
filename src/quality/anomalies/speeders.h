// Speeders: people whose answers come faster than reading allows.
//
// The logarithms of the seconds are a mixture of two normal distributions, fitted over all answers
// by EM; two are believed only if that is worth its three parameters (BIC) and the fast one lies at
// least a factor of two below. Then each person's answers in the fast part are counted by their
// posteriors and tested against the share that everybody has; chosen at a false discovery rate.
// Source: van der Linden 2006 (log-normal response times); Wise 2017 (rapid guessing); Benjamini
// and Hochberg 1995. Evidence for a person to look at, never a verdict.
//
// Concurrency: pure. Limits: kTimingRounds.
#pragma once

#include <span>
#include <vector>

#include "quality/judgments.h"

namespace guildhall::quality {

struct TimePart {
  double share = 0;
  double log_mean = 0;  // of seconds; exp of it is the median
  double log_sd = 1;
};

struct Speeder {
  Index worker = 0;
  Index answers = 0;
  double fast = 0;  // of them, by their posteriors
  double median_seconds = 0;
  double p = 1;
};

struct SpeedSearch {
  bool two_parts = false;
  TimePart fast;  // share 0 where there is one part only
  TimePart ordinary;
  double threshold_seconds = 0;     // as likely the one as the other; 0 with one part
  std::vector<double> fast_chance;  // answers: posterior of the fast part
  std::vector<Speeder> speeders;    // most suspicious first
  Index left_out = 0;               // answers whose time is no number above 0
  int rounds = 0;
  bool converged = true;
};

// `worker` and `seconds`: one an answer. Times that are not above 0 and finite are left out, and
// counted. Refused (quality-input): different lengths, a person out of range, a rate outside (0,
// 1).
Result<SpeedSearch> find_speeders(std::span<const Index> worker, std::span<const double> seconds,
                                  Index workers, double fdr = 0.01);

}  // namespace guildhall::quality
