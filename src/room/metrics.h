// The room's figures as Prometheus text. Counts and times of the process and the store; no label
// carries a project, a person or a path.
//
// Concurrency: any thread.
#pragma once

#include <string>

#include "net/server.h"
#include "room/room.h"

namespace guildhall::room {

// The server whose figures are shown; set once, before the first request.
void set_measured_server(const net::Server* server);

void count_reply(int status);

std::string metrics_text(Room& room);

}  // namespace guildhall::room
