// Confusion rows with a Dirichlet prior, shared by the methods whose workers have such.
#pragma once

#include <span>

#include "quality/truth/messages.h"
#include "quality/truth/special.h"

namespace guildhall::quality {

enum class RowEstimate : unsigned char {
  mean,        // of the posterior of a row: (count + pseudo) / sum
  variational  // exp of the expected logarithm, which trusts few counts less
};

// The divergence of a Dirichlet from its prior, summed up from parts of it: what a variational
// bound loses to parameters that the judgments have moved.
class DirichletDivergence {
 public:
  void part(double prior, double count) {
    prior_ += prior;
    counts_ += count;
    sum_ += log_gamma(prior) - log_gamma(prior + count) + count * digamma(prior + count);
  }
  // Parts without a count, together.
  void rest(double prior) { prior_ += prior; }
  double total() const {
    const double now = prior_ + counts_;
    return sum_ + log_gamma(now) - log_gamma(prior_) - counts_ * digamma(now);
  }

 private:
  double prior_ = 0;
  double counts_ = 0;
  double sum_ = 0;
};

// Messages of all workers. prior(worker, alpha) fills alpha[state * classes + label], the pseudo
// counts of that worker's rows, all above 0.
template <class Prior>
void refit_rows(Messages& messages, Label classes, RowEstimate estimate, const Prior& prior) {
  const std::size_t states = messages.states();
  messages.for_workers([&](Index worker) {
    thread_local std::vector<double> alpha;
    thread_local std::vector<double> whole;
    alpha.resize(states * classes);
    whole.assign(states, 0);
    prior(worker, std::span(alpha));
    const auto from = messages.first_row(worker);
    const auto to = messages.first_row(worker + 1);
    for (std::size_t s = 0; s < states; ++s) {
      for (Label l = 0; l < classes; ++l) whole[s] += alpha[s * classes + l];
    }
    for (auto row = from; row < to; ++row) {
      for (std::size_t s = 0; s < states; ++s) whole[s] += messages.count(row)[s];
    }
    const bool mean = estimate == RowEstimate::mean;
    for (std::size_t s = 0; s < states; ++s) {
      whole[s] = mean ? std::log(whole[s]) : digamma(whole[s]);
    }
    for (auto row = from; row < to; ++row) {
      auto count = messages.count(row);
      auto message = messages.message(row);
      const Label label = messages.label_of(row);
      for (std::size_t s = 0; s < states; ++s) {
        double is = count[s] + alpha[s * classes + label];
        message[s] = static_cast<float>((mean ? std::log(is) : digamma(is)) - whole[s]);
      }
    }
  });
}

// The posterior means of the rows, where each state is a class.
template <class Prior>
void confusion_of_rows(Truth& truth, const Messages& messages, const Judgments& judgments,
                       const Prior& prior) {
  const std::size_t classes = judgments.classes();
  fill_confusion(truth, judgments, [&](Index worker, std::span<float> into) {
    thread_local std::vector<double> alpha;
    alpha.resize(classes * classes);
    prior(worker, std::span(alpha));
    for (auto row = messages.first_row(worker); row < messages.first_row(worker + 1); ++row) {
      for (std::size_t k = 0; k < classes; ++k) {
        alpha[k * classes + messages.label_of(row)] += messages.count(row)[k];
      }
    }
    for (std::size_t k = 0; k < classes; ++k) {
      double sum = 0;
      for (std::size_t l = 0; l < classes; ++l) sum += alpha[k * classes + l];
      for (std::size_t l = 0; l < classes; ++l) {
        into[k * classes + l] = static_cast<float>(alpha[k * classes + l] / sum);
      }
    }
  });
  skill_of_confusion(truth, judgments.workers(), judgments.classes());
}

}  // namespace guildhall::quality
