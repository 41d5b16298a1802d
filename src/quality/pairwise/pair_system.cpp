#include "quality/pairwise/pair_system.h"

#include <algorithm>
#include <cmath>

namespace guildhall::quality {
namespace {

double inner(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

std::size_t item_block_count(const Comparisons& data) {
  return std::clamp<std::size_t>(data.items(), 1, block_count(data.pairs().size(), 16'384));
}

void in_item_blocks(const Comparisons& data, bool threads, const std::function<void(Block)>& work) {
  in_blocks(data.items(), threads ? item_block_count(data) : 1, work);
}

void cholesky(std::vector<double>& matrix, std::size_t size, double least) {
  for (std::size_t k = 0; k < size; ++k) {
    double* row = matrix.data() + k * size;
    double pivot = std::sqrt(std::max(row[k], least));
    row[k] = pivot;
    for (std::size_t j = k + 1; j < size; ++j) row[j] /= pivot;
    for (std::size_t i = k + 1; i < size; ++i) {
      double factor = row[i];
      if (factor == 0) continue;
      double* below = matrix.data() + i * size;
      for (std::size_t j = i; j < size; ++j) below[j] -= factor * row[j];
    }
  }
}

void cholesky_solve(const std::vector<double>& factor, std::size_t size, std::span<double> x) {
  for (std::size_t i = 0; i < size; ++i) {
    const double* row = factor.data() + i * size;
    x[i] /= row[i];
    for (std::size_t j = i + 1; j < size; ++j) x[j] -= row[j] * x[i];
  }
  for (std::size_t i = size; i-- > 0;) {
    const double* row = factor.data() + i * size;
    double sum = x[i];
    for (std::size_t j = i + 1; j < size; ++j) sum -= row[j] * x[j];
    x[i] = sum / row[i];
  }
}

std::vector<double> cholesky_inverse(const std::vector<double>& factor, std::size_t size) {
  // R = U^-1 row by row from the last: R[i] = (e_i - sum over j > i of U[i][j] R[j]) / U[i][i].
  std::vector<double> root(size * size);
  for (std::size_t i = size; i-- > 0;) {
    double* row = root.data() + i * size;
    row[i] = 1;
    for (std::size_t j = i + 1; j < size; ++j) {
      double times = factor[i * size + j];
      const double* other = root.data() + j * size;
      for (std::size_t k = j; k < size; ++k) row[k] -= times * other[k];
    }
    for (std::size_t k = i; k < size; ++k) row[k] /= factor[i * size + i];
  }
  std::vector<double> inverse(size * size);
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = i; j < size; ++j) {
      std::size_t from = j;
      double value = inner({root.data() + i * size + from, size - from},
                           {root.data() + j * size + from, size - from});
      inverse[i * size + j] = inverse[j * size + i] = value;
    }
  }
  return inverse;
}

std::vector<double> dense_pair_matrix(const Comparisons& data, std::span<const double> weight,
                                      double ridge) {
  std::size_t size = data.items();
  std::vector<double> matrix(size * size);
  for (std::size_t i = 0; i < size; ++i) matrix[i * size + i] = ridge;
  for (std::size_t pair = 0; pair < data.pairs().size(); ++pair) {
    auto [first, second] = data.pairs()[pair];
    matrix[first * size + first] += weight[pair];
    matrix[second * size + second] += weight[pair];
    matrix[first * size + second] -= weight[pair];
    matrix[second * size + first] -= weight[pair];
  }
  if (ridge > 0) return matrix;
  std::vector<double> members(data.part_count());
  for (Index part : data.parts()) members[part] += 1;
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) {
      if (data.parts()[i] == data.parts()[j]) {
        matrix[i * size + j] += 1 / members[data.parts()[i]];
      }
    }
  }
  return matrix;
}

std::vector<double> by_item(const Comparisons& data, std::span<const double> value,
                            std::size_t stride, std::size_t offset) {
  std::vector<double> sum(data.items());
  in_item_blocks(data, true, [&](Block block) {
    for (auto item = block.from; item < block.to; ++item) {
      double total = 0;
      for (auto [other, pair] : data.of_item(static_cast<Index>(item))) {
        double one = value[pair * stride + offset];
        total += item < other ? one : -one;
      }
      sum[item] = total;
    }
  });
  return sum;
}

PairSystem::PairSystem(const Comparisons& data, std::span<const double> weight, double ridge)
    : data_(data), weight_(weight) {
  if (data.items() <= kDenseItems) {
    factor_ = dense_pair_matrix(data, weight, ridge);
    cholesky(factor_, data.items());
    return;
  }
  diagonal_.resize(data.items());
  in_item_blocks(data, true, [&](Block block) {
    for (auto item = block.from; item < block.to; ++item) {
      double sum = ridge;
      for (auto [other, pair] : data.of_item(static_cast<Index>(item))) sum += weight[pair];
      diagonal_[item] = std::max(sum, 1e-12);
    }
  });
}

void PairSystem::apply(std::span<const double> x, std::span<double> y, bool threads) const {
  in_item_blocks(data_, threads, [&](Block block) {
    for (auto item = block.from; item < block.to; ++item) {
      double sum = 0;
      for (auto [other, pair] : data_.of_item(static_cast<Index>(item))) {
        sum += weight_[pair] * x[other];
      }
      y[item] = diagonal_[item] * x[item] - sum;
    }
  });
}

std::vector<double> PairSystem::solved(std::span<const double> b, double tolerance,
                                       bool threads) const {
  std::size_t size = b.size();
  if (size <= kDenseItems) {
    std::vector<double> x(b.begin(), b.end());
    cholesky_solve(factor_, size, x);
    return x;
  }
  std::vector<double> x(size);
  std::vector<double> residual(b.begin(), b.end());
  std::vector<double> ready(size);
  for (std::size_t i = 0; i < size; ++i) ready[i] = residual[i] / diagonal_[i];
  std::vector<double> direction = ready;
  std::vector<double> image(size);
  double norm = inner(residual, ready);
  double enough = norm * tolerance * tolerance;
  for (int step = 0; step < kMaxConjugateSteps && norm > enough && norm > 1e-300; ++step) {
    apply(direction, image, threads);
    double curvature = inner(direction, image);
    if (!(curvature > 0)) break;
    double along = norm / curvature;
    for (std::size_t i = 0; i < size; ++i) {
      x[i] += along * direction[i];
      residual[i] -= along * image[i];
      ready[i] = residual[i] / diagonal_[i];
    }
    double next = inner(residual, ready);
    double keep = next / norm;
    norm = next;
    for (std::size_t i = 0; i < size; ++i) direction[i] = ready[i] + keep * direction[i];
  }
  return x;
}

}  // namespace guildhall::quality
