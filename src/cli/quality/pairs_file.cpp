#include "cli/quality/pairs_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace guildhall::cli {
namespace {

struct PairColumns {
  int left = -1;
  int right = -1;
  int winner = -1;  // -1: left won
  int worker = -1;
};

Result<PairColumns> pair_columns(const Header& header) {
  PairColumns at;
  at.worker = header.find({"worker", "workerid", "annotator", "rater", "judge", "member", "user"});
  at.left = header.find({"left", "a", "modela", "itema", "first"});
  at.right = header.find({"right", "b", "modelb", "itemb", "second"});
  at.winner = header.find({"winner", "label", "answer", "outcome", "preference", "result"});
  const int loser = header.find({"loser"});
  if (at.winner >= 0 && loser >= 0 && (at.left < 0 || at.right < 0)) {
    return PairColumns{at.winner, loser, -1, at.worker};
  }
  if (at.left >= 0 && at.right >= 0 && at.winner >= 0) return at;
  return fail(Fault::invalid, "quality-input",
              fmt::format("Comparisons need the columns left, right and winner, or winner and "
                          "loser; the first line has: {}. If that is no header, name the columns: "
                          "--columns left,right,winner",
                          header.list()));
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) {
    return std::ranges::equal(
        text, word, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
  });
}

// The names of the two come first: an item may be called "b".
std::optional<quality::Outcome> outcome_of(std::string_view winner, std::string_view left,
                                           std::string_view right) {
  if (winner == left && left != right) return quality::Outcome::left;
  if (winner == right && left != right) return quality::Outcome::right;
  if (is_one_of(winner, {"left", "a", "model_a", "first"})) return quality::Outcome::left;
  if (is_one_of(winner, {"right", "b", "model_b", "second"})) return quality::Outcome::right;
  if (is_one_of(winner, {"tie", "draw", "equal", "both", "neither", "tie (bothbad)"})) {
    return quality::Outcome::tie;
  }
  return std::nullopt;
}

struct Pairs {
  PairColumns at;
  quality::ComparisonColumns columns;
  Names items;
  Names workers;
  std::uint64_t incomplete = 0;
  std::uint64_t unclear = 0;

  void take(std::span<const std::string_view> cells) {
    auto left = cell_of(cells, at.left);
    auto right = cell_of(cells, at.right);
    auto winner = at.winner < 0 ? left : cell_of(cells, at.winner);
    auto worker = cell_of(cells, at.worker);
    if (left.empty() || right.empty() || winner.empty() || (at.worker >= 0 && worker.empty())) {
      ++incomplete;
      return;
    }
    auto outcome =
        at.winner < 0 ? std::optional(quality::Outcome::left) : outcome_of(winner, left, right);
    if (!outcome) {
      ++unclear;
      return;
    }
    columns.left.push_back(items.number_of(left));
    columns.right.push_back(items.number_of(right));
    columns.outcome.push_back(*outcome);
    if (at.worker >= 0) columns.worker.push_back(workers.number_of(worker));
  }
};

}  // namespace

Result<PairsFile> read_pairs(const PairsSource& source, const Progress& progress) {
  auto file = TRY(MappedFile::open(source.path));
  Pairs pairs;
  TRY(read_rows(
      file.text(), source.columns, progress,
      [&](const Header& header) -> Result<void> {
        pairs.at = TRY(pair_columns(header));
        return {};
      },
      [&](std::span<const std::string_view> cells, std::uint64_t) -> Result<void> {
        pairs.take(cells);
        return {};
      }));
  if (pairs.columns.left.empty()) {
    return fail(Fault::invalid, "quality-input",
                pairs.incomplete + pairs.unclear == 0
                    ? "The file has no rows."
                    : "No row names two items and says which of them won.");
  }
  auto made =
      TRY(quality::Comparisons::make(pairs.columns, pairs.items.count(), pairs.workers.count()));
  return PairsFile{std::move(made), std::move(pairs.items), std::move(pairs.workers),
                   pairs.incomplete, pairs.unclear};
}

std::string told(const PairsFile& file) {
  auto out = fmt::format("{} comparisons of {} items", file.comparisons.size(), file.items.count());
  if (file.workers.count() > 0) out += fmt::format(" by {} people", file.workers.count());
  out += ".\n";
  if (file.incomplete > 0) {
    out += fmt::format("Left out: {} rows without a name or a winner.\n", file.incomplete);
  }
  if (file.unclear > 0) {
    out += fmt::format("Left out: {} rows whose winner is neither of the two.\n", file.unclear);
  }
  if (file.comparisons.left_out() > 0) {
    out += fmt::format("Left out: {} comparisons of an item with itself.\n",
                       file.comparisons.left_out());
  }
  if (file.comparisons.part_count() > 1) {
    out += fmt::format(
        "The items fall into {} groups that were never compared with one another: "
        "scores hold within a group only.\n",
        file.comparisons.part_count());
  }
  return out;
}

}  // namespace guildhall::cli
