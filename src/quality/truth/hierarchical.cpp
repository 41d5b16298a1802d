#include "quality/truth/hierarchical.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

#include "quality/parallel.h"
#include "quality/truth/dirichlet_rows.h"

namespace guildhall::quality {
namespace {

// Above 0 and below 1 by this much: no row is certain, none is never right.
constexpr double kLeastRight = 0.01;

// What is believed of everybody, and what of each person's coin.
class Population {
 public:
  Population(const Messages& messages, const Judgments& judgments,
             const HierarchicalOptions& options)
      : messages_(messages), judgments_(judgments), options_(options) {}

  // From the counts; the strengths too where `strengths` says so.
  void refit(bool strengths) {
    refit_rows();
    refit_lean(strengths);
    if (strengths) refit_kappa();
  }

  void prior(Index worker, std::span<double> alpha) const {
    const std::size_t classes = judgments_.classes();
    for (std::size_t k = 0; k < classes; ++k) {
      const double* row = rows_.data() + k * classes;
      const double right = std::clamp(row[k] + lean_[worker], kLeastRight, 1 - kLeastRight);
      const double others = kappa_ * (1 - right) / std::max(1e-9, 1 - row[k]);
      for (std::size_t l = 0; l < classes; ++l) {
        alpha[k * classes + l] = std::max(1e-6, l == k ? kappa_ * right : others * row[l]);
      }
    }
  }

 private:
  void refit_rows() {
    const std::size_t classes = judgments_.classes();
    rows_.assign(classes * classes, classes > 1 ? options_.wrong / double(classes - 1) : 1);
    for (std::size_t k = 0; k < classes; ++k) rows_[k * (classes + 1)] = options_.right;
    for (std::size_t row = 0; row < messages_.first_row(judgments_.workers()); ++row) {
      auto count = messages_.count(row);
      for (std::size_t k = 0; k < classes; ++k) {
        rows_[k * classes + messages_.label_of(row)] += count[k];
      }
    }
    for (std::size_t k = 0; k < classes; ++k) {
      auto row = std::span(rows_).subspan(k * classes, classes);
      double sum = std::accumulate(row.begin(), row.end(), 0.0);
      for (double& one : row) one /= sum;
    }
  }

  // How much oftener each person is right than the population on the same classes, drawn towards
  // nothing by as many judgments as the spread between people is worth.
  void refit_lean(bool strengths) {
    const std::size_t classes = judgments_.classes();
    lean_.assign(judgments_.workers(), 0);
    double noise = 0;
    double made = 0;
    double squares = 0;
    double people = 0;
    for (Index worker = 0; worker < judgments_.workers(); ++worker) {
      const auto n = static_cast<double>(judgments_.of_worker(worker).size());
      if (n == 0) continue;
      double more = 0;
      for (auto r = messages_.first_row(worker); r < messages_.first_row(worker + 1); ++r) {
        auto count = messages_.count(r);
        more += count[messages_.label_of(r)];
        for (std::size_t k = 0; k < classes; ++k) {
          const double right = rows_[k * (classes + 1)];
          more -= count[k] * right;
          noise += count[k] * right * (1 - right);
        }
      }
      lean_[worker] = more;
      made += n;
      squares += n * n;
      people += 1;
    }
    if (strengths && people > 1) {
      noise = std::max(noise / made, 1e-4);
      double spread = 0;
      for (Index worker = 0; worker < judgments_.workers(); ++worker) {
        const auto n = static_cast<double>(judgments_.of_worker(worker).size());
        if (n > 0) spread += lean_[worker] * lean_[worker] / n;
      }
      double between = (spread - (people - 1) * noise) / std::max(made - squares / made, 1.0);
      coins_ = std::clamp(noise / std::max(between, 1e-9), 1.0, 1e4);
    }
    for (Index worker = 0; worker < judgments_.workers(); ++worker) {
      lean_[worker] /= static_cast<double>(judgments_.of_worker(worker).size()) + coins_;
    }
  }

  // The log of the Dirichlet-multinomial likelihood of all rows at `kappa`.
  double likelihood_at(double kappa) {
    kappa_ = kappa;
    const std::size_t workers = judgments_.workers();
    const std::size_t classes = judgments_.classes();
    const std::size_t blocks = block_count(workers, 64, 32);
    std::vector<double> sums(blocks);
    in_blocks(workers, blocks, [&](Block block) {
      std::vector<double> alpha(classes * classes);
      std::vector<double> whole(classes);
      double sum = 0;
      for (auto w = block.from; w < block.to; ++w) {
        const auto worker = static_cast<Index>(w);
        prior(worker, alpha);
        std::ranges::fill(whole, 0);
        for (auto r = messages_.first_row(worker); r < messages_.first_row(worker + 1); ++r) {
          auto count = messages_.count(r);
          for (std::size_t k = 0; k < classes; ++k) {
            if (count[k] < 1e-3) continue;
            const double a = alpha[k * classes + messages_.label_of(r)];
            sum += log_gamma(a + count[k]) - log_gamma(a);
            whole[k] += count[k];
          }
        }
        for (std::size_t k = 0; k < classes; ++k) {
          if (whole[k] > 0) sum -= log_gamma(kappa + whole[k]) - log_gamma(kappa);
        }
      }
      sums[block.number] = sum;
    });
    return std::accumulate(sums.begin(), sums.end(), 0.0);
  }

  // The best of powers of 2, then of quarter powers around it.
  void refit_kappa() {
    double best = 0;
    double best_at = kappa_;
    bool any = false;
    auto look = [&](double kappa) {
      double likelihood = likelihood_at(kappa);
      if (any && likelihood <= best) return;
      any = true;
      best = likelihood;
      best_at = kappa;
    };
    for (double kappa = 1; kappa <= 1024; kappa *= 4) look(kappa);
    double around = best_at;
    for (double step : {0.5, 2.0}) look(around * step);
    kappa_ = best_at;
  }

  const Messages& messages_;
  const Judgments& judgments_;
  HierarchicalOptions options_;
  std::vector<double> rows_;  // of the population, classes × classes
  std::vector<double> lean_;  // a worker
  double coins_ = 10;         // judgments that the spread of coins is worth
  double kappa_ = 10;
};

}  // namespace

Result<Truth> hierarchical(const Judgments& judgments, Gold gold,
                           const HierarchicalOptions& options) {
  auto messages = TRY(Messages::make(judgments, gold));
  messages.start();
  Population population(messages, judgments, options);
  auto prior = [&](Index worker, std::span<double> alpha) { population.prior(worker, alpha); };
  // The strengths are refitted more and more rarely, so that what they bend comes to rest.
  unsigned sweep = 0;
  auto refit = [&] {
    refit_prior(messages, options.prior);
    population.refit(std::has_single_bit(++sweep));
    refit_rows(messages, judgments.classes(),
               options.variational ? RowEstimate::variational : RowEstimate::mean, prior);
  };
  auto done = iterate(messages, refit, options.stopping);
  auto truth = messages.truth(done.last, done.sweeps, done.converged);
  population.refit(false);
  confusion_of_rows(truth, messages, judgments, prior);
  return truth;
}

}  // namespace guildhall::quality
