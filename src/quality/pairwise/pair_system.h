// Systems of equations whose matrix is a graph of pairs: (L + ridge I) x = b, where L has for each
// pair its weight on both diagonal places and minus it off them (a Laplacian). Newton's steps and
// the intervals of the pairwise methods are such systems.
//
// Up to kDenseItems by Cholesky, beyond it by conjugate gradients with the diagonal as
// preconditioner (Hestenes and Stiefel 1952). Without a ridge the answer is the one whose mean is 0
// in each connected part; b must have it too.
//
// Concurrency: const after construction; solve() uses the engine's threads, solve_alone() one.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "quality/pairwise/comparisons.h"
#include "quality/parallel.h"

namespace guildhall::quality {

inline constexpr Index kDenseItems = 192;
inline constexpr int kMaxConjugateSteps = 1'000;  // of one system; the best so far is taken

// A symmetric positive definite matrix, row by row; its upper half is replaced by the factor U of
// A = U'U. A pivot that is not positive is raised to `least`: semidefinite becomes definite.
void cholesky(std::vector<double>& matrix, std::size_t size, double least = 1e-12);
// Solves U'U x = b in place.
void cholesky_solve(const std::vector<double>& factor, std::size_t size, std::span<double> x);
// The inverse of U'U, both halves.
std::vector<double> cholesky_inverse(const std::vector<double>& factor, std::size_t size);

class PairSystem {
 public:
  // `weight`: one a pair, not below 0. Data and weight are kept by reference.
  PairSystem(const Comparisons& data, std::span<const double> weight, double ridge);

  // Until the residual is `tolerance` of what it was; exact where dense.
  std::vector<double> solve(std::span<const double> b, double tolerance) const {
    return solved(b, tolerance, true);
  }
  std::vector<double> solve_alone(std::span<const double> b, double tolerance) const {
    return solved(b, tolerance, false);
  }

 private:
  std::vector<double> solved(std::span<const double> b, double tolerance, bool threads) const;
  void apply(std::span<const double> x, std::span<double> y, bool threads) const;

  const Comparisons& data_;
  std::span<const double> weight_;
  double ridge_;
  std::vector<double> diagonal_;  // of the preconditioner
  std::vector<double> factor_;    // where dense
};

// The matrix itself, items × items, where they are few; without a ridge each part's ones are added
// (divided by its size), which makes it definite and changes no answer whose part's mean is 0.
std::vector<double> dense_pair_matrix(const Comparisons& data, std::span<const double> weight,
                                      double ridge);

// Calls work for blocks of the items that are worth a thread, judged by how many pairs there are.
void in_item_blocks(const Comparisons& data, bool threads, const std::function<void(Block)>& work);
std::size_t item_block_count(const Comparisons& data);

// How pair-wise values add up by item: + for the first, - for the second of each pair.
std::vector<double> by_item(const Comparisons& data, std::span<const double> value,
                            std::size_t stride = 1, std::size_t offset = 0);

}  // namespace guildhall::quality
