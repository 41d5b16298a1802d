// The words of a text as a reader takes them, however they are written: in lower case, without
// characters that cannot be seen, Latin where they only look like it. Half of the tricks that
// smuggle orders into a text rest on the difference.
//
// Concurrency: pure. Limits: none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace guildhall::mock_model {

// Letters, digits and _; a - before a digit belongs to it.
std::vector<std::string> plain_words(std::string_view text);

}  // namespace guildhall::mock_model
