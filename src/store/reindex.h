// The blind indexes of a room of before rooms were sealed: what it found people, vendors and tasks
// by was hashed under a file beside the store, by which whoever has both can try out guesses. Each
// is hashed once more, under a key that only the vault holds.
//
// Concurrency: inside the caller's transaction; nobody else uses the room. Limits: none of its own.
#pragma once

#include "store/database.h"

namespace guildhall::store {

// Once and only once for a room: what is hashed already is not told from what is not.
Result<void> blind_indexes(Tx& tx, RoomId room);

}  // namespace guildhall::store
