// Rubrics and steps: what is asked by number, and what else the form needs.
#include <doctest/doctest.h>

#include "base/limits.h"
#include "work/judging/judging_test_util.h"

namespace guildhall::work::judging {
namespace {

std::string rubric_task(std::size_t criteria) {
  std::string out = R"({"prompt":"p","response":"r","rubric":[)";
  for (std::size_t i = 0; i < criteria; ++i) {
    if (i > 0) out += ",";
    out +=
        R"({"id":"k)" + std::to_string(i) + R"(","criterion":"Says )" + std::to_string(i) + R"("})";
  }
  return out + "]}";
}

std::string met(int number, std::string_view verdict) {
  return R"({"criterion":)" + std::to_string(number) + R"(,"evidence":"e","met":)" +
         std::string(verdict) + "}";
}

std::string step(int number, int rating) {
  return R"({"step":)" + std::to_string(number) + R"(,"check":"c","rating":)" +
         std::to_string(rating) + "}";
}

std::string steps(const std::vector<std::string>& rows, std::string_view more = "") {
  std::string out = R"({"steps":[)";
  for (const auto& row : rows) out += (out.back() == '[' ? "" : ",") + row;
  return out + "]" + std::string(more) + "}";
}

TEST_CASE("judging: few criteria share an ask, many have one each") {
  const Case few("judge.rubric", builtin("rubric"), rubric_task(2));
  REQUIRE(few.asks().size() == 1);
  CHECK(few.answers({R"({"criteria":[)" + met(1, "true") + "," + met(2, "null") + "]}"}) ==
        R"({"criteria":{"k0":true,"k1":null}})");
  const std::string refused = "reply-not-of-schema /replies/0";
  CHECK(few.answers({R"({"criteria":[)" + met(2, "true") + "," + met(1, "null") + "]}"}) ==
        refused);
  CHECK(few.answers({R"({"criteria":[)" + met(1, "true") + "]}"}) == refused);
  CHECK(few.answers({R"({"criteria":[)" + met(1, "\"yes\"") + "," + met(2, "true") + "]}"}) ==
        refused);
  const std::size_t count = kMaxCriteriaTogether + 1;
  const Case many("judge.rubric", builtin("rubric"), rubric_task(count));
  const auto asks = many.asks();
  REQUIRE(asks.size() == count);
  CHECK(asks[2].variant == "criterion-3");
  CHECK(asks[2].user.find("Says 2") != std::string::npos);
  CHECK(asks[2].user.find("Says 1") == std::string::npos);
  std::vector<std::string> replies(count, R"({"evidence":"e","met":true})");
  replies[1] = "```json\n{\"evidence\":\"e\",\"met\":false}\n```";
  CHECK(many.answers(replies) ==
        R"({"criteria":{"k0":true,"k1":false,"k2":true,"k3":true,"k4":true}})");
  replies[3] = R"({"met":true,"evidence":"e"})";
  CHECK(many.answers(replies) == "reply-not-of-schema /replies/3");
  // A reply can be held against its ask before the others are there.
  CHECK(read_reply(asks[1], replies[1]));
  CHECK_FALSE(read_reply(asks[3], replies[3]));
}

TEST_CASE("judging: null is no verdict where the form does not allow it; the rest is asked last") {
  auto form = must_parse(js(R"({"base":"rubric","questions":[
      {"id":"criteria","kind":"rubric","from":"/rubric","required":true,"cannot_assess":false},
      {"id":"tone","kind":"rating","required":true}]})"));
  const Case rubric("judge.rubric", form, rubric_task(1));
  const auto asks = rubric.asks();
  REQUIRE(asks.size() == 2);
  CHECK(asks[1].variant == "rest");
  const std::string rest = R"({"reasons":"r","answers":{"tone":4}})";
  CHECK(rubric.answers({R"({"criteria":[)" + met(1, "null") + "]}", rest}) ==
        "reply-not-of-schema /replies/0");
  CHECK(rubric.answers({R"({"criteria":[)" + met(1, "false") + "]}", rest}) ==
        R"({"tone":4,"criteria":{"k0":false}})");
}

TEST_CASE("judging: each step has its rating, in order") {
  const Case all("judge.steps", builtin("steps"), R"({"prompt":"p","steps":["s1",{"text":"s2"}]})");
  REQUIRE(all.asks().size() == 1);
  const std::string refused = "reply-not-of-schema /replies/0";
  const std::string none = R"(,"answers":{})";
  CHECK(all.answers({steps({step(1, 1), step(2, -1)}, none)}) == R"({"ratings":[1,-1]})");
  CHECK(all.answers({steps({step(1, 1), step(2, -1)}, R"(,"answers":{"correction":"c"})")}) ==
        R"({"correction":"c","ratings":[1,-1]})");
  CHECK(all.answers({steps({step(2, 1), step(1, -1)}, none)}) == refused);
  CHECK(all.answers({steps({step(1, 1)}, none)}) == refused);
  CHECK(all.answers({steps({step(1, 1), step(2, 2)}, none)}) == refused);
}

TEST_CASE("judging: up to the first error, where the form says so") {
  auto form = must_parse(js(R"({"base":"steps","stop_at_first_error":true})"));
  const Case first("judge.steps", form, R"({"prompt":"p","steps":["s1","s2","s3"]})");
  const std::string none = R"(,"answers":{})";
  CHECK(first.asks()[0].system.find("first step that is wrong") != std::string::npos);
  CHECK(first.answers({steps({step(1, 1), step(2, -1)}, none)}) == R"({"ratings":[1,-1]})");
  const std::string refused = "reply-not-of-schema /replies/0";
  CHECK(first.answers({steps({step(1, 1), step(2, -1), step(3, 1)}, none)}) == refused);
  CHECK(first.answers({steps({step(1, 1)}, none)}) == refused);
}

TEST_CASE("judging: steps of a run are the agent's messages; the others stand between") {
  const Case run("judge.steps", builtin("trajectory"),
                 R"({"messages":[{"role":"user","content":"Go"},{"role":"assistant","content":"A"},
                    {"role":"tool","content":"T"},{"role":"assistant","content":"B"}]})");
  const auto user = run.asks()[0].user;
  CHECK(user.find("[step 2]") != std::string::npos);
  CHECK(user.find("[step 3]") == std::string::npos);
  CHECK(user.find("[between]") != std::string::npos);
  CHECK(run.answers({steps({step(1, 1), step(2, 0)}, R"(,"answers":{"overall":"partial"})")}) ==
        R"({"overall":"partial","steps":[1,0]})");
  CHECK(run.answers({steps({step(1, 1), step(2, 0)}, R"(,"answers":{})")}) ==
        "reply-not-of-schema /replies/0");
}

}  // namespace
}  // namespace guildhall::work::judging
