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

// Adds value(pair, first, second) to the pair's first item, and `sign` times it to its second.
// Pairs are taken in their order, so that what is read together lies together: by item, each of 9
// million weights would be fetched from memory twice and alone. Blocks have sums of their own.
template <class Value>
void add_up(const Comparisons& data, bool threads, double sign, std::span<double> out,
            const Value& value) {
  auto pairs = data.pairs();
  std::size_t items = data.items();
  std::size_t most = std::clamp<std::size_t>(pairs.size() / std::max<std::size_t>(items, 1), 1, 16);
  auto blocks = threads ? block_count(pairs.size(), 16'384, most) : 1;
  std::vector<double> sums(blocks * items);
  in_blocks(pairs.size(), blocks, [&](Block block) {
    double* own = sums.data() + block.number * items;
    for (auto pair = block.from; pair < block.to;) {
      auto first = pairs[pair].first;
      double total = 0;
      for (; pair < block.to && pairs[pair].first == first; ++pair) {
        auto second = pairs[pair].second;
        double one = value(pair, first, second);
        total += one;
        own[second] += sign * one;
      }
      own[first] += total;
    }
  });
  for (std::size_t block = 0; block < blocks; ++block) {
    for (std::size_t i = 0; i < items; ++i) out[i] += sums[block * items + i];
  }
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
  add_up(data, true, -1, sum, [&](std::size_t pair, Index /*first*/, Index /*second*/) {
    return value[pair * stride + offset];
  });
  return sum;
}

PairSystem::PairSystem(const Comparisons& data, std::span<const double> weight, double ridge)
    : data_(data), weight_(weight), ridge_(ridge) {
  if (data.items() <= kDenseItems) {
    factor_ = dense_pair_matrix(data, weight, ridge);
    cholesky(factor_, data.items());
    return;
  }
  diagonal_.assign(data.items(), ridge);
  add_up(data, true, 1, diagonal_,
         [&](std::size_t pair, Index /*first*/, Index /*second*/) { return weight[pair]; });
  for (double& one : diagonal_) one = std::max(one, 1e-12);
}

void PairSystem::apply(std::span<const double> x, std::span<double> y, bool threads) const {
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = ridge_ * x[i];
  add_up(data_, threads, -1, y, [&](std::size_t pair, Index first, Index second) {
    return weight_[pair] * (x[first] - x[second]);
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
