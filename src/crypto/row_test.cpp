#include "crypto/row.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "base/test_data.h"

namespace guildhall::crypto {
namespace {

const std::string kKey(32, 'k');

}  // namespace

TEST_CASE("row: what is sealed opens again, at every length, and is 56 bytes longer than padded") {
  SeededRandom random(1);
  for (std::size_t size = 0; size < 700; ++size) {
    std::string plain = random.bytes(size);
    if (size > 0 && size % 3 == 0) plain.back() = '\0';  // an end that looks like padding
    if (size > 0 && size % 5 == 0) plain.back() = '\x80';
    auto sealed = seal_row(kKey, "here", plain, random);
    CHECK(sealed.size() == padme(size + 1) + 56);
    auto opened = open_row(kKey, "here", sealed);
    REQUIRE(opened.has_value());
    CHECK(opened->expose() == plain);
  }
}

TEST_CASE("row: every altered byte, length, context or key is refused") {
  SeededRandom random(2);
  auto sealed = seal_row(kKey, "room 1, task 7", "What ails the patient?", random);
  auto refused = [&](std::string_view key, std::string_view context, std::string_view bytes) {
    auto opened = open_row(key, context, bytes);
    return !opened && opened.error().type == "seal-broken";
  };
  CHECK_FALSE(refused(kKey, "room 1, task 7", sealed));  // the control
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string other = sealed;
    other[i] = static_cast<char>(other[i] ^ (1 << (i % 8)));
    CHECK(refused(kKey, "room 1, task 7", other));
    CHECK(refused(kKey, "room 1, task 7", std::string_view(sealed).substr(0, i)));
  }
  CHECK(refused(kKey, "room 1, task 7", sealed + '\0'));
  CHECK(refused(kKey, "room 1, task 8", sealed));
  CHECK(refused(kKey, "room 1, task ", sealed));
  CHECK(refused(std::string(32, 'j'), "room 1, task 7", sealed));
}

TEST_CASE("row: the border between salt and context cannot be moved") {
  SeededRandom random(3);
  auto sealed = seal_row(kKey, "ab", "x", random);
  std::string moved = sealed.substr(1) + "a";
  CHECK_FALSE(open_row(kKey, "b", moved).has_value());
  CHECK_FALSE(open_row(kKey, sealed.substr(23, 1) + "ab", sealed).has_value());
}

TEST_CASE("row: the same bytes sealed twice have nothing in common") {
  SeededRandom random(4);
  auto one = seal_row(kKey, "c", std::string(64, 'a'), random);
  auto two = seal_row(kKey, "c", std::string(64, 'a'), random);
  CHECK(one.substr(24, 32) != two.substr(24, 32));
  CHECK(one.substr(one.size() - 32) != two.substr(two.size() - 32));
}

TEST_CASE("row: Padmé's lengths") {
  // From the definition: L rounded up to a multiple of 2^(E-S), E = floor(log2 L), S = bits of E.
  CHECK(padme(0) == 0);
  CHECK(padme(1) == 1);
  CHECK(padme(9) == 10);
  CHECK(padme(100) == 104);
  CHECK(padme(1'000) == 1'024);
  CHECK(padme(100'000) == 100'352);
  for (std::size_t bytes = 1; bytes < 5'000; ++bytes) {
    CHECK(padme(bytes) >= bytes);
    CHECK(padme(bytes) * 100 <= bytes * 112 + 100);
    CHECK(padme(padme(bytes)) == padme(bytes));
    CHECK(padme(bytes) <= padme(bytes + 1));
  }
}

// By its exact length nearly every real task can be told from the others; padded hardly any.
TEST_CASE("row: sizes of real tasks tell few of them apart") {
  auto path = test_data("arena-hard/question.jsonl");
  if (!path) return;
  std::map<std::size_t, int> exact;
  std::map<std::size_t, int> padded;
  std::ifstream in(*path);
  int tasks = 0;
  for (std::string line; std::getline(in, line); ++tasks) {
    ++exact[line.size()];
    ++padded[padme(line.size() + 1)];
  }
  auto unique = [](const auto& sizes) {
    return std::ranges::count_if(sizes, [](const auto& pair) { return pair.second == 1; });
  };
  REQUIRE(tasks == 500);
  MESSAGE("unique by size: exact ", unique(exact), ", padded ", unique(padded), " of ", tasks);
  CHECK(unique(padded) * 100 <= 5 * tasks);
}

}  // namespace guildhall::crypto
