#include "cli/quality/csv.h"

#include <doctest/doctest.h>

#include "base/limits.h"

namespace guildhall::cli {
namespace {

std::vector<std::vector<std::string>> rows_of(std::string_view text) {
  std::vector<std::vector<std::string>> all;
  for (CsvRows rows(text); rows.next();) {
    all.emplace_back(rows.cells().begin(), rows.cells().end());
  }
  return all;
}

using Rows = std::vector<std::vector<std::string>>;

TEST_CASE("a CSV text comes row by row") {
  CHECK(rows_of("a,b\n1,2\n") == Rows{{"a", "b"}, {"1", "2"}});
  CHECK(rows_of("a,b\r\n1,2") == Rows{{"a", "b"}, {"1", "2"}});
  CHECK(rows_of("\xEF\xBB\xBF"
                "a;b\n1;2,5\n") == Rows{{"a", "b"}, {"1", "2,5"}});
  CHECK(rows_of("a\tb\n\n1\t\n") == Rows{{"a", "b"}, {"1", ""}});
  CHECK(rows_of("x,\"a \"\"b\"\", c\",#N/A\n") == Rows{{"x", "a \"b\", c", "#N/A"}});
  CHECK(rows_of("\"two\nlines\",2\n") == Rows{{"two\nlines", "2"}});
  CHECK(rows_of("5\" disk,2\n") == Rows{{"5\" disk", "2"}});
  CHECK(rows_of("").empty());
  CHECK(rows_of("\n\r\n").empty());
}

TEST_CASE("lines are counted through quoted cells, and an open quote is told") {
  CsvRows rows("a\n\"x\ny\"\n\nz\n\"open");
  std::vector<std::uint64_t> lines;
  while (rows.next()) lines.push_back(rows.line());
  CHECK(lines == std::vector<std::uint64_t>{1, 2, 5, 6});
  CHECK(rows.ended_inside_quotes());
  CHECK(rows.read() == 16);
}

TEST_CASE("a row of too many cells keeps the first") {
  std::string wide(kMaxCsvCells + 100, ',');
  CsvRows rows(wide);
  REQUIRE(rows.next());
  CHECK(rows.cells().size() == kMaxCsvCells);
  CHECK(!rows.next());
}

}  // namespace
}  // namespace guildhall::cli
