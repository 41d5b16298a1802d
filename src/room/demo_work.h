// The demo's two projects: made, filled with tasks, and part of the work done by simulated people
// through the same calls that the API uses.
//
// Concurrency: one thread, before anybody is served.
#pragma once

#include <array>

#include "base/clock.h"
#include "work/context.h"

namespace guildhall::room {

struct DemoPeople {
  work::Actor manager;
  work::Actor reviewer;
  std::array<work::Actor, 3> experts;
};

// The story runs from some hours before `now_ms` until just before it, on `clock`, which the
// store must read too. Whoever sees projects by membership is the caller's to add: the two
// projects are returned.
Result<std::array<ProjectId, 2>> seed_work(const work::Context& ctx, FakeClock& clock,
                                           TimeMs now_ms, const DemoPeople& people);

}  // namespace guildhall::room
