// The demo's fourth project: live dialogues with two blind models, and what the room needs to have
// models at all: their names and prices, a budget, keys.
//
// Concurrency: one thread, before anybody is served.
#pragma once

#include <string>

#include "gateway/context.h"
#include "work/context.h"

namespace guildhall::room {

// `names`: what the peer "demo" calls its models, one or two, with a comma between. The project,
// open, with its tasks.
Result<ProjectId> seed_talk(const work::Context& work, const gateway::Context& gateway,
                            const work::Actor& manager, const std::string& names);

}  // namespace guildhall::room
