// One-coin Dawid-Skene: a person is right with one probability whatever the class, and wrong
// answers are spread evenly (Zhang, Chen, Zhou and Jordan, JMLR 17, 2016; ZenCrowd, WWW 2012).
#pragma once

#include "quality/gold.h"
#include "quality/truth/iterate.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

struct OneCoinOptions {
  double right = 2;  // pseudo judgments of each person that were right
  double wrong = 1;  // and wrong: nobody is certain, nobody is worse than a guess for one slip
  double prior = 1;  // pseudo items of each class
  bool learn_prior = true;  // false: all classes are as likely
  Stopping stopping;
};

// Errors: quality-input as Messages::make. Ties in the end: labels_of, the lowest class.
Result<Truth> one_coin(const Judgments& judgments, Gold gold, const OneCoinOptions& options = {});

}  // namespace guildhall::quality
