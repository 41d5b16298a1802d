// Lines that two texts share and lines that only one has: a longest common subsequence.
//
// Concurrency: pure. Limits: beyond kMaxDiffCells (lines × lines, after the common head and tail
// are taken off) the middle is given as all removed, then all added.
#pragma once

#include <string_view>
#include <vector>

namespace guildhall::room {

struct DiffLine {
  char op;  // '=', '-', '+'
  std::string_view text;
};

// The lines point into the two texts.
std::vector<DiffLine> line_diff(std::string_view from, std::string_view to);

}  // namespace guildhall::room
