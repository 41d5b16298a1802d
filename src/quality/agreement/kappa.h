// Chance-corrected agreement of any number of raters: Fleiss's kappa, Gwet's AC1 and AC2,
// Brennan and Prediger's, Conger's kappa, and of two raters Cohen's kappa. With weights, nearly
// right counts in part.
//
// They differ in what chance is: the classes as all raters together use them (Fleiss), as each of
// them does (Cohen, Conger), each class alike (Brennan-Prediger), or the classes' own uncertainty
// (Gwet), which does not fall apart where one class is rare.
//
// Concurrency: free functions; same result on any number of threads.
#pragma once

#include "quality/agreement/agreement.h"

namespace guildhall::quality {

enum class Kappa : std::uint8_t { fleiss, gwet, brennan_prediger, conger };

// What two classes' agreement is worth, 1 on the diagonal (Gwet 2014, ch. 3). By values: 1 minus
// the difference over the largest, plain (linear), squared (quadratic) or its root (radical);
// ordinal: by the number of pairs of classes from the one to the other.
enum class Weighting : std::uint8_t { none, linear, quadratic, radical, ordinal };

struct KappaOptions {
  Weighting weighting = Weighting::none;
  ClassValues values = {};
};

// Fleiss 1971, Gwet 2008, Brennan and Prediger 1981, Conger 1980, all as generalised to missing
// judgments and weights by Gwet 2014; with weights Gwet's is AC2. A class that nobody chose counts
// in Gwet's and Brennan-Prediger's: it could have been chosen. Standard errors: the linearised
// variance over items of Gwet 2014, Conger's by the infinitesimal jackknife over items. Refused
// (quality-input): values that do not fit, no item with two judgments, chance agreement of 1,
// fewer than two classes (Gwet, Brennan-Prediger) or raters (Conger).
Result<Agreement> kappa(const Judgments& judgments, Kappa kind, const KappaOptions& options = {});

// Of two raters over the items that both judged (Cohen 1960, 1968), with the large-sample standard
// error of Fleiss, Cohen and Everitt 1969.
Result<Agreement> cohen_kappa(const Judgments& judgments, Index one, Index other,
                              const KappaOptions& options = {});

// The weight of each two classes by these options.
class ClassWeights {
 public:
  ClassWeights(Weighting weighting, std::vector<double> values);
  double operator()(std::size_t a, std::size_t b) const;
  bool plain() const { return weighting_ == Weighting::none; }
  std::size_t classes() const { return values_.size(); }
  double sum() const;  // over all ordered pairs

 private:
  Weighting weighting_;
  std::vector<double> values_;
  double range_ = 0;
};

// Chance agreement where all raters together use the classes with these shares (not Conger's).
double chance_agreement(Kappa kind, const ClassWeights& weights, std::span<const double> share);

}  // namespace guildhall::quality
