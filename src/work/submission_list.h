// Lists of submissions, by the time they were made (the newest revision's), either way round.
//
// Merged from the ranges (state, kind) that the filter leaves, of the project or of one person: a
// page costs its own length, whatever does not fit. Reviews and adjudications are no submissions
// here.
//
// Concurrency: inside the caller's transaction. Limits: kMaxPage.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "work/assignment.h"

namespace guildhall::work {

struct SubmissionPlace {
  TimeMs submitted_at = 0;
  AssignmentId id;
};

struct SubmissionFilter {
  std::optional<AssignmentState> state;
  // To their author a check task's answer is accepted like whatever sampling lets through.
  bool as_author_sees = false;
  MemberId member;  // 0: anybody
  TaskId task;      // 0: any
  bool newest_first = false;
  std::optional<SubmissionPlace> after;  // the last one of the page before
  std::int64_t limit = 50;
};

Result<std::vector<Assignment>> list_submissions(store::Tx& tx, const Context& ctx,
                                                 ProjectId project, const SubmissionFilter& filter);

}  // namespace guildhall::work
