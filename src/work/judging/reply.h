// From a reply's text to JSON of a schema. Internal to judging.
//
// Concurrency: pure. Limits: kMaxReplyBytes, kMaxJsonDepth.
// Errors: invalid/"reply-not-json", "reply-not-of-schema"; no detail repeats the reply.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace guildhall::work::judging {

// The text is one JSON object, or one fenced block (``` or ```json) that holds one; white space may
// stand around. Nothing else: no word before it or after it, no name twice.
Result<json::object> json_of_reply(std::string_view reply);

// `reply` is of the schema, and what stands before the answers was said before them.
Result<void> check_reply(const json::object& schema, const json::object& reply);

}  // namespace guildhall::work::judging
