// What becomes of a call that the filter traps: a line on standard error, a count, and EACCES; or
// the end, where the call is not in the table at all.
//
// Concurrency: the handler runs on whichever thread made the call, and is async-signal-safe.
// Limits: kMaxRefusalLines lines, then it only counts.
#pragma once

#include <string_view>

#include "base/result.h"

namespace guildhall::sandbox {

// Before the filter. `role` is copied.
Result<void> install_refusals(std::string_view role);

// The call of this number is refused, not fatal.
void refuse_number(int number);

}  // namespace guildhall::sandbox
