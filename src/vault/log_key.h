// The key that signs a room's log, wrapped by the machine's: 32 bytes in a file that lies outside
// the room's folder and is named in room.json ("machine_key"). The vault of that machine can sign a
// withdrawal while no content key is at hand; a copy of the folder, or a backup, cannot sign as
// this log. Whoever has the machine's user has both.
//
//   FOLDER/log.key    "guildhall log key 1\n" and a sealed row (crypto/row.h) of the seed, its
//                     context the log's origin; the bare seed in a room that names no machine key
//   FOLDER/log.vkey   the public half, for whoever verifies
//
// Concurrency: one process has the folder. Limits: none.
#pragma once

#include <filesystem>
#include <string>

#include "crypto/sign.h"
#include "tlog/note.h"

namespace guildhall::vault {

// Made, readable by its owner only, where there is none.
Result<Secret> machine_key(const std::filesystem::path& file);

// The log's key; made where there is none, wrapped where it lies bare. `machine` empty: bare.
// Errors: forbidden/"other-machine" where it is under another key, or `machine` is empty.
Result<crypto::SigningKey> open_log_key(const std::filesystem::path& folder,
                                        const std::string& origin, const Secret& machine);

// What log.vkey says. Errors: not_found/"no-file", invalid/"bad-verifier-key".
Result<tlog::VerifierKey> read_log_vkey(const std::filesystem::path& folder);

}  // namespace guildhall::vault
