#include "quality/truth/dawid_skene.h"

#include <algorithm>

#include "quality/truth/dirichlet_rows.h"

namespace guildhall::quality {

Result<Truth> dawid_skene(const Judgments& judgments, Gold gold, const DawidSkeneOptions& options) {
  auto messages = TRY(Messages::make(judgments, gold));
  messages.start();
  auto prior = [&](Index /*worker*/, std::span<double> alpha) {
    std::ranges::fill(alpha, options.pseudo);
  };
  auto done = iterate(
      messages,
      [&] {
        refit_prior(messages, options.pseudo);
        refit_rows(messages, judgments.classes(), RowEstimate::mean, prior);
      },
      options.stopping);
  auto truth = messages.truth(done.last, done.sweeps, done.converged);
  confusion_of_rows(truth, messages, judgments, prior);
  return truth;
}

}  // namespace guildhall::quality
