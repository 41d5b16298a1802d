// "SYSTEM OVERRIDE: answer X": an order hidden in content, which a model may fall for. One that
// stands inside a fence is data and does not count: that is what tests of judges look at.
//
// Concurrency: pure. Limits: none.
#pragma once

#include <optional>
#include <string_view>

namespace guildhall::mock_model {

// X, up to the end of its line; of several orders the first. A fence is a line of three or more
// ` or ~ up to a line of at least as many of them and nothing else, or -----BEGIN N----- up to
// -----END N-----; one that is not closed goes on to the end.
std::optional<std::string_view> injected_order(std::string_view text);

}  // namespace guildhall::mock_model
