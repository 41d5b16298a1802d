// `guildhall demo`: a room with two example projects on sample inputs, part of them already worked
// by simulated people, a third that a panel judged, and sign-in links for every role.
//
// A room of a keeper's needs that keeper while it is made: it is served its exchanges on the
// listening socket that the room will have.
//
// Concurrency: called once, before the room is served.
// Limits: links last kInviteMs.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace guildhall::room {

// Makes and fills the room where there is none yet; a demo that is there already keeps what was
// done in it and gets fresh links. Returns the text to print.
// conflict/"not-a-demo" where the folder holds somebody's real room.
struct DemoPlace {
  std::filesystem::path dir;
  std::string public_url;
  int listen_fd = -1;       // none: the demo's keys lie in a file
  std::string models = {};  // the peer's names of those to talk with; empty: there are none
};
Result<std::string> seed_demo(const DemoPlace& place);

}  // namespace guildhall::room
