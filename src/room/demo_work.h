// The demo's first two projects: made, filled with tasks, and part of the work done by simulated
// people through the same calls that the API uses.
//
// Concurrency: one thread, before anybody is served.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "work/context.h"

namespace guildhall::room {

struct DemoPeople {
  work::Actor manager;
  work::Actor reviewer;
  std::array<work::Actor, 3> experts;
};

struct NewDemoProject {
  std::string_view title;
  std::string_view form;
  std::string_view guidelines;
  std::string_view settings;  // JSON
  std::string lines;          // tasks, NDJSON
};
// Open, with its tasks.
Result<ProjectId> make_demo_project(const work::Context& ctx, const work::Actor& manager,
                                    const NewDemoProject& in);

// The story runs from some hours before `now_ms` until just before it, on `clock`, which the
// store must read too. Whoever sees projects by membership is the caller's to add: the two
// projects are returned.
Result<std::array<ProjectId, 2>> seed_work(const work::Context& ctx, FakeClock& clock,
                                           TimeMs now_ms, const DemoPeople& people);

}  // namespace guildhall::room
