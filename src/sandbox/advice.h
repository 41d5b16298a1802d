// Why a host gives no namespaces, in words that a person can act on.
//
// Concurrency: pure but for reading the kernel's settings. Limits: none.
#pragma once

#include <string_view>

#include "base/result.h"

namespace guildhall::sandbox {

// unavailable/"no-user-namespaces": `step` failed with `error` (errno).
std::unexpected<Error> no_namespaces(std::string_view step, int error);

}  // namespace guildhall::sandbox
