// The model server that the demo's people are to talk with, looked at before anything is made: a
// name without an address or a port where nobody answers is said at once, not in the first reply.
//
// Concurrency: one thread. Limits: kHttpConnectMs for all its addresses together.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace guildhall::cli {

// The addresses that a URL without TLS leads to: they are to be named to the room. Of one with TLS
// none; nothing where the name has none.
std::vector<std::string> addresses_of(const std::string& url);

// Connects, and sends nothing. Errors: invalid/"bad-model-url", unavailable/"no-model-address",
// unavailable/"no-model-server"; the sentence names what was tried and why it failed.
Result<void> find_model_server(const std::string& url);

}  // namespace guildhall::cli
