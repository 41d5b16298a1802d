// `guildhall room seal DIR`: seals a room that was made before rooms were sealed, in place. It may
// be killed at any moment and run again; the server refuses the room until it is through.
//
// Concurrency: nobody else uses the room. Limits: those of store/unsealed.h.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"

namespace guildhall::room {

struct SealProgress {
  std::int64_t sealed = 0;  // in this run
  std::int64_t all = 0;     // to be sealed when it began
};

struct SealOptions {
  std::filesystem::path dir;
  std::string store;            // empty: room.json's
  std::string passphrase_file;  // of room.keys, where it has one
};

// False where the room was sealed already.
Result<bool> seal_room(const SealOptions& options,
                       const std::function<void(const SealProgress&)>& tell);

// The command, with its bar.
int run_seal(const SealOptions& options);

}  // namespace guildhall::room
