// One byte range of a file, as RFC 9110 §14 has it: bytes=a-b, bytes=a-, bytes=-n, If-Range by
// ETag. Several ranges at once are answered with the whole.
//
// Concurrency: pure.
#pragma once

#include "net/http.h"

namespace guildhall::room {

// Completes `reply` (ETag already set) with the file: 200 or 206; the problem "bad-range" beyond
// the end. Takes the descriptor.
Result<net::Reply> ranged(const net::Request& request, net::Reply reply, int fd, std::int64_t size);

}  // namespace guildhall::room
