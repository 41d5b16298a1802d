// In which order a person was shown what is compared. The order is drawn once per assignment and
// kept as a seed; answers are always in canonical letters.
//
// Concurrency: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace guildhall::work {

// The canonical positions in the order they are shown: a permutation of 0…count−1.
std::vector<std::int64_t> shown_order(std::int64_t seed, std::size_t count);

// {"order":[…]} of so many things that are compared.
std::string presentation_json(std::int64_t seed, std::size_t count);
// The same; empty order for templates that compare nothing.
std::string presentation_json(std::int64_t seed, std::string_view template_kind,
                              const json::value& data);

}  // namespace guildhall::work
