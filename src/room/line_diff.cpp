#include "room/line_diff.h"

#include <algorithm>
#include <cstdint>

#include "base/limits.h"

namespace guildhall::room {
namespace {

using Lines = std::vector<std::string_view>;

Lines split(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

// The middle, where head and tail are known to differ.
void diff_middle(const Lines& a, const Lines& b, std::vector<DiffLine>& out) {
  std::size_t n = a.size(), m = b.size();
  bool small = n * m <= kMaxDiffCells;
  // common[i][j]: lines in common of a[i…] and b[j…]
  std::vector<std::uint32_t> common(small ? (n + 1) * (m + 1) : 0);
  auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& { return common[i * (m + 1) + j]; };
  for (std::size_t i = small ? n : 0; i-- > 0;) {
    for (std::size_t j = m; j-- > 0;) {
      at(i, j) = a[i] == b[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
    }
  }
  std::size_t i = 0, j = 0;
  while (i < n || j < m) {
    if (small && i < n && j < m && a[i] == b[j]) {
      out.push_back({'=', a[i]});
      ++i, ++j;
    } else if (i < n && (!small || j == m || at(i + 1, j) >= at(i, j + 1))) {
      out.push_back({'-', a[i++]});
    } else {
      out.push_back({'+', b[j++]});
    }
  }
}

}  // namespace

std::vector<DiffLine> line_diff(std::string_view from, std::string_view to) {
  Lines a = split(from), b = split(to);
  std::size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  std::size_t tail = 0;
  while (tail < a.size() - head && tail < b.size() - head &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) {
    ++tail;
  }
  std::vector<DiffLine> out;
  for (std::size_t i = 0; i < head; ++i) out.push_back({'=', a[i]});
  auto middle = [&](const Lines& lines) {
    return Lines(lines.begin() + static_cast<std::ptrdiff_t>(head),
                 lines.end() - static_cast<std::ptrdiff_t>(tail));
  };
  diff_middle(middle(a), middle(b), out);
  for (std::size_t i = a.size() - tail; i < a.size(); ++i) out.push_back({'=', a[i]});
  return out;
}

}  // namespace guildhall::room
