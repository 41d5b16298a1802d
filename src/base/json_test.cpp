#include "base/json.h"

#include <doctest/doctest.h>

#include "base/clock.h"

namespace guildhall {

// Whatever stands wherever in blocks of sixteen: what is written reads back, and nothing that must
// be escaped stays as it is.
TEST_CASE("json: every byte of ASCII is written as a string that reads back") {
  for (std::size_t size : {1U, 15U, 16U, 17U, 40U}) {
    for (std::size_t at = 0; at < size; ++at) {
      for (int c = 0; c < 128; ++c) {
        std::string text(size, 'x');
        text[at] = static_cast<char>(c);
        std::string written;
        write_json_string(written, text);
        for (char w : written) REQUIRE(static_cast<unsigned char>(w) >= 0x20);
        auto read = parse_json(written);
        REQUIRE(read);
        REQUIRE(view(read->get_string()) == text);
      }
    }
  }
  std::string written;
  write_json_string(written, "Grüße an alle, die es \"genau\" nehmen\n");
  CHECK(written == "\"Grüße an alle, die es \\\"genau\\\" nehmen\\n\"");
}

TEST_CASE("clock: a time is written as it is read") {
  CHECK(rfc3339(0) == "1970-01-01T00:00:00.000Z");
  CHECK(rfc3339(1'774'348'740'007) == "2026-03-24T10:39:00.007Z");
  CHECK(rfc3339(951'782'399'999) == "2000-02-28T23:59:59.999Z");
  CHECK(rfc3339(951'782'400'000) == "2000-02-29T00:00:00.000Z");
  CHECK(parse_rfc3339(rfc3339(4'102'444'799'123)) == 4'102'444'799'123);
}

}  // namespace guildhall
