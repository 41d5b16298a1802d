// Agreement kept up to date: a judgment is added in time that depends on its item alone, a
// coefficient is read in time that depends on the classes alone, and what is read is what a pass
// over all judgments would give (but for the standard error, which needs that pass).
//
// Concurrency: one thread. Memory: 16 bytes a pair of classes, 8 a judgment, 24 an item.
// Limits: kMaxLiveClasses.
#pragma once

#include <vector>

#include "quality/agreement/alpha.h"
#include "quality/agreement/kappa.h"

namespace guildhall::quality {

class LiveAgreement {
 public:
  // Refused (quality-input): more than kMaxLiveClasses.
  static Result<LiveAgreement> make(Label classes);

  // False, and nothing changes, where this worker has judged the item before. Items and workers
  // may be new. Refused (quality-input): a class that there is not.
  Result<bool> add(Index item, Index worker, Label label);

  // Errors as krippendorff_alpha() and kappa() have them; `error` is 0. Conger's kappa needs every
  // rater's own shares and is refused.
  Result<Agreement> alpha(const AlphaOptions& options = {}) const;
  Result<Agreement> kappa(Kappa kind, const KappaOptions& options = {}) const;

 private:
  struct Vote {
    Index worker;
    Label label;
  };
  explicit LiveAgreement(Label classes);
  void count(const std::vector<Vote>& votes, double sign);
  Result<std::vector<double>> values_of(ClassValues values) const;

  std::size_t classes_;
  std::vector<std::vector<Vote>> item_;
  std::vector<double> together_;  // ordered pairs of an item's judgments over judgments - 1
  std::vector<double> agreed_;    // the same over judgments × (judgments - 1)
  std::vector<double> share_;     // a class: sum over items of its share
  std::size_t once_ = 0;          // items with a judgment
  std::size_t twice_ = 0;         // and with two
  std::size_t judgments_ = 0;
  std::size_t paired_ = 0;  // judgments of items with two
};

}  // namespace guildhall::quality
