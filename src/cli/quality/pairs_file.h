// A file of comparisons as the quality engine takes them: left, right, winner, and where there is
// such a column the worker; or winner and loser.
//
// A winner is "left", "right" or "tie" (also "a", "b", "draw", "equal", "both", "neither"), or the
// name of one of the two; anything else leaves the row out, and it is counted.
//
// Concurrency: one thread. Limits: kMaxComparisons.
#pragma once

#include <string>

#include "cli/quality/table.h"
#include "quality/pairwise/comparisons.h"

namespace guildhall::cli {

struct PairsFile {
  quality::Comparisons comparisons;
  Names items;
  Names workers;                 // empty: no column
  std::uint64_t incomplete = 0;  // rows left out: a name or the winner lacks
  std::uint64_t unclear = 0;     // and those whose winner is neither of the two
};

struct PairsSource {
  std::string path;     // "-": standard input
  std::string columns;  // names of columns, where the file has no header
};

// Errors: as MappedFile and read_rows; invalid/"quality-input" where a column or every row lacks.
Result<PairsFile> read_pairs(const PairsSource& source, const Progress& progress);

// What was read and what was left out, for people: lines.
std::string told(const PairsFile& file);

}  // namespace guildhall::cli
