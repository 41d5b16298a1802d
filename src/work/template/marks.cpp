#include "work/template/marks.h"

#include <algorithm>
#include <array>
#include <vector>

namespace guildhall::work {
namespace {

// A mark as a product of intervals: a box has two, a segment one.
struct Mark {
  std::array<double, 2> from{};
  std::array<double, 2> to{1, 1};
  const json::string* label = nullptr;  // null: no mark
};

double number_of(const json::value& mark, std::string_view member) {
  const auto* value = find(mark, member);
  return value ? as_number(*value).value_or(0) : 0;
}

Mark mark_of(QuestionKind kind, const json::value& value) {
  Mark mark;
  if (kind == QuestionKind::boxes) {
    mark.from = {number_of(value, "x"), number_of(value, "y")};
    mark.to = {mark.from[0] + number_of(value, "w"), mark.from[1] + number_of(value, "h")};
  } else {
    mark.from[0] = number_of(value, "start_ms");
    mark.to[0] = number_of(value, "end_ms");
  }
  bool covers = mark.to[0] > mark.from[0] && mark.to[1] > mark.from[1];
  mark.label = covers ? find_string(value, "label") : nullptr;
  return mark;
}

double size_of(const Mark& mark) {
  return (mark.to[0] - mark.from[0]) * (mark.to[1] - mark.from[1]);
}

double overlap(const Mark& a, const Mark& b) {
  double shared = 1;
  for (std::size_t i = 0; i < a.from.size(); ++i) {
    shared *= std::max(0.0, std::min(a.to[i], b.to[i]) - std::max(a.from[i], b.from[i]));
  }
  double together = size_of(a) + size_of(b) - shared;
  return together > 0 ? shared / together : 0;
}

std::vector<Mark> marks_of(QuestionKind kind, const json::array& items) {
  std::vector<Mark> marks;
  for (const auto& item : items) marks.push_back(mark_of(kind, item));
  return marks;
}

}  // namespace

double mark_overlap(QuestionKind kind, const json::value& a, const json::value& b) {
  return overlap(mark_of(kind, a), mark_of(kind, b));
}

double marks_agreement(QuestionKind kind, const json::value& given, const json::value& right) {
  const auto* mine = given.if_array();
  const auto* theirs = right.if_array();
  if (!mine || !theirs) return 0;
  if (mine->empty() && theirs->empty()) return 1;
  auto free = marks_of(kind, *mine);
  std::size_t matched = 0;
  for (const auto& wanted : marks_of(kind, *theirs)) {
    if (!wanted.label) continue;
    Mark* best = nullptr;
    double most = kMarkOverlap;
    for (auto& one : free) {
      if (!one.label || *one.label != *wanted.label) continue;
      double found = overlap(one, wanted);
      if (found < most || (best && found == most)) continue;
      best = &one;
      most = found;
    }
    if (!best) continue;
    best->label = nullptr;
    ++matched;
  }
  return 2.0 * static_cast<double>(matched) / static_cast<double>(mine->size() + theirs->size());
}

}  // namespace guildhall::work
