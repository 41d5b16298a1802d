// Idempotency-Key for the routes that do not answer it in their own transaction: the key is
// reserved, the handler runs, the reply is kept (as content) and given again.
//
// If the process ends between the two, the outcome is unknown: a repeat gets
// conflict/"idempotency-lost" and must look.
//
// Concurrency: any thread; two requests at once under one key: one runs, the other gets
// conflict/"idempotency-running".
// Limits: kIdempotencyMs, kMaxIdempotencyKey, kMaxStoredReply.
#pragma once

#include "room/route.h"

namespace guildhall::room {

Result<net::Reply> answer_once(Call& call);

// Drops what is older than kIdempotencyMs, replies too; for a timer.
Result<void> forget_old_keys(Room& room);

// For handlers that keep the key in their own rows: 16 bytes over the key, 16 over the body;
// empty without a key.
Result<std::string> request_hash(const Call& call);

}  // namespace guildhall::room
