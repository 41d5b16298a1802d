// What each person may be expected to answer on an item: its popularity, tilted by the person's own
// habits (each label, and the consensus), so that the expected counts are the observed ones.
// Source: iterative proportional fitting, Deming and Stephan 1940.
//
// Concurrency: immutable once made; parallel inside. Memory: 4 bytes a judgment and class; workers
// x (classes + 1) floats.
#pragma once

#include <span>
#include <vector>

#include "quality/judgments.h"

namespace guildhall::quality {

class Habits {
 public:
  Habits(const Judgments& judgments, std::span<const float> posterior);

  // The label of the highest posterior.
  Label consensus(Index item) const { return consensus_[item]; }

  // The chance that independent answers of both on this item are the same; theirs are left out of
  // its popularity. `scratch`: 3 x classes.
  double agreement(Index item, Index left, Label left_label, Index right, Label right_label,
                   double& wrong, std::span<double> scratch) const;

 private:
  void count_votes(std::span<const float> posterior);
  void popularity(Index item, std::span<double> out, Label without, Label without_too,
                  int left_out) const;
  void tilt(Index worker, Index item, std::span<const double> popularity,
            std::span<double> out) const;
  void fit_worker(Index worker);

  const Judgments& judgments_;
  std::size_t classes_;
  std::vector<Label> consensus_;
  std::vector<float> votes_;  // items x classes
  std::vector<float> tilt_;   // workers x (classes + 1); the last: of the consensus
};

}  // namespace guildhall::quality
