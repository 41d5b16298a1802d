#include "work/import/csv_columns.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/limits.h"
#include "work/import/record_text.h"

namespace guildhall::work {
namespace {

constexpr std::string_view kJsonSuffix = ":json";
constexpr std::array<std::string_view, 2> kTextMembers = {"key", "batch"};
constexpr std::array<std::string_view, 4> kJsonMembers = {"data", "gold", "suggestions",
                                                          "submissions"};

std::unexpected<Error> bad_header(std::string detail) {
  return fail(Fault::invalid, "bad-csv-header", std::move(detail), "header");
}

bool one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool nests(std::string_view name) { return name.starts_with("data.") || name.starts_with("gold."); }

Result<std::vector<std::string>> split_path(std::string_view name) {
  std::vector<std::string> path;
  while (true) {
    const auto dot = name.find('.');
    const std::string_view part = name.substr(0, dot);
    if (part.empty()) return bad_header("A dotted column name has an empty part.");
    path.emplace_back(part);
    if (dot == std::string_view::npos) break;
    name.remove_prefix(dot + 1);
  }
  if (path.size() >= static_cast<std::size_t>(kMaxJsonDepth)) {
    return bad_header("A column name nests too deep.");
  }
  return path;
}

}  // namespace

Result<CsvColumns::Column> CsvColumns::column(std::string_view name) {
  Column column{std::string(name), {}, Kind::text, false};
  if (name.ends_with(kJsonSuffix)) {
    column.kind = Kind::json;
    name.remove_suffix(kJsonSuffix.size());
  }
  if (name.empty()) return bad_header("A column has no name.");
  if (nests(name)) {
    column.path = TRY(split_path(name));
    column.keep_empty = column.path.front() == "data" && column.kind == Kind::text;
  } else if (one_of(kTextMembers, name)) {
    column.path = {std::string(name)};
  } else if (name == "priority") {
    column.path = {std::string(name)};
    column.kind = Kind::integer;
  } else if (one_of(kJsonMembers, name)) {
    column.path = {std::string(name)};
    column.kind = Kind::json;
  } else {
    column.path = {"data", std::string(name)};
    column.keep_empty = column.kind == Kind::text;
  }
  return column;
}

Result<CsvColumns> CsvColumns::from_header(std::span<const std::string_view> names) {
  if (names.size() > kMaxCsvColumns) {
    return bad_header("More than " + std::to_string(kMaxCsvColumns) + " columns.");
  }
  CsvColumns out;
  std::vector<const std::vector<std::string>*> paths;
  out.columns_.reserve(names.size());
  for (std::string_view name : names) {
    if (!valid_utf8(name)) return bad_header("A column name is not UTF-8.");
    out.columns_.push_back(TRY(column(name)));
    paths.push_back(&out.columns_.back().path);
  }
  // In lexicographic order a path stands right before those that it contains.
  std::ranges::sort(paths, [](const auto* a, const auto* b) { return *a < *b; });
  for (std::size_t i = 1; i < paths.size(); ++i) {
    const auto& before = *paths[i - 1];
    const auto& after = *paths[i];
    if (before == after) return bad_header("Two columns have the same name.");
    if (before.size() < after.size() && std::equal(before.begin(), before.end(), after.begin())) {
      return bad_header("One column lies within another.");
    }
  }
  return out;
}

Result<json::value> CsvColumns::cell_value(const Column& column, std::string_view cell) {
  if (column.kind == Kind::json) {
    auto value = parse_record(cell, "cell");
    if (!value) value.error().field = column.name;
    return value;
  }
  if (column.kind == Kind::integer) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
    if (error != std::errc{} || end != cell.data() + cell.size()) {
      return fail(Fault::invalid, "bad-csv-row", "Not a whole number.", column.name);
    }
    return json::value(number);
  }
  return json::value(json::string_view{cell.data(), cell.size()});
}

Result<json::value> CsvColumns::line(std::span<const std::string_view> cells) const {
  json::object line;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns_[i];
    if (cells[i].empty() && !column.keep_empty) continue;
    json::value value = TRY(cell_value(column, cells[i]));
    json::object* node = &line;
    for (std::size_t part = 0; part + 1 < column.path.size(); ++part) {
      json::value& child = (*node)[column.path[part]];
      node = child.is_object() ? &child.get_object() : &child.emplace_object();
    }
    node->insert_or_assign(column.path.back(), std::move(value));
  }
  return json::value(std::move(line));
}

}  // namespace guildhall::work
