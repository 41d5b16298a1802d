// Runs a room behind a listening socket until it is asked to stop: the body of
// `guildhall-room serve`.
//
// Concurrency: called once, from the main thread, before any other thread exists (it blocks the
// stop signals for all of them).
#pragma once

#include <string>
#include <vector>

#include "room/room.h"

namespace guildhall::work {
class DeliveryBuilder;
}

namespace guildhall::room {

struct ServeOptions {
  RoomOptions room;
  int door = -1;  // Door::bind
  int listen_fd = -1;
  std::string web_dir;
  std::vector<std::string> trusted_proxies;
};

// What POST …/deliveries hands its wishes to; null while there is none.
void set_delivery_builder(work::DeliveryBuilder* builder);

// Returns after a graceful stop.
Result<void> serve(const ServeOptions& options);

}  // namespace guildhall::room
