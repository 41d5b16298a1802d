// The request target (path and query) as the client sent it, decoded once and checked.
//
// Concurrency: free functions.
// Limits: kMaxTargetBytes, kMaxQueryParams.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace guildhall::net {

struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};

// Takes origin form only ("/path?query"; "*" is taken for OPTIONS as the path "*").
// Error: malformed/"bad-target": not UTF-8, a NUL or other control character, a segment ".." or
// ".", an incomplete %-escape, too long.
Result<Target> parse_target(std::string_view raw);

// %XX decoded, '+' as a space when `plus` is set. Nothing where an escape is incomplete.
std::optional<std::string> percent_decode(std::string_view text, bool plus);

}  // namespace guildhall::net
