// Comparison whose time tells nothing of where two secrets differ.
//
// Concurrency: pure, any thread. Limits: none. The lengths are not hidden.
#pragma once

#include <string_view>

namespace guildhall::crypto {

bool equal_constant_time(std::string_view left, std::string_view right);

}  // namespace guildhall::crypto
