// What a role holds, as its supervisor would hand it over: the descriptors a probe finds from
// kFirstHeld on, and the files it may see.
//
// Concurrency: one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "probe.h"
#include "sandbox/place.h"

namespace guildhall::escape {

// Where the peer that a shim is connected to listens. It may be sent to: it is not the sink.
inline constexpr std::uint16_t kAllowedPeer = 7001;

struct Kit {
  std::vector<int> descriptors;
  std::vector<sandbox::Place> files;
};

// Ends the process where something cannot be made.
Kit make_kit(std::string_view role, const std::string& folder);

}  // namespace guildhall::escape
