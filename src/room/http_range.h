// One byte range of a file, as RFC 9110 §14 has it: bytes=a-b, bytes=a-, bytes=-n, If-Range by
// ETag. Several ranges at once are answered with the whole.
//
// What is sent is opened part by part while it is sent; the first part before the status is.
//
// Concurrency: one thread at a time. Limits: a part of the file in memory for each reply.
#pragma once

#include "net/http.h"
#include "store/sealed_file.h"

namespace guildhall::room {

// Completes `reply` (ETag already set) with the file: 200 or 206; the problem "bad-range" beyond
// the end. Errors: those of opening the first part.
Result<net::Reply> ranged(const net::Request& request, net::Reply reply, store::SealedFile file,
                          const store::Opening& why);

}  // namespace guildhall::room
