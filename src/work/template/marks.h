// Boxes on an image and segments of a recording: how far two of them cover the same, and how far
// two lists of them agree. Internal to the template module. Takes any JSON: what is no mark
// matches nothing.
//
// Concurrency: pure functions.
#pragma once

#include "work/template/form.h"

namespace guildhall::work {

// Two marks match where their labels are equal and what they share is at least this part of what
// they cover together.
inline constexpr double kMarkOverlap = 0.5;

inline bool is_marks(QuestionKind kind) {
  return kind == QuestionKind::boxes || kind == QuestionKind::segments;
}

// Intersection over union, 0..1, of {x, y, w, h} or of {start_ms, end_ms}.
double mark_overlap(QuestionKind kind, const json::value& a, const json::value& b);

// F1 of matching marks: each right mark takes the best of those given that is still free. Two
// empty lists agree.
double marks_agreement(QuestionKind kind, const json::value& given, const json::value& right);

}  // namespace guildhall::work
