// The schema, as numbered steps that only go forward. A step that has been released is never
// edited; a mistake is mended by the next step.
//
// The text is shared. Tokens: {{blob}} is the dialect's byte string, {{clustered}} stores a table
// in its primary key's order (SQLite: WITHOUT ROWID). A line that begins with "@sqlite " or
// "@postgres " is for that dialect alone. Statements end in ";" at a line's end.
#pragma once

#include <span>
#include <string_view>

namespace guildhall::store {

struct Migration {
  int number;
  std::string_view name;
  std::string_view sql;
};

std::span<const Migration> migrations();

}  // namespace guildhall::store
