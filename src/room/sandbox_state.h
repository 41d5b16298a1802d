// What holds this process, as /healthz tells it: said once, when it has entered its box or was told
// to do without.
//
// Concurrency: set before the first request, then read by any thread. Limits: none.
#pragma once

#include <string>

namespace guildhall::room {

// A JSON object, as sandbox::to_json makes it; empty where there is no box.
void set_sandbox_state(std::string layers);
const std::string& sandbox_state();

}  // namespace guildhall::room
