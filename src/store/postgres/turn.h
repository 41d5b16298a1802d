// The turn (store/turn.h) as a session's advisory lock.
//
// Concurrency: one thread. Limits: kTurnIdleMs; one connection, opened when first asked.
#pragma once

#include <memory>
#include <string>

#include "base/ids.h"
#include "store/turn.h"

namespace guildhall::store::postgres {

std::unique_ptr<Turn> make_turn(const std::string& url, RoomId room);

}  // namespace guildhall::store::postgres
