#include "quality/truth/kos.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

namespace guildhall::quality {
namespace {

// A row an item, a column a worker: 0, 1, or -1 where the two do not meet.
Judgments grid(const std::vector<std::vector<int>>& rows) {
  Columns columns;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t w = 0; w < rows[i].size(); ++w) {
      if (rows[i][w] < 0) continue;
      columns.item.push_back(static_cast<Index>(i));
      columns.worker.push_back(static_cast<Index>(w));
      columns.label.push_back(static_cast<Label>(rows[i][w]));
    }
  }
  return *Judgments::make(columns, static_cast<Index>(rows.size()),
                          static_cast<Index>(rows[0].size()), 2);
}

// As the paper writes it: a matrix of each kind of message, sums over everybody but the receiver.
std::vector<double> by_definition(const std::vector<std::vector<int>>& rows, int rounds) {
  const std::size_t items = rows.size();
  const std::size_t workers = rows[0].size();
  auto sign = [&](std::size_t i, std::size_t w) {
    return rows[i][w] < 0 ? 0.0 : rows[i][w] == 0 ? 1.0 : -1.0;
  };
  std::vector<std::vector<double>> to_item(items, std::vector<double>(workers, 1));
  auto to_worker = to_item;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < items; ++i) {
      for (std::size_t w = 0; w < workers; ++w) {
        to_worker[i][w] = 0;
        for (std::size_t u = 0; u < workers; ++u) {
          to_worker[i][w] += u == w ? 0 : sign(i, u) * to_item[i][u];
        }
      }
    }
    for (std::size_t i = 0; i < items; ++i) {
      for (std::size_t w = 0; w < workers; ++w) {
        to_item[i][w] = 0;
        for (std::size_t j = 0; j < items; ++j) {
          to_item[i][w] += j == i ? 0 : sign(j, w) * to_worker[j][w];
        }
      }
    }
  }
  std::vector<double> first;
  for (std::size_t i = 0; i < items; ++i) {
    double sum = 0;
    double all = 0;
    for (std::size_t w = 0; w < workers; ++w) {
      sum += sign(i, w) * to_item[i][w];
      all += std::abs(sign(i, w) * to_item[i][w]);
    }
    first.push_back(all > 0 ? (1 + sum / all) / 2 : 0.5);
  }
  return first;
}

// A graph with cycles, so that what comes back from a receiver would count; one worker of a single
// judgment, whom no message reaches.
const std::vector<std::vector<int>> kGrid = {{0, 0, 1, -1, 0},  {1, 1, -1, 1, -1},
                                             {0, -1, 0, 1, -1}, {1, 0, 1, 1, -1},
                                             {-1, 0, 0, 1, -1}, {1, 1, 1, -1, -1}};

TEST_CASE("KOS passes on what all but the receiver have said") {
  auto judgments = grid(kGrid);
  for (int rounds : {1, 2, 5}) {
    CAPTURE(rounds);
    auto truth = *kos(judgments, {}, rounds);
    auto first = by_definition(kGrid, rounds);
    for (Index item = 0; item < kGrid.size(); ++item) {
      CHECK(std::abs(truth.of_item(item, 2)[0] - first[item]) < 1e-12);
    }
  }
}

TEST_CASE("nobody confirms themselves in KOS") {
  // The first two judged this item alone: no message says anything of them. The third's on it comes
  // from the second item, where they are alone. So nobody has any weight.
  auto judgments = grid({{0, 0, 1}, {-1, -1, 1}});
  auto truth = *kos(judgments, {}, 1);
  CHECK(truth.of_item(0, 2)[0] == 0.5);
  // On the second item the third is whom two others contradicted.
  CHECK(truth.of_item(1, 2)[0] == 1);
}

}  // namespace
}  // namespace guildhall::quality
