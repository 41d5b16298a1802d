// What is kept of a key's destruction: the keeper's signed statement that it destroyed it, and the
// signed word of the room's vault that it heard. The hash of the statement stands in the room's
// log, in a leaf `keeper.shred`. In the keeper's folder: receipts/PROJECT-HASH.json
//
//   {"format": "guildhall shredding v1", "room_key": vkey, "project": n, "at_ms": n,
//    "statement": base64, "verdict": base64}
//
// Concurrency: one thread. Limits: none.
#pragma once

#include <filesystem>
#include <string_view>

#include "keeper/session.h"

namespace guildhall::keeper {

// Durable when it returns. Written again, it is the same file.
Result<void> write_receipt(const std::filesystem::path& dir, std::string_view room_key,
                           const Confirmation& word);

}  // namespace guildhall::keeper
