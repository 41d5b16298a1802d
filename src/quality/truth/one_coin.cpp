#include "quality/truth/one_coin.h"

#include <algorithm>

namespace guildhall::quality {
namespace {

// The probability that a person is right, of the expected number of right judgments.
double coin_of(const Messages& messages, const Judgments& judgments, Index worker,
               const OneCoinOptions& options) {
  double right = options.right;
  for (auto row = messages.first_row(worker); row < messages.first_row(worker + 1); ++row) {
    right += messages.count(row)[messages.label_of(row)];
  }
  double made = static_cast<double>(judgments.of_worker(worker).size());
  return std::clamp(right / (made + options.right + options.wrong), 1e-9, 1 - 1e-9);
}

}  // namespace

Result<Truth> one_coin(const Judgments& judgments, Gold gold, const OneCoinOptions& options) {
  auto messages = TRY(Messages::make(judgments, gold));
  messages.start();
  const double others = std::max(1.0, judgments.classes() - 1.0);
  auto refit = [&] {
    if (options.learn_prior) refit_prior(messages, options.prior);
    messages.for_workers([&](Index worker) {
      const double coin = coin_of(messages, judgments, worker, options);
      const auto right = static_cast<float>(std::log(coin));
      const auto wrong = static_cast<float>(std::log((1 - coin) / others));
      for (auto row = messages.first_row(worker); row < messages.first_row(worker + 1); ++row) {
        std::ranges::fill(messages.message(row), wrong);
        messages.message(row)[messages.label_of(row)] = right;
      }
    });
  };
  auto done = iterate(messages, refit, options.stopping);
  auto truth = messages.truth(done.last, done.sweeps, done.converged);
  truth.skill.resize(judgments.workers());
  for (Index w = 0; w < judgments.workers(); ++w) {
    truth.skill[w] = coin_of(messages, judgments, w, options);
  }
  fill_confusion(truth, judgments, [&](Index worker, std::span<float> into) {
    const std::size_t classes = judgments.classes();
    std::ranges::fill(into, static_cast<float>((1 - truth.skill[worker]) / others));
    for (std::size_t k = 0; k < classes; ++k) {
      into[k * (classes + 1)] = static_cast<float>(classes > 1 ? truth.skill[worker] : 1);
    }
  });
  return truth;
}

}  // namespace guildhall::quality
