#include "crypto/share_text.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/limits.h"

namespace guildhall::crypto {
namespace {

std::vector<Share> some_shares(std::size_t secret_bytes = 32) {
  SeededRandom random(23);
  return split(Secret(random.bytes(secret_bytes)), 3, 5, random).value();
}

std::string text_of(const Share& share) { return std::string(share_text(share).expose()); }

std::string error_of(std::string_view text) {
  auto share = read_share(text);
  if (share) return "none";
  CHECK(share.error().type == "bad-share");
  return share.error().detail;
}

}  // namespace

TEST_CASE("share text: read back, however it is typed") {
  for (std::size_t size : {1U, 2U, 3U, 16U, 31U, 32U, 33U, 64U}) {
    for (const Share& share : some_shares(size)) {
      std::string text = text_of(share);
      std::string lower = text;
      for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      std::string joined = text;
      std::erase(joined, ' ');
      std::string lines = "\n" + text + "\r\n";
      std::ranges::replace(lines, ' ', '-');
      std::string letters = text;
      std::ranges::replace(letters, '0', 'O');
      std::ranges::replace(letters, '1', 'l');
      for (const std::string& typed : {text, lower, joined, lines, letters}) {
        auto back = read_share(typed);
        REQUIRE(back.has_value());
        CHECK(back->set == share.set);
        CHECK(back->threshold == share.threshold);
        CHECK(back->index == share.index);
        CHECK(back->value.expose() == share.value.expose());
      }
    }
  }
}

TEST_CASE("share text: shares that an independent program combined, to the letter") {
  SeededRandom random(1);
  auto shares = split(Secret("a secret of twenty-six byt"), 3, 5, random).value();
  CHECK(text_of(shares[0]) ==
        "064G4Q45 6140DAYV 7W6BTYDX Q165SA05 1EZQ7JP0 CNDR8H0G "
        "7NWD26NM M2FSQP17 B9BACKCR QACD4VNZ CXQQVZ2X FDXD9SVJ");
  CHECK(text_of(shares[4]) ==
        "064G4Q45 614GD9G6 N048GYDR 357HB64T F5WFTC0B ZGJPCNH6 "
        "D5BSMDZT 01WMXMDA F4KPW0HB 422TTK6R 1BCB9C02 58GH9JFK");
}

TEST_CASE("share text: any wrong letter is named with its place") {
  const std::string text = text_of(some_shares()[1]);
  CHECK(text.size() == 14 * 9 - 1);
  int tried = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (char c : std::string_view("0123456789ABCDEFGHJKMNPQRSTVWXYZ")) {
      if (text[at] == ' ' || text[at] == c) continue;
      std::string wrong = text;
      wrong[at] = c;
      CHECK(error_of(wrong) == "Group " + std::to_string(at / 9 + 1) +
                                   " is mistyped: look at its letter " +
                                   std::to_string(at % 9 + 1) + ", \"" + c + "\".");
      ++tried;
    }
  }
  CHECK(tried == 14 * 8 * 31);
}

TEST_CASE("share text: two letters exchanged, groups exchanged, left out or added") {
  const std::string text = text_of(some_shares()[0]);
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    if (text[at] == ' ' || text[at + 1] == ' ' || text[at] == text[at + 1]) continue;
    std::string wrong = text;
    std::swap(wrong[at], wrong[at + 1]);
    CHECK(error_of(wrong).starts_with("Group " + std::to_string(at / 9 + 1) + " is mistyped"));
  }
  for (std::size_t group = 0; group < 14; ++group) {
    std::string without = text + " ";
    without.erase(group * 9, 9);
    CHECK(error_of(without) != "none");
    std::string twice = text + " ";
    twice.insert(group * 9, twice.substr(group * 9, 9));
    CHECK(error_of(twice) != "none");
    std::string short_group = text;
    short_group.erase(group * 9 + 3, 1);
    CHECK(error_of(short_group) ==
          "Group " + std::to_string(group + 1) + " has not eight letters.");
    if (group == 0) continue;
    std::string exchanged = text;
    std::swap_ranges(exchanged.begin(), exchanged.begin() + 8,
                     exchanged.begin() + static_cast<std::ptrdiff_t>(group * 9));
    CHECK(error_of(exchanged).starts_with("Group 1 is mistyped"));
  }
  CHECK(error_of("") == "The share is not whole.");
  CHECK(error_of(text.substr(0, 8)) == "The share is not whole.");
  CHECK(error_of("ABCU") == "Group 1 has a letter that no share has.");
}

TEST_CASE("share text: any two wrong letters, and any wrong group, are noticed") {
  SeededRandom random(29);
  const std::string text = text_of(some_shares()[2]);
  constexpr std::string_view kLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  auto letter = [&] { return kLetters[random.below(kLetters.size())]; };
  int past_the_group = 0;  // whose check letters fit by chance, one in 1,024
  for (int i = 0; i < 20'000; ++i) {
    std::string two = text;
    for (int changes = 0; changes < 2; ++changes) {
      const std::size_t at = random.below(text.size());
      if (two[at] != ' ') two[at] = letter();
    }
    if (two != text) CHECK(error_of(two) != "none");

    std::string group = text;
    const std::size_t start = random.below(14) * 9;
    for (std::size_t at = start; at < start + 8; ++at) group[at] = letter();
    const std::string error = error_of(group);
    CHECK(error != "none");
    if (!error.starts_with("Group")) ++past_the_group;
  }
  CHECK(past_the_group > 0);
}

}  // namespace guildhall::crypto
