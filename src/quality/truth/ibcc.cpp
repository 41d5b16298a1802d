#include "quality/truth/ibcc.h"

#include <algorithm>

#include "quality/truth/dirichlet_rows.h"

namespace guildhall::quality {

Result<Truth> ibcc(const Judgments& judgments, Gold gold, const IbccOptions& options) {
  auto messages = TRY(Messages::make(judgments, gold));
  const std::size_t classes = judgments.classes();
  messages.start();
  auto prior = [&](Index /*worker*/, std::span<double> alpha) {
    std::ranges::fill(alpha, options.wrong);
    for (std::size_t k = 0; k < classes; ++k) alpha[k * (classes + 1)] = options.right;
  };
  auto done = iterate(
      messages,
      [&] {
        auto log_prior = messages.log_prior();
        double all = digamma(static_cast<double>(messages.judged()) +
                             options.prior * static_cast<double>(classes));
        for (std::size_t k = 0; k < classes; ++k) {
          log_prior[k] =
              static_cast<float>(digamma(messages.state_count()[k] + options.prior) - all);
        }
        refit_rows(messages, judgments.classes(), RowEstimate::variational, prior);
      },
      options.stopping);
  auto truth = messages.truth(done.last, done.sweeps, done.converged);
  confusion_of_rows(truth, messages, judgments, prior);
  return truth;
}

}  // namespace guildhall::quality
