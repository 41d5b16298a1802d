// `guildhall room shred DIR --project N`: destroys a project's key in a room that has no keeper,
// and leaves a leaf in its log. With a keeper it is done there (`guildhall keeper shred`).
//
// Concurrency: the command line's only thread; the room is stopped. Limits: none.
#pragma once

#include <cstdint>
#include <string>

namespace guildhall::room {

struct ShredOptions {
  std::string dir;
  std::string passphrase_file;  // of room.keys, where it has one
  std::int64_t project = 0;
  bool yes = false;  // do not ask
};

// The command; its exit status.
int run_shred(const ShredOptions& options);

}  // namespace guildhall::room
