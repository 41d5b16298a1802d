// What the room takes for an address that mail can be sent to: `local@domain` of printable ASCII
// without blanks, brackets, quotes or lists. Narrower than RFC 5321 has it, so that one may stand
// in a command and in a header line as it is.
//
// Concurrency: pure. Limits: kMaxEmailBytes.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/limits.h"

namespace guildhall {

inline bool is_mail_address(std::string_view text) {
  auto plain = [](char c) {
    return c > ' ' && c < 127 &&
           std::string_view("<>()[]\\,;:\"").find(c) == std::string_view::npos;
  };
  auto at = text.find('@');
  return text.size() <= kMaxEmailBytes && at != std::string_view::npos && at > 0 &&
         at + 1 < text.size() && text.find('@', at + 1) == std::string_view::npos &&
         std::ranges::all_of(text, plain);
}

}  // namespace guildhall
