// A provider's whole reply on its way to a client: metered, and told in the client's dialect. The
// bytes are the provider's where the dialects agree. An error is told as one, also when it came
// with status 200; a body that is no JSON, or of another shape, is never passed on.
//
// Concurrency: pure. Limits: kMaxModelReply bytes.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "gateway/dialects/dialect.h"

namespace guildhall::gateway {

struct ReplyOptions {
  Operation operation = Operation::chat;  // what the provider was asked
  Dialect to = Dialect::chat;             // the client's
  std::int64_t created_s = 0;             // as StreamOptions::created_s
};

struct Reply {
  int status = 200;
  std::string body;
  Finish finish;
};

// Error: malformed/"upstream-malformed"; invalid/"not-translatable".
Result<Reply> read_reply(const ReplyOptions& options, int status, std::string body);

}  // namespace guildhall::gateway
