#include "quality/anomalies/speeders.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "quality/distributions.h"

namespace guildhall::quality {
namespace {

constexpr double kLeastLogSd = 0.05;
constexpr double kLeastGap = 0.6931471805599453;  // a factor of two
constexpr std::size_t kFewestTimes = 20;
constexpr double kWholeLog = 1e-8;  // gain of likelihood an answer that ends EM

double log_density(const TimePart& part, double x) {
  double off = (x - part.log_mean) / part.log_sd;
  return std::log(std::max(part.share, 1e-12)) - std::log(part.log_sd) - 0.5 * off * off;
}

double middle_of(std::vector<double> values) {
  auto at = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, at);
  return *at;
}

TimePart part_of(std::span<const double> x, std::span<const double> weight) {
  TimePart part;
  double sum = 0;
  double square = 0;
  double all = 1e-9;
  for (std::size_t i = 0; i < x.size(); ++i) {
    all += weight[i];
    sum += weight[i] * x[i];
    square += weight[i] * x[i] * x[i];
  }
  part.log_mean = sum / all;
  part.log_sd =
      std::max(std::sqrt(std::max(square / all - part.log_mean * part.log_mean, 0.0)), kLeastLogSd);
  part.share = all / static_cast<double>(x.size());
  return part;
}

// EM from both sides of the lower quarter; the log likelihood it ends with.
double fit_times(std::span<const double> x, SpeedSearch& out) {
  std::vector<double> sorted(x.begin(), x.end());
  std::ranges::sort(sorted);
  double cut = sorted[sorted.size() / 4];
  std::vector<double> fast(x.size());
  std::vector<double> slow(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    fast[i] = x[i] <= cut ? 1 : 0;
    slow[i] = 1 - fast[i];
  }
  double before = -1e300;
  for (out.rounds = 1; out.rounds <= kTimingRounds; ++out.rounds) {
    out.fast = part_of(x, fast);
    out.ordinary = part_of(x, slow);
    double likelihood = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      double a = log_density(out.fast, x[i]);
      double b = log_density(out.ordinary, x[i]);
      double most = std::max(a, b);
      double sum = most + std::log(std::exp(a - most) + std::exp(b - most));
      likelihood += sum;
      fast[i] = std::exp(a - sum);
      // Slower than the ordinary part's middle is not fast, however wide the fast part.
      if (x[i] > out.ordinary.log_mean) fast[i] = 0;
      slow[i] = 1 - fast[i];
    }
    if (std::abs(likelihood - before) < kWholeLog * static_cast<double>(x.size()))
      return likelihood;
    before = likelihood;
  }
  out.converged = false;
  return before;
}

// Where both parts are as likely, between their middles; by halving.
double threshold_of(const SpeedSearch& found) {
  double low = found.fast.log_mean;
  double high = found.ordinary.log_mean;
  for (int i = 0; i < 60; ++i) {
    double middle = 0.5 * (low + high);
    (log_density(found.fast, middle) > log_density(found.ordinary, middle) ? low : high) = middle;
  }
  return std::exp(low);
}

void choose_speeders(std::span<const Index> worker, std::span<const double> seconds, Index workers,
                     double fdr, SpeedSearch& out) {
  std::vector<Speeder> all(workers);
  std::vector<std::vector<double>> times(workers);
  for (std::size_t i = 0; i < worker.size(); ++i) {
    if (!(seconds[i] > 0 && std::isfinite(seconds[i]))) continue;
    all[worker[i]].worker = worker[i];
    all[worker[i]].answers += 1;
    all[worker[i]].fast += out.fast_chance[i];
    times[worker[i]].push_back(seconds[i]);
  }
  std::erase_if(all, [](auto& one) { return one.answers == 0; });
  for (auto& one : all) {
    one.p = binomial_at_least(std::floor(one.fast), one.answers, out.fast.share);
  }
  std::ranges::sort(all,
                    [](auto& a, auto& b) { return a.p != b.p ? a.p < b.p : a.worker < b.worker; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].p <= fdr * static_cast<double>(i + 1) / static_cast<double>(all.size()))
      kept = i + 1;
  }
  all.resize(kept);
  for (auto& one : all) one.median_seconds = middle_of(times[one.worker]);
  out.speeders = std::move(all);
}

}  // namespace

Result<SpeedSearch> find_speeders(std::span<const Index> worker, std::span<const double> seconds,
                                  Index workers, double fdr) {
  auto refuse = [](const char* what) { return fail(Fault::invalid, "quality-input", what); };
  if (worker.size() != seconds.size()) return refuse("The columns differ in length.");
  if (!(fdr > 0 && fdr < 1)) return refuse("The rate is not a share.");
  for (auto one : worker) {
    if (one >= workers) return refuse("An answer names a person that there is not.");
  }
  SpeedSearch out;
  out.fast_chance.assign(seconds.size(), 0);
  std::vector<double> x;
  for (double one : seconds) {
    if (one > 0 && std::isfinite(one)) x.push_back(std::log(one));
  }
  out.left_out = static_cast<Index>(seconds.size() - x.size());
  if (x.empty()) return out;
  TimePart single = part_of(x, std::vector<double>(x.size(), 1));
  single.share = 1;
  double alone = 0;
  for (double one : x) alone += log_density(single, one);
  double together = x.size() >= kFewestTimes ? fit_times(x, out) : alone;
  double worth = 1.5 * std::log(static_cast<double>(x.size()));  // BIC: three parameters more
  out.two_parts = together - alone > worth && out.fast.share > 0 &&
                  out.ordinary.log_mean - out.fast.log_mean > kLeastGap;
  if (!out.two_parts) {
    out.fast = {};
    out.ordinary = single;
    return out;
  }
  out.threshold_seconds = threshold_of(out);
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    if (!(seconds[i] > 0 && std::isfinite(seconds[i]))) continue;
    double at = std::log(seconds[i]);
    if (at > out.ordinary.log_mean) continue;
    double odds = log_density(out.ordinary, at) - log_density(out.fast, at);
    out.fast_chance[i] = 1 / (1 + std::exp(std::clamp(odds, -700.0, 700.0)));
  }
  choose_speeders(worker, seconds, workers, fdr, out);
  return out;
}

}  // namespace guildhall::quality
