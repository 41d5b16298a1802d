// What the mock says when nothing else is asked of it: a few plausible sentences about the words
// of the question, in a voice that the model's name decides. mock-a is formal, mock-b is casual.
//
// Concurrency: pure. Limits: the number of words that is asked for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"

namespace guildhall::mock_model {

// FNV-1a: the same answer for the same question, nothing rests on it.
std::uint64_t hash_of(std::string_view text, std::uint64_t start = 0xCBF29CE484222325);

// Exactly `words` pieces: words, each but the first with its space before it.
std::vector<std::string> speak(std::string_view voice, std::string_view question,
                               std::int64_t words, Random& random);
// In the same voice, what it says it thinks.
std::vector<std::string> ponder(std::string_view voice, std::string_view question, Random& random);

// A text in pieces of a word each, with the blanks before it.
std::vector<std::string> pieces_of(std::string_view text);

}  // namespace guildhall::mock_model
