// The turn (store/turn.h) as a lock on a file beside the store.
//
// Concurrency: one thread. Limits: one descriptor while it is had.
#pragma once

#include <memory>
#include <string>

#include "base/ids.h"
#include "store/turn.h"

namespace guildhall::store::sqlite {

std::unique_ptr<Turn> make_turn(const std::string& folder, RoomId room);

}  // namespace guildhall::store::sqlite
