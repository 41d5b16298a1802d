// Brings a project's held judgments up to date with the store: which answers there are and how they
// stand, by the deeds since the last time; and opens those whose labels are not known yet, some at
// a time, in the name of whoever asks. Each batch is one leaf of the log ("quality"). What was
// altered in the store does not open; it is counted, and the others count without it.
//
// Concurrency: one thread at a time; any number of projects beside each other.
// Limits: kQualityOpensAtOnce, kQualityOpensPerMinute.
#pragma once

#include <set>

#include "base/mutex.h"
#include "room/quality/held.h"
#include "work/context.h"

namespace guildhall::room {

// How much this process may still open for figures. A sixth of kQualityOpensPerMinute in each sixth
// of a minute, so that no minute, wherever it begins, has what a keeper takes for a theft.
class OpeningPace {
 public:
  // At most `wanted` and what is left of now; taken.
  std::int64_t take(std::int64_t wanted, std::int64_t now_ms) EXCLUDES(mutex_);

 private:
  Mutex mutex_;
  std::int64_t piece_ GUARDED_BY(mutex_) = -1;
  std::int64_t taken_ GUARDED_BY(mutex_) = 0;
};

struct ReadMark {
  std::int64_t tick = 0;           // everything below it was seen; 0: nothing was
  std::set<std::int64_t> amended;  // tasks, whose right answer may be another now
};

// Rows alone: nothing is opened.
Result<void> follow_rows(const work::Context& ctx, ProjectId project, ReadMark& mark,
                         HeldProject& held);
// Opens what is not read; false where something is left for the next time.
Result<bool> open_unread(const work::Context& ctx, ProjectId project, MemberId whom,
                         OpeningPace& pace, ReadMark& mark, HeldProject& held);

}  // namespace guildhall::room
