#include "gateway/dialects/raw_json.h"

#include <doctest/doctest.h>

#include "base/json.h"

namespace guildhall::gateway {
namespace {

TEST_CASE("raw json: values are the bytes they stand in") {
  const std::string text =
      " {\"a\" : 1.50e1 ,\"\\u0062\":[ {\"x\":\"}]\\\\\\\"\"}, [], -0 ],\"c\":null,"
      "\"d\":{\"e\":{\"f\":true}},\"s\":\"q\\n\\ud83d\\ude00\"} ";
  const RawJson value = *RawJson::parse(text);
  CHECK(value.member("a").text() == "1.50e1");
  CHECK(value.member("a").integer() == 15);
  CHECK(value.member("b").text() == "[ {\"x\":\"}]\\\\\\\"\"}, [], -0 ]");
  CHECK(value.member("b").items().size() == 3);
  CHECK(value.member("b").items()[0].member("x").decoded() == "}]\\\"");
  CHECK(value.member("b").items()[2].number() == 0);
  CHECK(value.member("c").present());
  CHECK_FALSE(value.member("c"));
  CHECK(value.at("d", "e").member("f").is_true());
  CHECK(value.member("s").decoded() == "q\n😀");
  CHECK(value.member("s").is("q\n😀"));
  CHECK(value.member("s").inner() == "q\\n\\ud83d\\ude00");
  CHECK_FALSE(value.member("none").present());
  CHECK(value.members().size() == 5);
  CHECK(RawJson().items().empty());
  CHECK_FALSE(RawJson().member("x").integer());
}

TEST_CASE("raw json: what parse_json refuses is refused") {
  for (const char* text : {"", "{", "{\"a\":1,\"a\":2}", "\"\xff\"", "1 2", "{\"a\":nul}"}) {
    CHECK(RawJson::parse(text).error().type == "bad-json");
  }
}

// Rebuilds a value from what RawJson says of it, and compares with the parser's own.
json::value rebuilt(const RawJson& raw) {
  if (raw.is_object()) {
    json::object object;
    for (const auto& [key, value] : raw.members()) object[key.decoded()] = rebuilt(value);
    return object;
  }
  if (raw.is_array()) {
    json::array array;
    for (const RawJson& item : raw.items()) array.push_back(rebuilt(item));
    return array;
  }
  return *parse_json(raw.text());
}

TEST_CASE("raw json: agrees with the parser on awkward texts") {
  for (const char* text :
       {"{}", "[]", "[[[]],{}]", "\"\"", "{\"\":{\"\":[]}}", "[ 1 , \"a\\\"\" , {\"k\" :\n[\t] } ]",
        "{\"a\\\\\":\"\\\\\",\"b\":\"\\\\\\\"\"}", "[true,false,null,-1e-3]"}) {
    CHECK(rebuilt(*RawJson::parse(text)) == *parse_json(text));
  }
}

}  // namespace
}  // namespace guildhall::gateway
