#include "work/template/judgments.h"

#include "work/template/template_test_util.h"

namespace guildhall::work {
namespace {

std::string shown(const Template& form, std::string_view answers) {
  auto questions = form.closed_questions();
  std::string out;
  for (const auto& one : form.judgments_of(js(answers))) {
    REQUIRE(one.question < questions.size());
    CHECK(questions[one.question].parts == !one.part.empty());
    if (!out.empty()) out += ' ';
    out += questions[one.question].id;
    if (!one.part.empty()) out += '/' + one.part;
    out += '=' + one.label;
  }
  return out;
}

std::string questions_of(std::string_view builtin) {
  std::string out;
  for (const auto& one : unwrap(Template::builtin(builtin)).closed_questions()) {
    if (!out.empty()) out += "; ";
    out += one.id + (one.parts ? "/" : "") + (one.ordered ? "<" : "") + (one.open ? "+" : "");
    for (const auto& label : one.labels) out += ' ' + label;
  }
  return out;
}

}  // namespace

TEST_CASE("judgments: the closed questions of the built-in forms") {
  CHECK(questions_of("preference") == "choice+ a b tie both_bad");
  CHECK(questions_of("rubric") == "criteria/ no yes cannot-tell");
  CHECK(questions_of("demonstration").empty());
  CHECK(questions_of("authoring").empty());
  CHECK(questions_of("steps") == "ratings/< -1 0 1");
  CHECK(questions_of("trajectory") ==
        "steps/< -1 0 1; overall success partial failure; failures/ no yes");
  CHECK(questions_of("choice") == "choice+ yes no unsure");
  CHECK(questions_of("spans").empty());
  CHECK(questions_of("boxes").empty());
  CHECK(questions_of("segments").empty());
  CHECK(questions_of("dialogue").empty());
  CHECK(Template::builtin_names().size() == 11);  // a new one belongs here
}

TEST_CASE("judgments: what answers say") {
  auto builtin = [](std::string_view name) { return unwrap(Template::builtin(name)); };
  CHECK(shown(builtin("preference"), R"({"choice":"b","strength":2,"justification":"x"})") ==
        "choice=b");
  CHECK(shown(builtin("preference"), R"({"choice":"both_bad"})") == "choice=both_bad");
  CHECK(shown(builtin("rubric"), R"({"criteria":{"c1":true,"c2":false,"c3":null}})") ==
        "criteria/c1=yes criteria/c2=no criteria/c3=cannot-tell");
  CHECK(shown(builtin("steps"), R"({"ratings":[1,0,-1]})") ==
        "ratings/1=1 ratings/2=0 ratings/3=-1");
  auto run = shown(builtin("trajectory"),
                   R"({"steps":[1],"overall":"partial","failures":["invented_fact"]})");
  CHECK(run.starts_with("steps/1=1 overall=partial failures/goal_partially_completed=no"));
  CHECK(run.find("failures/invented_fact=yes") != std::string::npos);
  CHECK(shown(builtin("choice"), R"({"choice":"a task's own"})") == "choice=a task's own");
  CHECK(shown(builtin("demonstration"), R"({"response":"long"})").empty());
}

TEST_CASE("judgments: scales, hidden questions, what does not apply") {
  auto rating = one_question(R"({"id":"r","kind":"rating","min":-1,"max":2,"na":true})");
  CHECK(rating.closed_questions()[0].ordered);
  CHECK(rating.closed_questions()[0].labels ==
        std::vector<std::string>{"-1", "0", "1", "2", "not-applicable"});
  CHECK(shown(rating, R"({"r":2})") == "r=2");
  CHECK(shown(rating, R"({"r":null})") == "r=not-applicable");
  CHECK(shown(rating, "{}").empty());
  auto hidden = must_parse(js(with_questions(
      R"({"id":"a","kind":"one","options":["x","y"]},
         {"id":"why","kind":"text"},
         {"id":"b","kind":"one","options":["p","q"],"show_if":{"question":"a","is":"x"}})")));
  CHECK(shown(hidden, R"({"a":"x","why":"w","b":"q"})") == "a=x b=q");
  CHECK(shown(hidden, R"({"a":"y","b":"q"})") == "a=y");  // what is not shown is not answered
  auto own = one_question(R"({"id":"m","kind":"many","options_from":"/o","options":["x","y"]})");
  CHECK(own.closed_questions().empty());
}

TEST_CASE("judgments: any JSON is borne") {
  for (auto name : Template::builtin_names()) {
    auto form = unwrap(Template::builtin(name));
    for (auto text : {"null", "[]", "3", R"({"choice":3,"criteria":[1],"ratings":"x"})",
                      R"({"criteria":{"c":7},"ratings":[{"a":1}],"steps":{},"failures":[[]]})"}) {
      for (const auto& one : form.judgments_of(js(text))) {
        CHECK(one.question < form.closed_questions().size());
      }
    }
  }
}

}  // namespace guildhall::work
