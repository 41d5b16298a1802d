#include "quality/truth/truth.h"

namespace guildhall::quality {

std::vector<Label> labels_of(const Truth& truth, Index items, Label classes) {
  constexpr double kTie = 1e-12;
  std::vector<Label> labels(items, 0);
  for (Index item = 0; item < items; ++item) {
    auto row = truth.of_item(item, classes);
    for (Label label = 1; label < classes; ++label) {
      if (row[label] > row[labels[item]] + kTie) labels[item] = label;
    }
  }
  return labels;
}

}  // namespace guildhall::quality
