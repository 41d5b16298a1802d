// What a process that holds keys does before it has any: no core dump, and nobody of its own user
// may read its memory or trace it.
//
// Concurrency: call once, early, before other threads start. An exec undoes it: each executable
// calls it for itself. Limits: none.
#pragma once

#include "base/result.h"

namespace guildhall {

// Error: internal/"not-hardened".
Result<void> harden_process();

}  // namespace guildhall
