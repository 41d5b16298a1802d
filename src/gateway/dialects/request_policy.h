// Which requests may pass: the closed list of members per operation, and what may stand in the
// content of a turn. Used by Request::read only.
//
// Concurrency: pure. Limits: none of its own.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "gateway/dialects/dialect.h"
#include "gateway/dialects/raw_json.h"

namespace guildhall::gateway {

// What a request carries that is no text: counted apart, as its bytes say nothing of its tokens.
struct Media {
  std::int64_t images = 0;
  std::int64_t documents = 0;
  std::size_t bytes = 0;  // of both, as they stand in the body
};

// Error: forbidden/"refused-by-policy" with the member.
Result<> check_members(Operation operation, const RawJson& body);
Result<Media> check_content(Operation operation, const RawJson& body);

}  // namespace guildhall::gateway
