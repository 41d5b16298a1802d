// Every kind of question: answers that fit and answers that do not, checked by the form and by
// its derived schema.
#include <array>

#include "work/template/answer_check.h"
#include "work/template/schema.h"
#include "work/template/template_test_util.h"

namespace guildhall::work {
namespace {

struct Case {
  std::string_view question;
  std::string_view data;
  std::string_view answers;
  std::string_view field;  // "ok" or where it is refused
  bool schema_sees;        // the schema alone refuses it
};

constexpr std::string_view kShown =
    R"({"id":"r","kind":"rating","min":1,"max":5},{"id":"q","kind":"text","required":true,
      "show_if":{"question":"r","in":[1,5]}})";
constexpr std::string_view kLow =
    R"({"id":"r","kind":"number"},{"id":"q","kind":"text","required":true,
      "show_if":{"question":"r","at_most":2.5}})";
constexpr std::string_view kNotIn =
    R"({"id":"r","kind":"many","options":["x","y"]},{"id":"q","kind":"text","required":true,
      "show_if":{"question":"r","not_in":["x"]}})";
constexpr std::string_view kUnanswered =
    R"({"id":"r","kind":"text"},{"id":"q","kind":"text","required":true,
      "show_if":{"question":"r","answered":false}})";
constexpr std::string_view kBoxes = R"({"id":"q","kind":"boxes","from":"/i","labels":["l","m"]})";
constexpr std::string_view kSegments =
    R"({"id":"q","kind":"segments","from":"/m","labels":["l","m"],"overlap":false,
      "min_items":1})";
constexpr std::string_view kRows =
    R"({"id":"q","kind":"group","min_items":1,"max_items":2,"questions":[
      {"id":"k","kind":"one","options":["fact","style"],"required":true},
      {"id":"n","kind":"text","required":true,"show_if":{"question":"k","is":"fact"}},
      {"id":"w","kind":"compare","from":"/r"}]})";

constexpr Case kCases[] = {
    {R"({"id":"q","kind":"one","options":["x","y"],"required":true})", "{}", R"({"q":"x"})", "ok",
     false},
    {R"({"id":"q","kind":"one","options":["x","y"],"required":true})", "{}", R"({"q":"z"})",
     "/answers/q", true},
    {R"({"id":"q","kind":"one","options":["x","y"],"required":true})", "{}", R"({"q":null})",
     "/answers/q", true},
    {R"({"id":"q","kind":"one","options":["x"],"na":true,"required":true})", "{}", R"({"q":null})",
     "ok", false},
    {R"({"id":"q","kind":"one","options_from":"/o"})", R"({"o":["u"]})", R"({"q":"u"})", "ok",
     false},
    {R"({"id":"q","kind":"one","options_from":"/o"})", R"({"o":["u"]})", R"({"q":"v"})",
     "/answers/q", false},
    {R"({"id":"q","kind":"many","options":["x","y"],"min_items":1})", "{}", R"({"q":["y","x"]})",
     "ok", false},
    {R"({"id":"q","kind":"many","options":["x","y"],"min_items":1})", "{}", R"({"q":[]})",
     "/answers/q", true},
    {R"({"id":"q","kind":"many","options":["x","y"],"max_items":1})", "{}", R"({"q":["x","y"]})",
     "/answers/q", true},
    {R"({"id":"q","kind":"rating"})", "{}", R"({"q":5})", "ok", false},
    {R"({"id":"q","kind":"rating"})", "{}", R"({"q":6})", "/answers/q", true},
    {R"({"id":"q","kind":"rating"})", "{}", R"({"q":"5"})", "/answers/q", true},
    {R"({"id":"q","kind":"rating"})", "{}", R"({"q":true})", "/answers/q", true},
    {R"({"id":"q","kind":"compare","from":"/r"})", R"({"r":[1,2,3]})", R"({"q":"c"})", "ok", false},
    {R"({"id":"q","kind":"compare","from":"/r"})", R"({"r":[1,2,3]})", R"({"q":"d"})", "/answers/q",
     false},
    {R"({"id":"q","kind":"compare","from":"/r","tie":false})", R"({"r":[1,2]})", R"({"q":"tie"})",
     "/answers/q", true},
    {R"({"id":"q","kind":"compare","from":"/r","all_bad":false})", R"({"r":[1,2]})",
     R"({"q":"both_bad"})", "/answers/q", true},
    {R"({"id":"q","kind":"compare","from":"/r","strength":7})", R"({"r":[1,2]})",
     R"({"q":"b","q_strength":7})", "ok", false},
    {R"({"id":"q","kind":"compare","from":"/r","strength":7})", R"({"r":[1,2]})", R"({"q":"b"})",
     "/answers/q_strength", true},
    {R"({"id":"q","kind":"compare","from":"/r","strength":7})", R"({"r":[1,2]})",
     R"({"q":"both_bad"})", "ok", false},
    {R"({"id":"q","kind":"rank","from":"/r","ties":true})", R"({"r":[1,2,3]})",
     R"({"q":[["b"],["a","c"]]})", "ok", false},
    {R"({"id":"q","kind":"rank","from":"/r"})", R"({"r":[1,2]})", R"({"q":[["a","b"]]})",
     "/answers/q/0", true},
    {R"({"id":"q","kind":"rank","from":"/r"})", R"({"r":[1,2]})", R"({"q":[["a"]]})", "/answers/q",
     false},
    {R"({"id":"q","kind":"rank","from":"/r"})", R"({"r":[1,2]})", R"({"q":[["a"],["a"]]})",
     "/answers/q/1", false},
    {R"({"id":"q","kind":"rank","from":"/r"})", R"({"r":[1,2]})", R"({"q":[["a"],["A"]]})",
     "/answers/q/1", false},
    {R"({"id":"q","kind":"rank","options":["x","y"]})", "{}", R"({"q":[["y"],["x"]]})", "ok",
     false},
    {R"({"id":"q","kind":"rank","options":["x","y"]})", "{}", R"({"q":[["y"],["z"]]})",
     "/answers/q/1/0", true},
    {R"({"id":"q","kind":"text","min_length":2,"max_length":3})", "{}", R"({"q":"äöü"})", "ok",
     false},
    {R"({"id":"q","kind":"text","min_length":2,"max_length":3})", "{}", R"({"q":"abcd"})",
     "/answers/q", true},
    {R"({"id":"q","kind":"text","min_length":2,"max_length":3})", "{}", R"({"q":"a"})",
     "/answers/q", true},
    {R"({"id":"q","kind":"text","list":true,"max_items":2})", "{}", R"({"q":["a","b","c"]})",
     "/answers/q", true},
    {R"({"id":"q","kind":"number","min":-1.5,"max":2})", "{}", R"({"q":-1.5})", "ok", false},
    {R"({"id":"q","kind":"number","min":-1.5,"max":2})", "{}", R"({"q":-1.6})", "/answers/q", true},
    {R"({"id":"q","kind":"number","integer":true})", "{}", R"({"q":0.5})", "/answers/q", true},
    {R"({"id":"q","kind":"rubric","from":"/c","cannot_assess":false})",
     R"({"c":[{"id":"x","criterion":"t"}]})", R"({"q":{"x":null}})", "/answers/q/x", true},
    {R"({"id":"q","kind":"steps","from":"/s","stop_at_first_error":true})",
     R"({"s":["a","b","c"]})", R"({"q":[0,-1]})", "ok", false},
    {R"({"id":"q","kind":"steps","from":"/s","stop_at_first_error":true})",
     R"({"s":["a","b","c"]})", R"({"q":[-1,1]})", "/answers/q/1", false},
    {R"({"id":"q","kind":"spans","from":"/t","labels":["l"],"overlap":false})", R"({"t":"abcdef"})",
     R"({"q":[{"start":3,"end":5,"label":"l"},{"start":0,"end":4,"label":"l"}]})", "/answers/q",
     false},
    {R"({"id":"q","kind":"spans","from":"/t","labels":["l"],"overlap":false})", R"({"t":"abcdef"})",
     R"({"q":[{"start":3,"end":5,"label":"l"},{"start":0,"end":3,"label":"l"}]})", "ok", false},
    {kBoxes, R"({"i":"f1"})",
     R"({"q":[{"x":0.7,"y":0,"w":0.3,"h":1,"label":"l","note":"n"},
       {"x":0.1,"y":0.2,"w":0.9,"h":0.8,"label":"m"}]})",
     "ok", false},
    {kBoxes, R"({"i":"f1"})", R"({"q":[{"x":0.7,"y":0,"w":0.4,"h":1,"label":"l"}]})",
     "/answers/q/0/w", false},
    {kBoxes, R"({"i":"f1"})", R"({"q":[{"x":0,"y":0.1,"w":1,"h":0.95,"label":"l"}]})",
     "/answers/q/0/h", false},
    {kBoxes, R"({"i":"f1"})", R"({"q":[{"x":0.5,"y":0,"w":0,"h":1,"label":"l"}]})",
     "/answers/q/0/w", false},
    {kBoxes, R"({"i":"f1"})", R"({"q":[{"x":-0.1,"y":0,"w":0.3,"h":1,"label":"l"}]})",
     "/answers/q/0/x", true},
    {kBoxes, R"({"i":"f1"})", R"({"q":[{"x":0,"y":0,"w":1.2,"h":1,"label":"l"}]})",
     "/answers/q/0/w", true},
    {kBoxes, R"({"i":"f1"})", R"({"q":[{"x":0,"y":0,"w":1,"label":"l"}]})", "/answers/q/0/h", true},
    {kBoxes, R"({"i":"f1"})", R"({"q":[{"x":0,"y":0,"w":1,"h":1,"label":"z"}]})",
     "/answers/q/0/label", true},
    {kBoxes, R"({"i":"f1"})", R"({"q":[{"x":0,"y":0,"w":1,"h":1,"label":"l","z":1}]})",
     "/answers/q/0", true},
    {R"({"id":"q","kind":"boxes","from":"/i","labels_from":"/l"})", R"({"i":"f1","l":["u"]})",
     R"({"q":[{"x":0,"y":0,"w":1,"h":1,"label":"v"}]})", "/answers/q/0/label", false},
    {kSegments, R"({"m":"f1"})",
     R"({"q":[{"start_ms":0,"end_ms":500,"label":"l"},{"start_ms":500,"end_ms":900,
       "label":"m","note":"n"}]})",
     "ok", false},
    {kSegments, R"({"m":"f1"})", R"({"q":[{"start_ms":500,"end_ms":500,"label":"l"}]})",
     "/answers/q/0/end_ms", false},
    {kSegments, R"({"m":"f1"})", R"({"q":[{"start_ms":-1,"end_ms":500,"label":"l"}]})",
     "/answers/q/0/start_ms", true},
    {kSegments, R"({"m":"f1"})", R"({"q":[{"start_ms":0.5,"end_ms":500,"label":"l"}]})",
     "/answers/q/0/start_ms", true},
    {kSegments, R"({"m":"f1"})", R"({"q":[{"start_ms":0,"end_ms":86400001,"label":"l"}]})",
     "/answers/q/0/end_ms", true},
    {kSegments, R"({"m":"f1"})",
     R"({"q":[{"start_ms":0,"end_ms":501,"label":"l"},{"start_ms":500,"end_ms":900,
       "label":"m"}]})",
     "/answers/q", false},
    {kSegments, R"({"m":"f1"})", R"({"q":[]})", "/answers/q", true},
    {R"({"id":"q","kind":"segments","from":"/m","labels":["l"]})", R"({"m":"f1"})",
     R"({"q":[{"start_ms":0,"end_ms":501,"label":"l"},{"start_ms":500,"end_ms":900,
       "label":"l"}]})",
     "ok", false},
    {R"({"id":"q","kind":"file","accept":["image/*","text/csv"],"max_bytes":9})", "{}",
     R"({"q":[{"id":"f1","name":"a.png","type":"image/png","bytes":9}]})", "ok", false},
    {R"({"id":"q","kind":"file","accept":["image/*","text/csv"],"max_bytes":9})", "{}",
     R"({"q":[{"id":"f1","name":"a.png","type":"video/mp4"}]})", "/answers/q/0/type", false},
    {R"({"id":"q","kind":"file","max_bytes":9})", "{}",
     R"({"q":[{"id":"f1","name":"a.png","bytes":10}]})", "/answers/q/0/bytes", true},
    {R"({"id":"q","kind":"file"})", "{}", R"({"q":[{"id":"../x","name":"a"}]})", "/answers/q/0/id",
     false},
    {R"({"id":"q","kind":"file"})", "{}", R"({"q":[{"id":"x"}]})", "/answers/q/0/name", true},
    {kShown, "{}", R"({"r":3})", "ok", false},
    {kShown, "{}", R"({"r":5,"q":"why"})", "ok", false},
    {kShown, "{}", R"({"r":5})", "/answers/q", true},
    {kShown, "{}", R"({"r":3,"q":"why"})", "/answers/q", true},
    {kShown, "{}", R"({"q":"why"})", "/answers/q", true},
    {kLow, "{}", R"({"r":2.5})", "/answers/q", true},
    {kLow, "{}", R"({"r":2.6})", "ok", false},
    {kNotIn, "{}", R"({"r":["y"]})", "/answers/q", true},
    {kNotIn, "{}", R"({"r":["x","y"]})", "ok", false},
    {kUnanswered, "{}", R"({})", "/answers/q", true},
    {kUnanswered, "{}", R"({"r":"x"})", "ok", false},
    {kUnanswered, "{}", R"({"r":"x","q":"y"})", "/answers/q", true},
    {kRows, R"({"r":[1,2]})", R"({"q":[{"k":"fact","n":"x","w":"a"},{"k":"style"}]})", "ok", false},
    {kRows, R"({"r":[1,2]})", R"({"q":[{"k":"fact"}]})", "/answers/q/0/n", true},
    {kRows, R"({"r":[1,2]})", R"({"q":[{"k":"style","n":"x"}]})", "/answers/q/0/n", true},
    {kRows, R"({"r":[1,2]})", R"({"q":[{"k":"style","w":"c"}]})", "/answers/q/0/w", false},
    {kRows, R"({"r":[1,2]})", R"({"q":[{"k":"style"},{"k":"style"},{"k":"style"}]})", "/answers/q",
     true},
    {kRows, R"({"r":[1,2]})", R"({"q":["x"]})", "/answers/q/0", true},
};

TEST_CASE("questions: answers that fit pass, others are refused by field") {
  for (const auto& c : kCases) {
    CAPTURE(c.question);
    CAPTURE(c.answers);
    auto form = one_question(c.question);
    CHECK(field_of(form.check_answers(js(c.answers), js(c.data), true)) == c.field);
    auto schema = AnswerSchema::compile(js(form.answers_schema_json()));
    REQUIRE(schema.has_value());
    CHECK(schema->accepts(js(c.answers)) == !c.schema_sees);
    if (c.field == "ok")
      CHECK(field_of(form.check_answers(js(c.answers), js(c.data), false)) == "ok");
  }
}

// Faults of type planted in every place of a good answer are all refused, and never by the
// fallback that cannot name the field.
TEST_CASE("questions: planted faults are refused by the schema and named") {
  const std::array planted = {js("{}"),
                              js("[[[]]]"),
                              js("-99"),
                              js("1e300"),
                              js(R"("\u0001no")"),
                              js(R"([{"x":1}])"),
                              js("18446744073709551615")};
  for (const auto& c : kCases) {
    if (c.field != "ok") continue;
    auto form = one_question(c.question);
    auto schema = AnswerSchema::compile(js(form.answers_schema_json()));
    auto good = js(c.answers);
    for (const auto& member : good.as_object()) {
      if (member.value().is_string() && c.question.find("options_from") != c.question.npos)
        continue;
      for (const auto& fault : planted) {
        auto bad = good;
        bad.as_object()[member.key()] = fault;
        auto result = form.check_answers(bad, js(c.data), true);
        CAPTURE(c.question);
        CAPTURE(to_json(bad));
        if (schema->accepts(bad)) continue;  // a fault of another kind's type may fit this one
        CHECK(field_of(result) != "ok");
        CHECK(field_of(result) != "/answers");
      }
      auto strange = good;
      strange.as_object()["zz"] = 1;
      CHECK_FALSE(schema->accepts(strange));
      CHECK(field_of(form.check_answers(strange, js(c.data), true)) == "/answers/zz");
    }
  }
}

TEST_CASE("questions: a draft may be short of everything but types") {
  auto form = one_question(R"({"id":"t","kind":"text","required":true,"min_length":50},
    {"id":"m","kind":"many","options":["x","y"],"min_items":2},
    {"id":"s","kind":"steps","from":"/s","required":true},
    {"id":"k","kind":"rank","from":"/s"})");
  auto data = js(R"({"s":["a","b"]})");
  CHECK(field_of(form.check_answers(js(R"({"t":"","m":["x"],"s":[null,1],"k":[["a"]]})"), data,
                                    false)) == "ok");
  CHECK(field_of(form.check_answers(js(R"({"t":"","m":["z"]})"), data, false)) == "/answers/m/0");
}

}  // namespace
}  // namespace guildhall::work
