// Whose formats a model provider speaks.
//
// Concurrency: constants. Limits: none.
#pragma once

namespace guildhall::gateway {

enum class Vendor : unsigned char { openai, anthropic };

}  // namespace guildhall::gateway
