// What cannot be undone is confirmed by typing a word, on standard input.
//
// Concurrency: the command line's only thread.
#pragma once

#include <string_view>

namespace guildhall {

// Asks on standard error; whether the next line is that word.
bool is_typed(std::string_view question, std::string_view word);

}  // namespace guildhall
