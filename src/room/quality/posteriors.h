// The posteriors of a project's tasks, for a delivery that filters and weighs by them
// (work/delivery/posterior.h).
//
// Concurrency: any thread. Limits: none of its own; reading may take as long as the pace of
// openings says (reader.h).
#pragma once

#include "room/quality/live.h"
#include "work/delivery/posterior.h"

namespace guildhall::room {

// Waits until all answers are read and the figures are not older than the wish. An empty question
// is the form's first that anybody answered.
Result<work::Posteriors> posteriors_of(const work::Context& ctx, LiveQuality& live,
                                       ProjectId project, const std::string& question,
                                       const std::function<bool()>& stopping);

}  // namespace guildhall::room
