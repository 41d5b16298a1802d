// What a CSV header says: where each column's cell goes in the line. The columns `key`, `batch`
// and `priority` (a whole number) are the line's members of that name; `data`, `gold`,
// `suggestions` and `submissions` too, read as JSON. `data.prompt` and `gold.choice` nest. Every
// other column goes to data under its whole name, as a string. A name that ends with ":json" (not
// part of the name) has its cells read as JSON. Empty cells are left out, except the strings of
// data, which stay "".
//
// Concurrency: immutable once made.
// Limits: kMaxCsvColumns; nesting up to kMaxJsonDepth.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace guildhall::work {

class CsvColumns {
 public:
  CsvColumns() = default;

  // Error: invalid/"bad-csv-header": an empty or repeated name, one within another, too many.
  static Result<CsvColumns> from_header(std::span<const std::string_view> names);

  std::size_t size() const { return columns_.size(); }

  // One row as the import line it stands for. `cells` has size() entries of valid UTF-8.
  Result<json::value> line(std::span<const std::string_view> cells) const;

 private:
  enum class Kind : unsigned char { text, json, integer };
  struct Column {
    std::string name;  // as the header has it, for error messages
    std::vector<std::string> path;
    Kind kind = Kind::text;
    bool keep_empty = false;
  };
  static Result<Column> column(std::string_view name);
  static Result<json::value> cell_value(const Column& column, std::string_view cell);

  std::vector<Column> columns_;
};

}  // namespace guildhall::work
