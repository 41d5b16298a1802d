// The pairs of the demo's third project: short questions of sums, units, facts and small code, with
// an answer that is right and one that is wrong, in the names of three models that there are not.
// Which of two models is right follows a strength of each, so that there is a ranking to find.
//
// Concurrency: pure; the same pairs each time.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace guildhall::room {

struct MadePair {
  std::string key;
  std::string prompt;
  std::array<std::string, 2> text;
  std::array<std::string_view, 2> model;
  std::size_t right = 0;  // of the two
  bool check = false;     // its right answer is known
};

std::vector<MadePair> made_pairs();

extern const std::string_view kPairGuidelines;

}  // namespace guildhall::room
