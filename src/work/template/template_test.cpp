// The built-in templates: a good example of each, and wrong ones for each rule.
#include "work/template/template.h"

#include <set>

#include "work/template/template_test_util.h"

namespace guildhall::work {
namespace {

struct Example {
  std::string_view name;
  std::string_view data;
  std::string_view answers;
};

constexpr Example kGood[] = {
    {"preference", R"({"prompt":"2+2?","responses":[{"text":"4","model":"m1"},{"messages":
      [{"role":"assistant","content":"5"}]}]})",
     R"({"choice":"a","strength":3,"justification":"It is right."})"},
    {"preference", R"({"prompt":[{"role":"user","content":"Hi"}],"responses":[{"text":"x"},
      {"text":""},{"text":"z"}]})",
     R"({"choice":"tie"})"},
    {"rubric", R"({"prompt":"p","response":"r","rubric":[{"id":"c1","criterion":"Says so"},
      {"id":"c2","criterion":"Lies","points":-10,"gate":true}]})",
     R"({"criteria":{"c1":true,"c2":null},"justification":"-"})"},
    {"demonstration", R"({"prompt":"Write a haiku"})", R"({"response":"Five, seven, five"})"},
    {"authoring", R"({"brief":"A hard question on tax law"})",
     R"({"prompt":"p","ideal":"i","rubric":[{"criterion":"c","points":5}],"sources":["s"]})"},
    {"steps", R"({"prompt":"p","steps":["one",{"text":"two"},"three"]})",
     R"({"ratings":[1,0,-1],"correction":"Do that"})"},
    {"trajectory", R"({"messages":[{"role":"user","content":"q"},{"role":"assistant",
      "content":null,"tool_calls":[{"id":"1","function":{"name":"f"}}]},{"role":"tool",
      "content":"r"},{"role":"assistant","content":"a"}],"tools":[{"name":"f"}]})",
     R"({"steps":[1,-1],"overall":"failure","failures":["used_wrong_tool"]})"},
    {"choice", R"({"prompt":"Is it?"})", R"({"choice":"unsure"})"},
    {"choice", R"({"prompt":"Which?","options":["x",{"value":"y","label":"Y"}]})",
     R"({"choice":"y"})"},
    {"spans", R"({"text":"Grüße aus Köln"})",
     R"({"spans":[{"start":10,"end":14,"label":"error","note":"No"}]})"},
    {"boxes", R"({"image":{"file":"fil_1","alt":"a street"},"labels":["car","bicycle"]})",
     R"({"boxes":[{"x":0.1,"y":0.2,"w":0.3,"h":0.4,"label":"car"}],"justification":"-"})"},
    {"segments", R"({"media":"fil_1","prompt":"Who speaks?"})",
     R"({"segments":[{"start_ms":0,"end_ms":1500,"label":"speech","note":"a child"}]})"},
    {"dialogue", R"({"goal":"Make it contradict itself"})",
     R"({"talk":{"turns":[{"user":"dia_1","chosen":"dia_2"}],"end":"dia_2"}})"},
};

struct Wrong {
  std::string_view name;
  std::string_view data;
  std::string_view field;
};

constexpr Wrong kWrongData[] = {
    {"preference", R"(3)", "/data"},
    {"preference", R"({"responses":[{"text":"a"},{"text":"b"}]})", "/data/prompt"},
    {"preference", R"({"prompt":"","responses":[{"text":"a"},{"text":"b"}]})", "/data/prompt"},
    {"preference", R"({"prompt":{"text":"p"},"responses":[{"text":"a"},{"text":"b"}]})",
     "/data/prompt"},
    {"preference", R"({"prompt":[],"responses":[{"text":"a"},{"text":"b"}]})", "/data/prompt"},
    {"preference", R"({"prompt":[{"role":"boss","content":"x"}],"responses":[]})",
     "/data/prompt/0/role"},
    {"preference", R"({"prompt":[{"role":"user"}],"responses":[]})", "/data/prompt/0/content"},
    {"preference", R"({"prompt":[{"role":"user","content":7}],"responses":[]})",
     "/data/prompt/0/content"},
    {"preference", R"({"prompt":[{"role":"user","content":[{"x":1}]}],"responses":[]})",
     "/data/prompt/0/content/0"},
    {"preference", R"({"prompt":[{"role":"user","content":"x","tool_calls":3}],"responses":[]})",
     "/data/prompt/0/tool_calls"},
    {"preference", R"({"prompt":"p"})", "/data/responses"},
    {"preference", R"({"prompt":"p","responses":[{"text":"only one"}]})", "/data/responses"},
    {"preference", R"({"prompt":"p","responses":[{"text":"a"},"b"]})", "/data/responses/1"},
    {"preference", R"({"prompt":"p","responses":[{"text":"a"},{"text":4}]})",
     "/data/responses/1/text"},
    {"preference", R"({"prompt":"p","responses":[{"text":"a"},{}]})", "/data/responses/1"},
    {"preference", R"({"prompt":"p","responses":[{"text":"a"},{"text":"b","messages":[]}]})",
     "/data/responses/1"},
    {"preference", R"({"prompt":"p","responses":[{"text":"a"},{"messages":[]}]})",
     "/data/responses/1/messages"},
    {"rubric", R"({"prompt":"p","rubric":[{"id":"a","criterion":"c"}]})", "/data/response"},
    {"rubric", R"({"prompt":"p","response":"r"})", "/data/rubric"},
    {"rubric", R"({"prompt":"p","response":"r","rubric":[]})", "/data/rubric"},
    {"rubric", R"({"prompt":"p","response":"r","rubric":["c"]})", "/data/rubric/0"},
    {"rubric", R"({"prompt":"p","response":"r","rubric":[{"criterion":"c"}]})",
     "/data/rubric/0/id"},
    {"rubric", R"({"prompt":"p","response":"r","rubric":[{"id":"a b","criterion":"c"}]})",
     "/data/rubric/0/id"},
    {"rubric", R"({"prompt":"p","response":"r","rubric":[{"id":"a","criterion":"c"},
      {"id":"a","criterion":"d"}]})",
     "/data/rubric/1/id"},
    {"rubric", R"({"prompt":"p","response":"r","rubric":[{"id":"a","criterion":""}]})",
     "/data/rubric/0/criterion"},
    {"rubric", R"({"prompt":"p","response":"r","rubric":[{"id":"a","criterion":"c",
      "points":11}]})",
     "/data/rubric/0/points"},
    {"rubric", R"({"prompt":"p","response":"r","rubric":[{"id":"a","criterion":"c",
      "points":"5"}]})",
     "/data/rubric/0/points"},
    {"rubric", R"({"prompt":"p","response":"r","rubric":[{"id":"a","criterion":"c","gate":1}]})",
     "/data/rubric/0/gate"},
    {"demonstration", R"({"task":"p"})", "/data/prompt"},
    {"authoring", R"({"brief":["p"]})", "/data/brief"},
    {"steps", R"({"prompt":"p","steps":"one"})", "/data/steps"},
    {"steps", R"({"prompt":"p","steps":[]})", "/data/steps"},
    {"steps", R"({"prompt":"p","steps":["a",2]})", "/data/steps/1"},
    {"steps", R"({"prompt":"p","steps":["a",{"text":2}]})", "/data/steps/1/text"},
    {"trajectory", R"({"messages":"x"})", "/data/messages"},
    {"trajectory", R"({"messages":[{"role":"user","content":"no agent here"}]})", "/data/messages"},
    {"trajectory", R"({"messages":[{"role":"assistant","content":"x"}],"tools":{}})",
     "/data/tools"},
    {"trajectory", R"({"messages":[{"role":"assistant","tool_calls":["f"]}]})",
     "/data/messages/0/tool_calls/0"},
    {"choice", R"({"prompt":"p","options":[]})", "/data/options"},
    {"choice", R"({"prompt":"p","options":["a","a"]})", "/data/options/1"},
    {"choice", R"({"prompt":"p","options":["a",{"label":"b"}]})", "/data/options/1"},
    {"spans", R"({"text":""})", "/data/text"},
    {"spans", R"({"text":"t","labels":"x"})", "/data/labels"},
    {"boxes", R"({"prompt":"p"})", "/data/image"},
    {"boxes", R"({"image":"https://elsewhere.example/a.png"})", "/data/image"},
    {"boxes", R"({"image":"fil_1","labels":[]})", "/data/labels"},
    {"segments", R"({"media":{"alt":"x"}})", "/data/media/file"},
    {"segments", R"({"media":7})", "/data/media"},
};

struct WrongAnswer {
  std::size_t example;
  std::string_view answers;
  std::string_view field;
  bool also_in_draft;
};

constexpr WrongAnswer kWrongAnswers[] = {
    {0, R"([])", "/answers", true},
    {0, R"({})", "/answers/choice", false},
    {0, R"({"choice":"a"})", "/answers/strength", false},
    {0, R"({"choice":"c","strength":1})", "/answers/choice", true},
    {0, R"({"choice":"A","strength":1})", "/answers/choice", true},
    {0, R"({"choice":"ab","strength":1})", "/answers/choice", true},
    {0, R"({"choice":null})", "/answers/choice", true},
    {0, R"({"choice":1,"strength":1})", "/answers/choice", true},
    {0, R"({"choice":"a","strength":4})", "/answers/strength", true},
    {0, R"({"choice":"a","strength":0})", "/answers/strength", true},
    {0, R"({"choice":"a","strength":1.5})", "/answers/strength", true},
    {0, R"({"choice":"tie","strength":"1"})", "/answers/strength", true},
    {0, R"({"choice":"tie","justification":["x"]})", "/answers/justification", true},
    {0, R"({"choice":"tie","winner":"a"})", "/answers/winner", true},
    {2, R"({})", "/answers/criteria", false},
    {2, R"({"criteria":{"c1":true}})", "/answers/criteria/c2", false},
    {2, R"({"criteria":{"c1":true,"c2":"yes"}})", "/answers/criteria/c2", true},
    {2, R"({"criteria":{"c1":true,"c2":1}})", "/answers/criteria/c2", true},
    {2, R"({"criteria":{"c1":true,"c2":true,"c3":true}})", "/answers/criteria", true},
    {2, R"({"criteria":[true,false]})", "/answers/criteria", true},
    {3, R"({"response":""})", "/answers/response", false},
    {3, R"({"response":" \n "})", "/answers/response", false},
    {3, R"({"response":5})", "/answers/response", true},
    {4, R"({"ideal":"i","rubric":[{"criterion":"c","points":5}]})", "/answers/prompt", false},
    {4, R"({"prompt":"p","ideal":"i","rubric":[]})", "/answers/rubric", false},
    {4, R"({"prompt":"p","ideal":"i","rubric":[{"points":5}]})", "/answers/rubric/0/criterion",
     false},
    {4, R"({"prompt":"p","ideal":"i","rubric":[{"criterion":"c","points":11}]})",
     "/answers/rubric/0/points", true},
    {4, R"({"prompt":"p","ideal":"i","rubric":[{"criterion":"c","points":1.5}]})",
     "/answers/rubric/0/points", true},
    {4, R"({"prompt":"p","ideal":"i","rubric":[{"criterion":"c","points":1,"x":1}]})",
     "/answers/rubric/0/x", true},
    {4, R"({"prompt":"p","ideal":"i","rubric":[{"criterion":"c","points":1}],"sources":[5]})",
     "/answers/sources/0", true},
    {5, R"({"ratings":[1,0]})", "/answers/ratings", false},
    {5, R"({"ratings":[1,0,1,1]})", "/answers/ratings", true},
    {5, R"({"ratings":[1,2,1]})", "/answers/ratings/1", true},
    {5, R"({"ratings":[1,null,1]})", "/answers/ratings/1", false},
    {6, R"({"steps":[1,1]})", "/answers/overall", false},
    {6, R"({"steps":[1,1,1,1],"overall":"failure"})", "/answers/steps", true},
    {6, R"({"steps":[1,1],"overall":"maybe"})", "/answers/overall", true},
    {6, R"({"steps":[1,1],"overall":"failure","failures":["ghost"]})", "/answers/failures/0", true},
    {6, R"({"steps":[1,1],"overall":"failure","failures":["broke_policy","broke_policy"]})",
     "/answers/failures/1", true},
    {7, R"({"choice":"maybe"})", "/answers/choice", true},
    {8, R"({"choice":"yes"})", "/answers/choice", true},
    {9, R"({"spans":[{"start":10,"end":15,"label":"error"}]})", "/answers/spans/0/end", true},
    {9, R"({"spans":[{"start":4,"end":4,"label":"error"}]})", "/answers/spans/0/start", true},
    {9, R"({"spans":[{"start":-1,"end":4,"label":"error"}]})", "/answers/spans/0/start", true},
    {9, R"({"spans":[{"start":1,"end":4,"label":"typo"}]})", "/answers/spans/0/label", true},
    {9, R"({"spans":[{"start":1,"end":4}]})", "/answers/spans/0/label", true},
    {9, R"({"spans":[{"start":1,"end":4,"label":"error","x":1}]})", "/answers/spans/0", true},
    {9, R"({"spans":[{"start":1,"end":18446744073709551615,"label":"error"}]})",
     "/answers/spans/0/end", true},
};

TEST_CASE("templates: every built-in takes its good example") {
  std::set<std::string_view> seen;
  for (const auto& example : kGood) {
    CAPTURE(example.name);
    auto form = must_parse(json::value(example.name));
    CHECK(form.kind() == example.name);
    auto data = js(example.data);
    CHECK(field_of(form.check_data(data)) == "ok");
    CHECK(field_of(form.check_answers(js(example.answers), data, true)) == "ok");
    CHECK(field_of(form.check_answers(js(example.answers), data, false)) == "ok");
    CHECK(field_of(form.check_answers(js("{}"), data, false)) == "ok");
    seen.insert(example.name);
  }
  auto names = Template::builtin_names();
  CHECK(seen == std::set<std::string_view>(names.begin(), names.end()));
  CHECK(names.size() == 11);
}

TEST_CASE("templates: wrong data is refused by field") {
  for (const auto& wrong : kWrongData) {
    CAPTURE(wrong.data);
    auto result = must_parse(json::value(wrong.name)).check_data(js(wrong.data));
    CHECK(field_of(result) == wrong.field);
    if (!result) CHECK(result.error().type == "invalid-data");
  }
}

TEST_CASE("templates: wrong answers are refused by field") {
  for (const auto& wrong : kWrongAnswers) {
    CAPTURE(wrong.answers);
    const auto& example = kGood[wrong.example];
    auto form = must_parse(json::value(example.name));
    auto result = form.check_answers(js(wrong.answers), js(example.data), true);
    CHECK(field_of(result) == wrong.field);
    if (!result) CHECK(result.error().type == "invalid-answers");
    auto draft = form.check_answers(js(wrong.answers), js(example.data), false);
    CHECK(field_of(draft) == (wrong.also_in_draft ? wrong.field : "ok"));
  }
}

TEST_CASE("templates: a form's text says everything and reads back the same") {
  for (auto name : Template::builtin_names()) {
    CAPTURE(name);
    auto form = *Template::builtin(name);
    auto again = must_parse(js(form.form_json()));
    CHECK(again.form_json() == form.form_json());
    CHECK(again.answers_schema_json() == form.answers_schema_json());
    CHECK(again.kind() == name);
    CHECK(js(form.answers_schema_json()).is_object());
  }
  CHECK(field_of(Template::builtin("poetry")) == "/template");
}

TEST_CASE("templates: a form may derive from a built-in") {
  auto choice = must_parse(js(R"({"base":"choice","options":["red","green"]})"));
  CHECK(choice.kind() == "choice");
  auto data = js(R"({"prompt":"Colour?"})");
  CHECK(field_of(choice.check_answers(js(R"({"choice":"red"})"), data, true)) == "ok");
  CHECK(field_of(choice.check_answers(js(R"({"choice":"yes"})"), data, true)) == "/answers/choice");
  auto spans = must_parse(js(R"({"base":"spans","labels":["typo"]})"));
  auto text = js(R"({"text":"abc"})");
  CHECK(field_of(spans.check_answers(js(R"({"spans":[{"start":0,"end":3,"label":"typo"}]})"), text,
                                     true)) == "ok");
  auto boxes = must_parse(js(R"({"base":"boxes","labels":["car"]})"));
  CHECK(field_of(boxes.check_answers(js(R"({"boxes":[{"x":0,"y":0,"w":1,"h":1,"label":"car"}]})"),
                                     js(R"({"image":"f"})"), true)) == "ok");
  auto steps = must_parse(js(R"({"base":"steps","stop_at_first_error":true})"));
  auto task = js(R"({"prompt":"p","steps":["a","b","c"]})");
  CHECK(field_of(steps.check_answers(js(R"({"ratings":[1,-1]})"), task, true)) == "ok");
  CHECK(field_of(steps.check_answers(js(R"({"ratings":[1,-1,1]})"), task, true)) ==
        "/answers/ratings/2");
  CHECK(field_of(steps.check_answers(js(R"({"ratings":[1,1]})"), task, true)) ==
        "/answers/ratings");
  CHECK(form_field(R"({"base":"nothing"})") == "/template/base");
  CHECK(form_field(R"({"base":7})") == "/template/base");
  CHECK(form_field(R"({"base":"choice","options":[]})") == "/template/questions/0/options");
  CHECK(form_field(R"({"base":"preference","options":["a"]})") == "/template/options");
  CHECK(form_field(R"({"base":"preference","questions":[{"id":"why","kind":"text"}]})") ==
        "/template/questions");
  CHECK(form_field(R"({"base":"preference","questions":[
    {"id":"choice","kind":"compare","from":"/others"}]})") == "/template/questions");
}

TEST_CASE("templates: a derived form still needs its base's data") {
  auto form = must_parse(js(R"({"base":"preference",
    "views":[{"id":"extra","kind":"markdown","from":"/note"}]})"));
  CHECK(field_of(form.check_data(js(R"({"note":"n","responses":[{"text":"a"},{"text":"b"}]})"))) ==
        "/data/prompt");
  CHECK(field_of(form.check_data(
            js(R"({"prompt":"p","responses":[{"text":"a"},{"text":"b"}]})"))) == "/data/note");
}

TEST_CASE("templates: an expert's copy of the data names no model") {
  auto preference = *Template::builtin("preference");
  auto data = js(R"({"prompt":"Which car model?","model":"x","responses":[
    {"text":"a","model":"m1"},{"messages":[{"role":"assistant","content":"b","model":"m2"}]}],
    "meta":{"model":"T"}})");
  CHECK(preference.blind_data(data) ==
        R"({"prompt":"Which car model?","responses":[{"text":"a"},)"
        R"({"messages":[{"role":"assistant","content":"b"}]}],"meta":{"model":"T"}})");
  auto hiding = must_parse(js(R"({"base":"preference","hide":["/meta/model"]})"));
  CHECK(hiding.blind_data(data).find("\"T\"") == std::string::npos);
  auto plain = js(R"({"prompt":"p","responses":[]})");
  CHECK(preference.blind_data(plain) == R"({"prompt":"p","responses":[]})");
}

}  // namespace
}  // namespace guildhall::work
