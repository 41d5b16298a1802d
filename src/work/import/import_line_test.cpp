#include "work/import/import_line.h"

#include <doctest/doctest.h>

#include "base/limits.h"
#include "work/import/raw_members.h"

namespace guildhall::work {
namespace {

std::string field_at_fault(std::string_view text) {
  const json::value value = *parse_json(text);
  auto line = parse_import_line(value, text);
  if (line) return "none";
  CHECK(line.error().type == "invalid-line");
  return line.error().field;
}

}  // namespace

TEST_CASE("import line: members, and the raw text of data and gold kept byte for byte") {
  const std::string text =
      R"( {"key":"k\u00e9y","priority":-2,"batch":"b1", "d\u0061ta" : {"x": 1.50, "s":"}\\\"{"} ,)"
      R"("gold":{"reason":"clear", "answers": { "choice":"a" } },"suggestions":[{"answers":{},)"
      R"("author":"m"},{"answers":{}}],"submissions":[{"author":"v","answers":{}}]} )";
  const json::value value = *parse_json(text);
  auto line = parse_import_line(value, text);
  REQUIRE(line);
  CHECK(line->key == "kéy");
  CHECK(line->batch == "b1");
  CHECK(line->priority == -2);
  CHECK(line->data_raw() == R"({"x": 1.50, "s":"}\\\"{"})");
  CHECK(line->gold_raw() == R"({ "choice":"a" })");
  CHECK(view(*line->gold_reason) == "clear");
  CHECK(line->suggestions->size() == 2);
  CHECK(line->submissions->size() == 1);
  CHECK(find(*line->data, "x") != nullptr);
}

TEST_CASE("import line: without raw text it is written anew; moving keeps it") {
  const json::value value = *parse_json(R"({"data":{"a" : 1},"gold":{"b":0.5}})");
  auto line = parse_import_line(value, {});
  REQUIRE(line);
  ImportLine moved = *std::move(line);
  CHECK(moved.data_raw() == R"({"a":1})");
  CHECK(moved.gold_raw() == R"({"b":0.5})");
  CHECK_FALSE(moved.key.has_value());
  CHECK(moved.priority == 0);
}

TEST_CASE("import line: each fault names its field") {
  CHECK(field_at_fault(R"({"data":{}})") == "none");
  CHECK(field_at_fault(R"({"data":{},"key":null,"gold":null,"suggestions":null})") == "none");
  CHECK(field_at_fault("[]") == "");
  CHECK(field_at_fault("{}") == "/data");
  CHECK(field_at_fault(R"({"data":[]})") == "/data");
  CHECK(field_at_fault(R"({"data":{},"a/b":1})") == "/a~1b");
  CHECK(field_at_fault(R"({"data":{},"key":1})") == "/key");
  CHECK(field_at_fault(R"({"data":{},"key":""})") == "/key");
  CHECK(field_at_fault(R"({"data":{},"key":")" + std::string(kMaxTaskKey + 1, 'k') + "\"}") ==
        "/key");
  CHECK(field_at_fault(R"({"data":{},"batch":{}})") == "/batch");
  CHECK(field_at_fault(R"({"data":{},"priority":1.5})") == "/priority");
  CHECK(field_at_fault(R"({"data":{},"priority":101})") == "/priority");
  CHECK(field_at_fault(R"({"data":{},"gold":"a"})") == "/gold");
  CHECK(field_at_fault(R"({"data":{},"gold":{"choice":"a","reason":1}})") == "none");
  CHECK(field_at_fault(R"({"data":{},"gold":{"answers":1}})") == "/gold/answers");
  CHECK(field_at_fault(R"({"data":{},"gold":{"answers":{},"choice":1}})") == "/gold/choice");
  CHECK(field_at_fault(R"({"data":{},"gold":{"answers":{},"reason":1}})") == "/gold/reason");
  CHECK(field_at_fault(R"({"data":{},"suggestions":{}})") == "/suggestions");
  CHECK(field_at_fault(R"({"data":{},"suggestions":[1]})") == "/suggestions/0");
  CHECK(field_at_fault(R"({"data":{},"suggestions":[{"author":"m"})"
                       R"(]})") == "/suggestions/0/answers");
  CHECK(field_at_fault(R"({"data":{},"suggestions":[{"answers":{},"x":1}]})") ==
        "/suggestions/0/x");
  CHECK(field_at_fault(R"({"data":{},"submissions":[{"answers":{}}]})") == "/submissions/0/author");
  CHECK(field_at_fault(R"({"data":{},"submissions":[{"author":"v","answers":1}]})") ==
        "/submissions/0/answers");
  CHECK(field_at_fault(R"({"data":{},"submissions":[{"author":"","answers":{}}]})") ==
        "/submissions/0/author");
}

TEST_CASE("raw members: the items of an array are counted as they stand") {
  CHECK(count_raw_items("[]") == 0);
  CHECK(count_raw_items("[ ]") == 0);
  CHECK(count_raw_items("{}") == 0);
  CHECK(count_raw_items("") == 0);
  CHECK(count_raw_items("[1]") == 1);
  CHECK(count_raw_items(R"([{"text":"a,]\",["}, {"m":[1,2,{"x":"}"}]} ,"c" ])") == 3);
}

}  // namespace guildhall::work
