// A dialogue as a kind of question: what a form may say, what of it is secret, what its answer is.
#include <array>
#include <tuple>

#include "base/limits.h"
#include "work/template/answer_check.h"
#include "work/template/dialogue_form.h"
#include "work/template/schema.h"
#include "work/template/template_test_util.h"

namespace guildhall::work {
namespace {

constexpr std::string_view kTalk =
    R"({"id":"talk","kind":"dialogue","models":["m-1","m-2"],"system":"You are Ada.",
      "parameters":{"temperature":0.5},"max_turns":3,"rate":{"min":1,"max":5},"may":["edit"]})";

// The form of a dialogue question with these members besides its models.
std::string dialogue_fault(std::string_view members) {
  return form_field(
      with_questions(R"({"id":"q","kind":"dialogue","models":["m"])" + std::string(members) + "}"));
}

}  // namespace

TEST_CASE("dialogue form: what is left out is filled in, and it reads back the same") {
  auto form = one_question(kTalk);
  const auto* rules = form.dialogue();
  REQUIRE(rules != nullptr);
  CHECK(rules->question == "talk");
  CHECK(rules->models == std::vector<std::string>{"m-1", "m-2"});
  CHECK(rules->blind);
  CHECK(rules->parameters == R"({"temperature":0.5,"max_tokens":1024})");
  CHECK(rules->min_turns == 1);
  CHECK(rules->max_turns == 3);
  CHECK(rules->may_edit);
  CHECK_FALSE(rules->may_branch);
  CHECK(must_parse(js(form.form_json())).form_json() == form.form_json());
  CHECK(Template::builtin("choice")->dialogue() == nullptr);
}

TEST_CASE("dialogue form: faults are named where they are") {
  CHECK(dialogue_fault("") == "ok");
  const std::string at = "/template/questions/0";
  CHECK(form_field(with_questions(R"({"id":"q","kind":"dialogue"})")) == at + "/models");
  CHECK(form_field(with_questions(
            R"({"id":"q","kind":"dialogue","models":["1","2","3","4","5"]})")) == at + "/models");
  CHECK(dialogue_fault(R"(,"parameters":{"temperature":3})") == at + "/parameters/temperature");
  CHECK(dialogue_fault(R"(,"parameters":{"top_p":-1})") == at + "/parameters/top_p");
  CHECK(dialogue_fault(R"(,"parameters":{"max_tokens":0})") == at + "/parameters/max_tokens");
  CHECK(dialogue_fault(R"(,"parameters":{"n":2})") == at + "/parameters/n");
  CHECK(dialogue_fault(R"(,"parameters":1)") == at + "/parameters");
  CHECK(dialogue_fault(R"(,"max_turns":51)") == at + "/max_turns");
  CHECK(dialogue_fault(R"(,"min_turns":3,"max_turns":2)") == at + "/min_turns");
  CHECK(dialogue_fault(R"(,"rate":{"min":5,"max":5})") == at + "/rate/max");
  CHECK(dialogue_fault(R"(,"may":["fly"])") == at + "/may");
  CHECK(dialogue_fault(R"(,"from":"/x")") == at + "/from");
  CHECK(form_field(with_questions(std::string(kTalk) +
                                  R"(,{"id":"b","kind":"dialogue","models":["m"]})")) ==
        "/template/questions/1/kind");
  CHECK(form_field(with_questions(R"({"id":"g","kind":"group","questions":[)" + std::string(kTalk) +
                                  "]}")) == "/template/questions/0/questions/0/kind");
}

TEST_CASE("dialogue form: whoever may not know it gets no model, system prompt or parameter") {
  auto blind = one_question(kTalk);
  const auto& shown = blind.form_json_without_secrets();
  for (const char* secret : {"m-1", "m-2", "Ada", "temperature", "max_tokens", "parameters"}) {
    CAPTURE(secret);
    CHECK(blind.form_json().find(secret) != std::string::npos);  // control
    CHECK(shown.find(secret) == std::string::npos);
  }
  CHECK(shown.find(R"("slots":["A","B"])") != std::string::npos);
  CHECK(blind.answers_schema_json().find("m-1") == std::string::npos);

  auto open =
      one_question(R"({"id":"q","kind":"dialogue","models":["m-1"],"blind":false,"system":"Ada"})");
  CHECK(open.form_json_without_secrets().find(R"("models":["m-1"])") != std::string::npos);
  CHECK(open.form_json_without_secrets().find("Ada") == std::string::npos);
  auto other = *Template::builtin("choice");
  CHECK(other.form_json_without_secrets() == other.form_json());
}

TEST_CASE("dialogue form: the built-in takes its members in short, and a goal in its data") {
  auto form = must_parse(js(R"({"base":"dialogue","models":["x","y","z"],"system":"S",
    "max_turns":4,"may":["branch"],"rate":{"max":3}})"));
  CHECK(form.kind() == "dialogue");
  CHECK(form.dialogue()->models.size() == 3);
  CHECK(form.dialogue()->may_branch);
  CHECK_FALSE(form.dialogue()->may_edit);
  CHECK(form.dialogue()->rate->max == 3);
  CHECK(field_of(form.check_data(js(R"({"goal":"Make it swear"})"))) == "ok");
  CHECK(field_of(form.check_data(js("{}"))) == "ok");
  CHECK(field_of(form.check_gold(js(R"({"talk":{"turns":[],"end":null}})"), js("{}"))) ==
        "/answers");
}

TEST_CASE("dialogue form: schema and words say the same of an answer") {
  auto form = one_question(kTalk);
  auto schema = AnswerSchema::compile(js(form.answers_schema_json()));
  REQUIRE(schema);
  constexpr auto kCases = std::to_array<std::pair<std::string_view, std::string_view>>({
      {R"({"turns":[{"user":"u","chosen":null}],"end":null})", "ok"},
      {R"({"turns":[{"user":"u","chosen":"r","ratings":{"r":5}}],"end":"r"})", "ok"},
      {R"({"turns":[],"end":null})", "/answers/talk/turns"},
      {R"({"turns":[1],"end":null})", "/answers/talk/turns/0"},
      {R"({"turns":[{"user":"u","chosen":null}]})", "/answers/talk"},
      {R"({"turns":[{"user":"u","chosen":null}],"end":""})", "/answers/talk/end"},
      {R"({"turns":[{"user":"u","chosen":null}],"end":null,"x":1})", "/answers/talk"},
      {R"({"turns":[{"chosen":null}],"end":null})", "/answers/talk/turns/0/user"},
      {R"({"turns":[{"user":null,"chosen":null}],"end":null})", "/answers/talk/turns/0/user"},
      {R"({"turns":[{"user":"u"}],"end":null})", "/answers/talk/turns/0/chosen"},
      {R"({"turns":[{"user":"u","chosen":null,"x":1}],"end":null})", "/answers/talk/turns/0"},
      {R"({"turns":[{"user":"u","chosen":null,"ratings":{"r":6}}],"end":null})",
       "/answers/talk/turns/0/ratings/r"},
      {R"({"turns":[{"user":"u","chosen":null,"ratings":{"r":"5"}}],"end":null})",
       "/answers/talk/turns/0/ratings/r"},
      {R"({"turns":[{"user":"u","chosen":null,"ratings":[]}],"end":null})",
       "/answers/talk/turns/0/ratings"},
      {R"("hello")", "/answers/talk"},
      {R"({"turns":[{"user":"u","chosen":null},{"user":"u","chosen":null},
          {"user":"u","chosen":null},{"user":"u","chosen":null}],"end":null})",
       "/answers/talk/turns"},
  });
  for (const auto& [answer, field] : kCases) {
    CAPTURE(answer);
    auto answers = js(R"({"talk":)" + std::string(answer) + "}");
    CHECK(field_of(form.check_answers(answers, js("{}"), true)) == field);
    CHECK(schema->accepts(answers) == (field == "ok"));
    auto misfit = check_dialogue(*form.dialogue(), answers.at("talk"), "/answers/talk", true);
    CHECK(misfit.has_value() == (field != "ok"));
  }
  auto unrated = one_question(R"({"id":"talk","kind":"dialogue","models":["m"]})");
  CHECK(field_of(unrated.check_answers(
            js(R"({"talk":{"turns":[{"user":"u","chosen":null,"ratings":{"r":1}}],"end":null}})"),
            js("{}"), true)) == "/answers/talk/turns/0/ratings");
  // A draft may be short of turns.
  CHECK(field_of(form.check_answers(js(R"({"talk":{"turns":[],"end":null}})"), js("{}"), false)) ==
        "ok");
}

}  // namespace guildhall::work
