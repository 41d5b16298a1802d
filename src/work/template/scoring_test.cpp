// Scores, gold and verdicts.
#include "work/template/scoring.h"

#include "work/template/template_test_util.h"

namespace guildhall::work {
namespace {

constexpr std::string_view kRubricData = R"({"prompt":"p","response":"r","rubric":[
  {"id":"a","criterion":"A","points":3},{"id":"b","criterion":"B"},
  {"id":"c","criterion":"C","points":-2},{"id":"g","criterion":"G","points":2,"gate":true},
  {"id":"f","criterion":"Names a fault","points":-1,"gate":true}]})";

double score_of(std::string_view criteria) {
  auto rubric = *Template::builtin("rubric");
  auto score = rubric.score(js(R"({"criteria":)" + std::string(criteria) + "}"), js(kRubricData));
  return score.value_or(-1);
}

TEST_CASE("score: points met over positive points") {
  CHECK(score_of(R"({"a":true,"b":true,"c":false,"g":true,"f":false})") == 1.0);
  CHECK(score_of(R"({"a":true,"b":false,"c":false,"g":true,"f":false})") ==
        doctest::Approx(5.0 / 6));
  CHECK(score_of(R"({"a":true,"b":false,"c":true,"g":true,"f":false})") ==
        doctest::Approx(3.0 / 6));
  // Cannot be assessed: out of both sums.
  CHECK(score_of(R"({"a":null,"b":true,"c":false,"g":true,"f":false})") == 1.0);
  CHECK(score_of(R"({"a":null,"b":false,"c":null,"g":true,"f":false})") ==
        doctest::Approx(2.0 / 3));
  // Never below 0.
  CHECK(score_of(R"({"a":null,"b":false,"c":true,"g":null,"f":null})") == 0.0);
  // A gate: one that names a good is failed by false, one that names a fault by true.
  CHECK(score_of(R"({"a":true,"b":true,"c":false,"g":false,"f":false})") == 0.0);
  CHECK(score_of(R"({"a":true,"b":true,"c":false,"g":true,"f":true})") == 0.0);
  CHECK(score_of(R"({"a":true,"b":true,"c":false,"g":null,"f":null})") == 1.0);
  // Nothing was assessed: no score.
  CHECK(score_of(R"({"a":null,"b":null,"c":null,"g":null,"f":null})") == -1.0);
  CHECK(score_of(R"({"c":true})") == -1.0);
  CHECK_FALSE(Template::builtin("preference")->score(js(R"({"choice":"a"})"), js("{}")));
}

double gold(std::string_view name, std::string_view answers, std::string_view gold) {
  return must_parse(json::value(name)).gold_agreement(js(answers), js(gold), js("{}"));
}

TEST_CASE("gold: each template's own notion of being right") {
  CHECK(gold("preference", R"({"choice":"a","strength":1})", R"({"choice":"a","strength":3})") ==
        1);
  CHECK(gold("preference", R"({"choice":"tie"})", R"({"choice":"a","strength":3})") == 0);
  CHECK(gold("rubric", R"({"criteria":{"a":true,"b":null,"c":false}})",
             R"({"criteria":{"a":true,"b":true,"c":false,"d":true}})") == 0.5);
  CHECK(gold("steps", R"({"ratings":[1,0,-1]})", R"({"ratings":[1,1,-1]})") ==
        doctest::Approx(2.0 / 3));
  CHECK(gold("steps", R"({"ratings":[1]})", R"({"ratings":[1,-1]})") == 0.5);
  CHECK(gold("spans", R"({"spans":[{"start":1,"end":2,"label":"error","note":"x"},
    {"start":5,"end":6,"label":"error"}]})",
             R"({"spans":[{"label":"error","end":2,"start":1}]})") == doctest::Approx(2.0 / 3));
  CHECK(gold("spans", R"({"spans":[]})", R"({"spans":[]})") == 1);
  CHECK(gold("trajectory", R"({"steps":[1,1],"overall":"success"})",
             R"({"steps":[1,-1],"overall":"success","failures":["broke_policy"]})") ==
        doctest::Approx(1.5 / 3));
  CHECK(gold("choice", R"({"choice":"yes"})", R"({"choice":"yes","justification":"w"})") == 1);
  CHECK(gold("demonstration", R"({"response":"x"})", R"({"response":"x"})") == 0);
}

TEST_CASE("gold: a form of one's own compares what is not free text") {
  auto form = one_question(R"({"id":"m","kind":"many","options":["x","y"]},
    {"id":"k","kind":"rank","options":["x","y","z"],"ties":true},
    {"id":"n","kind":"number"},{"id":"t","kind":"text"})");
  auto right = js(R"({"m":["x","y"],"k":[["z"],["x","y"]],"n":2,"t":"words"})");
  CHECK(form.gold_agreement(js(R"({"m":["y","x"],"k":[["z"],["y","x"]],"n":2.0,"t":"other"})"),
                            right, js("{}")) == 1);
  CHECK(form.gold_agreement(js(R"({"m":["y"],"k":[["z"],["y","x"]]})"), right, js("{}")) ==
        doctest::Approx(1.0 / 3));
  CHECK(field_of(form.check_gold(right, js("{}"))) == "ok");
  CHECK(field_of(form.check_gold(js(R"({"t":"words"})"), js("{}"))) == "/answers");
  CHECK(field_of(form.check_gold(js(R"({"m":["w"]})"), js("{}"))) == "/answers/m/0");
}

TEST_CASE("gold: must hold something to compare") {
  auto preference = *Template::builtin("preference");
  auto data = js(R"({"prompt":"p","responses":[{"text":"a"},{"text":"b"}]})");
  CHECK(field_of(preference.check_gold(js(R"({"choice":"a"})"), data)) == "ok");
  CHECK(field_of(preference.check_gold(js(R"({"strength":3})"), data)) == "/answers");
  CHECK(field_of(preference.check_gold(js(R"({"choice":"c"})"), data)) == "/answers/choice");
  auto writing = *Template::builtin("demonstration");
  CHECK(field_of(writing.check_gold(js(R"({"response":"x"})"), js(R"({"prompt":"p"})"))) ==
        "/answers");
}

TEST_CASE("verdict: what a majority is taken over") {
  auto preference = *Template::builtin("preference");
  CHECK(preference.verdict_key(js(R"({"choice":"both_bad","justification":"x"})")) == "both_bad");
  CHECK(preference.same_verdict(js(R"({"choice":"a","strength":1})"),
                                js(R"({"choice":"a","strength":3})")));
  CHECK_FALSE(preference.same_verdict(js(R"({"choice":"a"})"), js(R"({"choice":"b"})")));
  auto rubric = *Template::builtin("rubric");
  CHECK(rubric.same_verdict(js(R"({"criteria":{"a":true,"b":null}})"),
                            js(R"({"criteria":{"b":null,"a":true},"justification":"j"})")));
  CHECK_FALSE(rubric.same_verdict(js(R"({"criteria":{"a":true,"b":null}})"),
                                  js(R"({"criteria":{"a":true,"b":true}})")));
  auto run = *Template::builtin("trajectory");
  CHECK(run.verdict_key(js(R"({"steps":[1],"overall":"partial"})")) == "partial");
  for (auto name : {"demonstration", "authoring"}) {
    auto writing = *Template::builtin(name);
    CHECK(writing.verdict_key(js(R"({"response":"x","prompt":"y"})")).empty());
    CHECK(writing.same_verdict(js(R"({"response":"x"})"), js(R"({"response":"y"})")));
  }
  auto own = one_question(R"({"id":"m","kind":"many","options":["x","y"]},
    {"id":"n","kind":"number"},{"id":"t","kind":"text"})");
  CHECK(own.verdict_key(js(R"({"n":2.0,"m":["y","x"],"t":"w"})")) == R"({"m":["x","y"],"n":2})");
  CHECK(own.verdict_key(js(R"({"t":"w"})")).empty());
}

}  // namespace
}  // namespace guildhall::work
