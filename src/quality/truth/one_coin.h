// One-coin Dawid-Skene: a person is right with one probability whatever the class, and wrong
// answers are spread evenly (Zhang, Chen, Zhou and Jordan, JMLR 17, 2016; ZenCrowd, WWW 2012).
#pragma once

#include "quality/gold.h"
#include "quality/truth/iterate.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

struct OneCoinOptions {
  // Pseudo judgments of each person that were right, and wrong; pseudo items of each class. So few
  // that they decide only what no judgment decides, as in Dawid-Skene.
  double right = 0.01;
  double wrong = 0.01;
  double prior = 0.01;
  bool learn_prior = true;  // false: all classes are as likely
  Stopping stopping;
};

// Errors: quality-input as Messages::make. Ties in the end: labels_of, the lowest class.
Result<Truth> one_coin(const Judgments& judgments, Gold gold, const OneCoinOptions& options = {});

}  // namespace guildhall::quality
