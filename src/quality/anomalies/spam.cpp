#include "quality/anomalies/spam.h"

#include <algorithm>
#include <cmath>

#include "quality/distributions.h"
#include "quality/parallel.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

constexpr int kSpamDraws = 100;
constexpr double kSuspectBelow = 0.25;
constexpr double kSuspectP = 0.01;

// Mean squared distance between rows: 1 / (K (K - 1)) over pairs of rows.
double row_distance(std::span<const double> rows, std::size_t k) {
  double sum = 0;
  for (std::size_t a = 0; a < k; ++a) {
    for (std::size_t b = a + 1; b < k; ++b) {
      for (std::size_t label = 0; label < k; ++label) {
        double off = rows[a * k + label] - rows[b * k + label];
        sum += off * off;
      }
    }
  }
  return k > 1 ? std::min(sum / static_cast<double>(k * (k - 1)), 1.0) : 0;
}

// P(chi-square of `freedom` >= x), by Wilson and Hilferty.
double chi_square_above(double x, double freedom) {
  if (x <= 0 || freedom <= 0) return 1;
  double off = 2 / (9 * freedom);
  return normal_above((std::cbrt(x / freedom) - (1 - off)) / std::sqrt(off));
}

class SpamScorer {
 public:
  SpamScorer(const Judgments& judgments, std::span<const float> posterior, std::uint64_t seed)
      : judgments_(judgments), posterior_(posterior), seed_(seed), k_(judgments.classes()) {}

  SpamScore of(Index worker) const {
    SpamScore out;
    auto row = judgments_.of_worker(worker);
    out.judged = static_cast<Index>(row.size());
    std::vector<double> counts(k_ * k_, 0);
    for (std::size_t i = 0; i < row.size(); ++i) {
      for (std::size_t truth = 0; truth < k_; ++truth) {
        counts[truth * k_ + row.label[i]] +=
            static_cast<double>(posterior_[row.other[i] * k_ + truth]);
      }
    }
    std::vector<double> column(k_, 0);
    for (std::size_t i = 0; i < counts.size(); ++i) column[i % k_] += counts[i];
    labels(row, column, out);
    rows(counts, column, worker, out);
    out.independent_p = independence(counts, column, out.judged);
    out.suspect =
        k_ > 1 && out.judged > 0 && out.upper < kSuspectBelow && out.independent_p >= kSuspectP;
    return out;
  }

 private:
  void labels(const Votes& row, std::span<const double> column, SpamScore& out) const {
    if (row.size() == 0) return;
    auto most = std::ranges::max_element(column);
    out.favourite = static_cast<Label>(most - column.begin());
    out.favourite_share = *most / static_cast<double>(row.size());
    for (double one : column) {
      double share = one / static_cast<double>(row.size());
      if (share > 0) out.entropy -= share * std::log2(share);
    }
  }

  // Rows as counted, an unseen class as the person answers on the whole; then drawn.
  void rows(std::span<const double> counts, std::span<const double> column, Index worker,
            SpamScore& out) const {
    std::vector<double> base(k_);
    for (std::size_t label = 0; label < k_; ++label) {
      base[label] = (column[label] + 0.5) / (out.judged + 0.5 * static_cast<double>(k_));
    }
    std::vector<double> rows(k_ * k_);
    fill(counts, base, rows);
    out.score = row_distance(rows, k_);
    Seeded chance(seed_, 60u << 20, worker);
    std::vector<double> drawn(kSpamDraws);
    for (auto& one : drawn) {
      for (std::size_t truth = 0; truth < k_; ++truth) {
        double sum = 0;
        for (std::size_t label = 0; label < k_; ++label) {
          double shape = counts[truth * k_ + label] + 1.0 / static_cast<double>(k_);
          sum += rows[truth * k_ + label] = chance.gamma(shape) + 1e-12;
        }
        for (std::size_t label = 0; label < k_; ++label) rows[truth * k_ + label] /= sum;
      }
      one = row_distance(rows, k_);
    }
    std::ranges::sort(drawn);
    out.lower = drawn[kSpamDraws / 20];
    out.upper = drawn[kSpamDraws - 1 - kSpamDraws / 20];
  }

  void fill(std::span<const double> counts, std::span<const double> base,
            std::span<double> rows) const {
    for (std::size_t truth = 0; truth < k_; ++truth) {
      double all = 0;
      for (std::size_t label = 0; label < k_; ++label) all += counts[truth * k_ + label];
      for (std::size_t label = 0; label < k_; ++label) {
        rows[truth * k_ + label] = all > 1e-9 ? counts[truth * k_ + label] / all : base[label];
      }
    }
  }

  double independence(std::span<const double> counts, std::span<const double> column,
                      double all) const {
    double g = 0;
    double rows_seen = 0;
    double columns_seen = 0;
    for (double one : column) columns_seen += one > 1e-9 ? 1 : 0;
    for (std::size_t truth = 0; truth < k_; ++truth) {
      double row = 0;
      for (std::size_t label = 0; label < k_; ++label) row += counts[truth * k_ + label];
      rows_seen += row > 1e-9 ? 1 : 0;
      for (std::size_t label = 0; label < k_; ++label) {
        double seen = counts[truth * k_ + label];
        if (seen > 1e-12) g += 2 * seen * std::log(seen * all / (row * column[label]));
      }
    }
    return chi_square_above(g, (rows_seen - 1) * (columns_seen - 1));
  }

  const Judgments& judgments_;
  std::span<const float> posterior_;
  std::uint64_t seed_;
  std::size_t k_;
};

}  // namespace

Result<std::vector<SpamScore>> score_spam(const Judgments& judgments,
                                          std::span<const float> posterior, std::uint64_t seed) {
  if (posterior.size() != std::size_t{judgments.items()} * judgments.classes() ||
      judgments.classes() > kSpamClasses) {
    return fail(Fault::invalid, "quality-input",
                "The posterior is not of these judgments, or there are too many classes.");
  }
  std::vector<SpamScore> scores(judgments.workers());
  SpamScorer scorer(judgments, posterior, seed);
  in_blocks(scores.size(), block_count(scores.size(), 32), [&](Block block) {
    for (auto i = block.from; i < block.to; ++i) scores[i] = scorer.of(static_cast<Index>(i));
  });
  return scores;
}

}  // namespace guildhall::quality
