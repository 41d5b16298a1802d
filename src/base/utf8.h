// UTF-8, checked.
//
// Concurrency: pure. Limits: none.
#pragma once

#include <string_view>

namespace guildhall {

// The shortest form of code points up to U+10FFFF, no surrogates (RFC 3629).
bool is_utf8(std::string_view text);

}  // namespace guildhall
