#include "quality/truth/messages.h"

#include <doctest/doctest.h>

#include <cmath>

#include "quality/seeded.h"
#include "quality/truth/hierarchical.h"

namespace guildhall::quality {
namespace {

Judgments even_crowd(Index items, Index workers, std::vector<Label>& truth) {
  Seeded draw(3);
  Columns columns;
  for (Index item = 0; item < items; ++item) {
    truth.push_back(static_cast<Label>(draw.below(2)));
    for (Index v = 0; v < 5; ++v) {
      columns.item.push_back(item);
      columns.worker.push_back((item + v * 3) % workers);
      auto wrong = draw.uniform() < 0.2 ? 1U : 0U;
      columns.label.push_back(static_cast<Label>(truth.back() ^ wrong));
    }
  }
  for (Index item = 0; item < 3; ++item) {  // one more person, wrong three times
    columns.item.push_back(item);
    columns.worker.push_back(workers);
    columns.label.push_back(static_cast<Label>(1 - truth[item]));
  }
  return *Judgments::make(columns, items, workers + 1, 2);
}

TEST_CASE("expected counts of all blocks add up to the judgments") {
  std::vector<Label> truth;
  auto judgments = even_crowd(20'000, 30, truth);
  auto messages = *Messages::make(judgments, {});
  auto counted = [&] {
    double sum = 0;
    for (std::size_t row = 0; row < messages.first_row(judgments.workers()); ++row) {
      for (double one : messages.count(row)) sum += one;
    }
    return sum;
  };
  messages.start();
  CHECK(std::abs(counted() / static_cast<double>(judgments.size()) - 1) < 1e-6);
  messages.sweep();
  CHECK(std::abs(counted() / static_cast<double>(judgments.size()) - 1) < 1e-6);
  CHECK(std::abs(messages.state_count()[0] + messages.state_count()[1] - 20'000) < 0.02);
}

TEST_CASE("where people are alike, three slips do not make somebody a bad judge") {
  std::vector<Label> truth;
  auto judgments = even_crowd(1'000, 30, truth);
  auto found = *hierarchical(judgments, {});
  CHECK(std::abs(found.skill[0] - 0.8) < 0.05);
  CHECK(found.skill[30] > 0.7);
}

}  // namespace
}  // namespace guildhall::quality
