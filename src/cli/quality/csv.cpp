#include "cli/quality/csv.h"

#include <algorithm>
#include <array>

#include "base/limits.h"

namespace guildhall::cli {
namespace {

char separator_of(std::string_view text) {
  constexpr std::string_view kSeparators = ",;\t";
  std::array<std::size_t, kSeparators.size()> seen{};
  bool quoted = false;
  for (char c : text.substr(0, text.find_first_of("\r\n"))) {
    if (c == '"') quoted = !quoted;
    auto at = kSeparators.find(c);
    if (!quoted && at != kSeparators.npos) ++seen[at];
  }
  auto most = std::ranges::max_element(seen);  // the first of equal ones: the comma
  return kSeparators[static_cast<std::size_t>(most - seen.begin())];
}

}  // namespace

CsvRows::CsvRows(std::string_view text) : text_(text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  rest_ = text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text;
  separator_ = separator_of(rest_);
}

std::string_view CsvRows::plain_cell() {
  std::size_t end = 0;
  while (end < rest_.size() && rest_[end] != separator_ && rest_[end] != '\n' && rest_[end] != '\r')
    ++end;
  auto cell = rest_.substr(0, end);
  rest_.remove_prefix(end);
  return cell;
}

std::string_view CsvRows::quoted_cell() {
  rest_.remove_prefix(1);
  std::string* copy = nullptr;
  while (true) {
    auto end = rest_.find('"');
    ended_inside_ = end == rest_.npos;
    auto part = rest_.substr(0, end);
    next_line_ += static_cast<std::uint64_t>(std::ranges::count(part, '\n'));
    rest_.remove_prefix(ended_inside_ ? rest_.size() : end + 1);
    const bool doubled = rest_.starts_with('"');
    if (doubled && !copy) copy = &unquoted_.emplace_back();
    if (copy) copy->append(part);
    if (!doubled) {
      plain_cell();  // what stands between the quote and the separator
      return copy ? std::string_view(*copy) : part;
    }
    *copy += '"';
    rest_.remove_prefix(1);
  }
}

void CsvRows::read_row() {
  cells_.clear();
  unquoted_.clear();
  while (true) {
    auto cell = rest_.starts_with('"') ? quoted_cell() : plain_cell();
    if (cells_.size() < kMaxCsvCells) cells_.push_back(cell);
    if (rest_.empty() || rest_.front() != separator_) break;
    rest_.remove_prefix(1);
  }
  if (rest_.starts_with('\r')) rest_.remove_prefix(1);
  if (rest_.starts_with('\n')) rest_.remove_prefix(1);
}

bool CsvRows::next() {
  while (!rest_.empty()) {
    line_ = next_line_++;
    read_row();
    if (cells_.size() > 1 || !cells_.front().empty()) return true;
  }
  return false;
}

}  // namespace guildhall::cli
