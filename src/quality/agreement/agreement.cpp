#include "quality/agreement/agreement.h"

#include <algorithm>
#include <cmath>

namespace guildhall::quality {

Result<std::vector<double>> class_values(const Judgments& judgments, ClassValues values) {
  std::vector<double> own(judgments.classes());
  if (values.empty()) {
    for (std::size_t i = 0; i < own.size(); ++i) own[i] = static_cast<double>(i);
    return own;
  }
  if (values.size() != own.size()) {
    return fail(Fault::invalid, "quality-input", "There is not one value for each class.");
  }
  for (double value : values) {
    if (!std::isfinite(value)) {
      return fail(Fault::invalid, "quality-input", "A class's value is not a finite number.");
    }
  }
  std::ranges::copy(values, own.begin());
  return own;
}

double jackknife_error(double sum, double squares, std::size_t count) {
  if (count < 2) return 0;
  auto n = static_cast<double>(count);
  return std::sqrt(std::max(0.0, squares - sum * sum / n) * n / (n - 1));
}

}  // namespace guildhall::quality
