// A CSV text row by row: RFC 4180, and what spreadsheets make of it (a byte order mark, semicolons
// or tabs, CRLF or LF, blank lines between).
//
// A cell that begins with a quote ends with the next single one; two stand for one. Elsewhere a
// quote is a character like any other. The separator is the one of comma, semicolon and tab that
// the first line has most of outside of quotes.
//
// Concurrency: one thread. Cells live until the next call of next(), those without quotes as long
// as the text. Limits: kMaxCsvCells a row; further ones are dropped.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace guildhall::cli {

class CsvRows {
 public:
  explicit CsvRows(std::string_view text);

  // The next row that is not blank; false at the end.
  bool next();
  std::span<const std::string_view> cells() const { return cells_; }
  std::uint64_t line() const { return line_; }  // where the row began; the first is 1
  // The text ended inside of a quoted cell: its last row is not what was meant.
  bool ended_inside_quotes() const { return ended_inside_; }
  std::size_t read() const { return text_.size() - rest_.size(); }  // bytes so far

 private:
  std::string_view quoted_cell();
  std::string_view plain_cell();
  void read_row();

  std::string_view text_;
  std::string_view rest_;
  char separator_ = ',';
  bool ended_inside_ = false;
  std::uint64_t line_ = 0;
  std::uint64_t next_line_ = 1;
  std::vector<std::string_view> cells_;
  std::deque<std::string> unquoted_;  // cells whose doubled quotes had to be taken out
};

}  // namespace guildhall::cli
