// The demo's third project: sixty short pairs judged over twelve days by eight simulated people of
// known skill, so that the page on quality has something to find. One copies another's answers, one
// guesses in a fifth of the time.
//
// Concurrency: one thread, before anybody is served.
#pragma once

#include <span>
#include <string_view>

#include "room/demo_work.h"

namespace guildhall::room {

struct Panelist {
  std::string_view vendor;
  double skill;            // how often right, of what is their own
  std::size_t copies = 0;  // whom, from 1; 0: nobody
  bool fast = false;
};
std::span<const Panelist> panelists();

constexpr std::int64_t kPanelMs = 12LL * 24 * 3600 * 1000;  // how long ago it began

// `people` are the panelists, in their order. The clock goes on for some eleven days.
Result<ProjectId> seed_panel(const work::Context& ctx, FakeClock& clock, const work::Actor& manager,
                             std::span<const work::Actor> people);

}  // namespace guildhall::room
