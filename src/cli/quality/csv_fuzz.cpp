// Any bytes: every cell lies in the text or in the reader's own copies, and the end is reached.
#include <cstdlib>

#include "base/limits.h"
#include "cli/quality/csv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  guildhall::cli::CsvRows rows({reinterpret_cast<const char*>(data), size});
  std::size_t bytes = 0;
  std::uint64_t line = 0;
  while (rows.next()) {
    for (auto cell : rows.cells()) bytes += cell.size();
    if (rows.cells().empty() || rows.cells().size() > guildhall::kMaxCsvCells) std::abort();
    if (rows.line() <= line) std::abort();
    line = rows.line();
  }
  if (bytes > size || rows.read() != size) std::abort();
  return 0;
}
