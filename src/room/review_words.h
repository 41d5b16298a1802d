// The words of a verdict in a request's body, as every route of reviewing takes them.
//
// Concurrency: pure.
#pragma once

#include "room/route.h"
#include "work/model.h"

namespace guildhall::room {

// The member "verdict"; invalid/"bad-verdict".
Result<work::Verdict> verdict_of(const Call& call);
// invalid/"bad-reason" where it is none, or missing though needed.
Result<void> check_reason(std::string_view reason, bool needed);

}  // namespace guildhall::room
