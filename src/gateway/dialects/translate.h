// Requests from one dialect to another: OpenAI chat completions and Anthropic messages, both ways.
// What the other dialect cannot say is refused with the member's name, unless it changes nothing
// that the model does; docs/gateway-dialects.md lists what is left out.
//
// Concurrency: pure. Limits: those of Request.
#pragma once

#include <string>

#include "base/result.h"
#include "gateway/dialects/request.h"

namespace guildhall::gateway {

// The request as a provider of dialect `to` takes it; Request::for_upstream where they agree.
// Error: invalid/"not-translatable" with the member.
Result<std::string> translate_request(const Request& request, Dialect to, const Rewrite& how);

}  // namespace guildhall::gateway
