// For tests only: walks a file of Project Wycheproof (test data, no part of the repository).
//
// Concurrency: reads the file system; call from the test's thread.
#pragma once

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/test_data.h"
#include "crypto/hash.h"

namespace guildhall::crypto {

// The bytes of a member that holds hexadecimal text.
inline std::string hex_member(const json::value& object, std::string_view name) {
  return from_hex(guildhall::view(*find_string(object, name))).value();
}

inline bool is_valid(const json::value& test) {
  return guildhall::view(*find_string(test, "result")) == "valid";
}

// Calls `each(group, test)` for every test of the file; the number seen must be the file's own.
template <class Each>
void each_wycheproof(std::string_view name, Each each) {
  auto path = test_data(std::string("wycheproof/").append(name));
  if (!path) {
    MESSAGE("skipped: the real data is absent (set GUILDHALL_DATA)");
    return;
  }
  std::ifstream file(*path);
  std::stringstream text;
  text << file.rdbuf();
  auto root = parse_json(text.str());
  REQUIRE(root.has_value());
  int seen = 0;
  for (const json::value& group : *find_array(*root, "testGroups")) {
    for (const json::value& test : *find_array(group, "tests")) {
      CAPTURE(as_int(*find(test, "tcId")).value());
      each(group, test);
      ++seen;
    }
  }
  CHECK(seen == as_int(*find(*root, "numberOfTests")));
}

}  // namespace guildhall::crypto
