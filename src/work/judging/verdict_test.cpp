#include <doctest/doctest.h>

#include "work/judging/judging_test_util.h"

namespace guildhall::work::judging {
namespace {

constexpr std::string_view kTwo =
    R"({"prompt":"What is a lease?","responses":[{"text":"First","model":"m1"},
       {"text":"Second","model":"m2"}]})";

std::string said(std::string_view answers) {
  return R"({"reasons":"Because.","answers":)" + std::string(answers) + "}";
}

std::string reviewed(std::string_view answers) {
  return R"({"premises":[{"claim":"c","source":"s"}],"traces":[{"input":"i","path":"p",)"
         R"("outcome":"o"}],"conclusion":"c","answers":)" +
         std::string(answers) + "}";
}

TEST_CASE("judging: a pairwise verdict counts where both orders agree") {
  const Case pair("judge.pairwise", builtin("preference"), kTwo);
  const auto asks = pair.asks();
  REQUIRE(asks.size() == 2);
  CHECK(asks[0].variant == "forward");
  CHECK(asks[1].variant == "reversed");
  const auto a = asks[0].user.find("First"), b = asks[0].user.find("Second");
  CHECK(a < b);
  CHECK(asks[1].user.find("First") > asks[1].user.find("Second"));
  // Shown in reverse, the same response has another letter.
  CHECK(pair.answers({said(R"({"choice":"a","strength":3})"),
                      said(R"({"choice":"b","strength":2})")}) == R"({"choice":"a","strength":2})");
  CHECK(pair.answers({said(R"({"choice":"b","strength":1,"justification":"So."})"),
                      said(R"({"choice":"a","strength":2})")}) ==
        R"({"choice":"b","strength":1,"justification":"So."})");
  // Whoever always takes the first one has said nothing.
  CHECK(pair.answers({said(R"({"choice":"a","strength":3})"),
                      said(R"({"choice":"a","strength":3})")}) == R"({"choice":"tie"})");
  CHECK(pair.answers({said(R"({"choice":"both_bad"})"), said(R"({"choice":"both_bad"})")}) ==
        R"({"choice":"both_bad"})");
  CHECK(pair.answers({said(R"({"choice":"both_bad"})"), said(R"({"choice":"tie"})")}) ==
        R"({"choice":"tie"})");
}

TEST_CASE("judging: without a tie, orders that contradict one another are no verdict") {
  auto form = must_parse(js(R"({"base":"preference","questions":[
      {"id":"choice","kind":"compare","from":"/responses","required":true,"tie":false}]})"));
  const Case pair("judge.pairwise", form, kTwo);
  CHECK(pair.answers({said(R"({"choice":"a"})"), said(R"({"choice":"a"})")}) ==
        "no-verdict /replies/1");
  CHECK(pair.answers({said(R"({"choice":"a"})"), said(R"({"choice":"b"})")}) ==
        R"({"choice":"a"})");
  CHECK(pair.answers({said(R"({"choice":"tie"})"), said(R"({"choice":"b"})")}) ==
        "reply-not-of-schema /replies/0");
}

TEST_CASE("judging: three responses turn as one list, ranks with them") {
  auto form = must_parse(js(R"({"base":"preference","questions":[
      {"id":"choice","kind":"compare","from":"/responses","required":true},
      {"id":"order","kind":"rank","from":"/responses","required":true},
      {"id":"fit","kind":"rating"}]})"));
  const Case three("judge.pairwise", form,
                   R"({"prompt":"p","responses":[{"text":"1"},{"text":"2"},{"text":"3"}]})");
  CHECK(three.answers({said(R"({"choice":"c","order":[["c"],["a"],["b"]],"fit":3})"),
                       said(R"({"choice":"a","order":[["a"],["c"],["b"]],"fit":4})")}) ==
        R"({"choice":"c","order":[["c"],["a"],["b"]]})");
  CHECK(three.answers({said(R"({"choice":"c","order":[["c"],["a"],["b"]]})"),
                       said(R"({"choice":"a","order":[["c"],["a"],["b"]]})")}) ==
        "no-verdict /replies/1");
  CHECK(three.answers({said(R"({"choice":"d","order":[["c"],["a"],["b"]]})"), ""}) ==
        "reply-not-of-schema /replies/0");
}

TEST_CASE("judging: a review that decides before it shows why is refused") {
  auto form = must_parse(js(R"({"base":"choice","options":["merge","reject"]})"));
  const Case review("judge.code-review", form, R"({"prompt":"int f() { return 1; }"})");
  REQUIRE(review.asks().size() == 1);
  CHECK(review.answers({reviewed(R"({"choice":"merge"})")}) == R"({"choice":"merge"})");
  const std::string refused = "reply-not-of-schema /replies/0";
  const std::string rest = reviewed(R"({"choice":"merge"})").substr(1);
  CHECK(review.answers({R"({"answers":{"choice":"merge"}})"}) == refused);
  CHECK(review.answers({R"({"answers":{"choice":"merge"},)" +
                        rest.substr(0, rest.find(R"(,"answers")")) + "}"}) == refused);
  CHECK(review.answers(
            {R"({"premises":[],"traces":[],"conclusion":"c","answers":{"choice":"merge"}})"}) ==
        refused);
  CHECK(review.answers(
            {R"({"premises":[{"source":"s","claim":"c"}],"traces":[{"input":"i",)"
             R"("path":"p","outcome":"o"}],"conclusion":"c","answers":{"choice":"merge"}})"}) ==
        refused);
  CHECK(review.answers({reviewed(R"({"choice":"maybe"})")}) == refused);
  // Compared responses are reviewed in both orders, too.
  CHECK(Case("judge.code-review", builtin("preference"), kTwo).asks().size() == 2);
}

TEST_CASE("judging: a draft may leave out, and conditions hold") {
  auto form = must_parse(js(with_questions(
      R"({"id":"ok","kind":"one","options":["yes","no"],"required":true},
         {"id":"why","kind":"text","required":true,"show_if":{"question":"ok","is":"no"}},
         {"id":"scan","kind":"file"})")));
  const Case draft("draft.answer", form, R"({"x":1})");
  CHECK(draft.asks()[0].system.find("scan") == std::string::npos);
  CHECK(draft.answers({R"({"answers":{}})"}) == "{}");
  CHECK(draft.answers({R"({"answers":{"ok":"yes","why":"Not asked."}})"}) == R"({"ok":"yes"})");
  CHECK(draft.answers({R"({"answers":{"ok":"no","why":"Wrong."}})"}) ==
        R"({"ok":"no","why":"Wrong."})");
  CHECK(draft.answers({"Here you are: {\"answers\":{}}"}) == "reply-not-json /replies/0");
  CHECK(draft.answers({}) == "reply-not-json /replies/0");
}

TEST_CASE("judging: a form that only a person can answer is refused") {
  auto refused = [](std::string_view name, const Template& form) {
    auto checked = check_form(must_find(name), form);
    REQUIRE_FALSE(checked);
    return std::string(checked.error().type);
  };
  CHECK(refused("judge.pairwise", builtin("choice")) == "not-for-this-form");
  CHECK(refused("judge.rubric", builtin("steps")) == "not-for-this-form");
  CHECK(refused("judge.steps", builtin("rubric")) == "not-for-this-form");
  CHECK(refused("judge.code-review", builtin("demonstration")) == "not-for-this-form");
  CHECK(refused("draft.answer", builtin("boxes")) == "not-for-this-form");
  CHECK(refused("draft.answer", builtin("dialogue")) == "not-for-this-form");
  for (const char* name : {"preference", "rubric", "demonstration", "authoring", "steps",
                           "trajectory", "choice", "spans"}) {
    CHECK(check_form(must_find("draft.answer"), builtin(name)));
  }
  auto image = must_parse(js(R"({"views":[{"id":"scan","kind":"image","from":"/scan"}],
      "questions":[{"id":"ok","kind":"one","options":["yes","no"]}]})"));
  const Case seen("draft.answer", image, R"({"scan":"f1"})");
  SeededRandom random(1);
  auto asks = asks_for(seen.prompt, seen.form, seen.subject, random);
  REQUIRE_FALSE(asks);
  CHECK(asks.error().type == "not-for-this-form");
}

}  // namespace
}  // namespace guildhall::work::judging
