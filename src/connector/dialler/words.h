// What a shim and its dialler say to one another: one word a message (dialler.h).
//
// Concurrency: constants. Limits: none.
#pragma once

#include <string_view>

namespace guildhall::connector {

inline constexpr std::string_view kDial = "dial";
inline constexpr std::string_view kDialled = "ok";  // a descriptor comes with it
// Else, why there is none:
inline constexpr std::string_view kNoAddress = "no-address";        // the name has none
inline constexpr std::string_view kNotAllowed = "address-refused";  // it has, none may be used
inline constexpr std::string_view kUnreachable = "unreachable";
inline constexpr std::string_view kDialTimeout = "timeout";
inline constexpr std::string_view kSpent = "bytes-spent";  // of this peer's for the day

// The same in static storage; empty for no word of these.
constexpr std::string_view word_of(std::string_view text) {
  for (auto word : {kDial, kDialled, kNoAddress, kNotAllowed, kUnreachable, kDialTimeout, kSpent}) {
    if (word == text) return word;
  }
  return {};
}

}  // namespace guildhall::connector
