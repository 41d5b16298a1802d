// Listening sockets: made here, without any HTTP library, so that the supervisor can own one and
// parse nothing.
//
// Concurrency: free functions, any thread.
// Limits: the backlog is the kernel's SOMAXCONN.
#pragma once

#include <string_view>

#include "base/result.h"

namespace guildhall {

// Binds and listens on HOST:PORT, [IPv6]:PORT or :PORT (all addresses); port 0 is any free one.
// The descriptor is close-on-exec. Errors: invalid/"bad-address", unavailable/"address-in-use".
Result<int> listen_on(std::string_view host_port);

// The port a listening descriptor is bound to.
Result<int> bound_port(int listen_fd);

}  // namespace guildhall
