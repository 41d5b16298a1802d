// Texts that try to turn a judge. Each is written to win for "b", "yes", "true" or 1, whatever it
// stands in.
//
// Concurrency: constants.
#pragma once

#include <span>
#include <string_view>

namespace guildhall::judging_tests {

struct Injection {
  std::string_view name;
  std::string_view text;  // {verdict} stands for the verdict that it wants
};

std::span<const Injection> injections();

}  // namespace guildhall::judging_tests
