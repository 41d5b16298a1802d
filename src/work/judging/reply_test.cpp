#include "work/judging/reply.h"

#include <doctest/doctest.h>

#include "base/limits.h"

namespace guildhall::work::judging {
namespace {

TEST_CASE("judging: a reply is JSON, or one block of it, and nothing else") {
  for (const char* text :
       {R"({"a":1})", "  {\"a\":1}\n", "```\n{\"a\":1}\n```", "```json\n{\"a\":1}\n```\n",
        "```json \r\n{\"a\":1}\r\n```", "```json\n{\n  \"a\": 1\n}\n```"}) {
    CAPTURE(text);
    auto object = json_of_reply(text);
    REQUIRE(object);
    CHECK(to_json(*object) == R"({"a":1})");
  }
  for (const char* text : {"",
                           "yes",
                           "[1]",
                           "1",
                           "null",
                           R"({"a":1,"a":2})",
                           R"({"a":1} {"a":2})",
                           R"(Sure: {"a":1})",
                           R"({"a":1} I hope that helps.)",
                           "```json\n{\"a\":1}",
                           "```python\n{\"a\":1}\n```",
                           "```json\n{\"a\":1}\n```\nDone.",
                           "```json\n{\"a\":1}\n```\n```json\n{\"a\":2}\n```",
                           "```{\"a\":1}```",
                           "```",
                           "``````",
                           "{\"a\":1}```",
                           "{\"a\":1,}",
                           "{'a':1}",
                           "// {\n{\"a\":1}",
                           "{\"a\":\"\xff\"}",
                           "<think>so</think>{\"a\":1}"}) {
    CAPTURE(text);
    auto object = json_of_reply(text);
    REQUIRE_FALSE(object);
    CHECK(object.error().type == "reply-not-json");
  }
}

TEST_CASE("judging: depth and size of a reply are bounded, and no error repeats it") {
  std::string deep = R"({"a":)";
  for (int i = 0; i < kMaxJsonDepth; ++i) deep += "[";
  for (int i = 0; i < kMaxJsonDepth; ++i) deep += "]";
  CHECK_FALSE(json_of_reply(deep + "}"));
  const std::string large = R"({"a":")" + std::string(kMaxReplyBytes, 'x') + R"("})";
  CHECK_FALSE(json_of_reply(large));
  auto twice = json_of_reply(R"({"secret":1,"secret":2})");
  REQUIRE_FALSE(twice);
  CHECK(twice.error().detail.find("secret") == std::string::npos);
}

}  // namespace
}  // namespace guildhall::work::judging
