// The form language: each rule of a form, each kind of view, each kind of question.
#include "work/template/form.h"

#include "base/limits.h"
#include "work/template/template_test_util.h"

namespace guildhall::work {
namespace {

std::string with_view(std::string_view view) {
  return R"({"questions":[{"id":"q","kind":"text"}],"views":[)" + std::string(view) + "]}";
}

TEST_CASE("form: what is wrong is named by its pointer") {
  constexpr std::pair<std::string_view, std::string_view> kWrong[] = {
      {R"([])", "/template"},
      {R"({})", "/template/views"},
      {R"({"views":[{"id":"v","kind":"json","from":""}]})", "/template/questions"},
      {R"({"views":[],"questions":[]})", "/template/views"},
      {R"({"views":[5],"questions":[]})", "/template/views/0"},
      {R"({"base":"custom","colour":1,"views":[{"id":"v","kind":"json","from":""}],
        "questions":[{"id":"q","kind":"text"}]})",
       "/template/colour"},
      {R"({"title":"","views":[],"questions":[]})", "/template/title"},
      {R"({"hide":["*"],"views":[{"id":"v","kind":"json","from":""}],
        "questions":[{"id":"q","kind":"text"}]})",
       "/template/hide/0"},
  };
  for (auto [form, field] : kWrong) {
    CAPTURE(form);
    CHECK(form_field(form) == field);
  }
}

TEST_CASE("form: wrong views") {
  constexpr std::pair<std::string_view, std::string_view> kWrong[] = {
      {R"({"kind":"json","from":""})", "/id"},
      {R"({"id":"V","kind":"json","from":""})", "/id"},
      {R"({"id":"9v","kind":"json","from":""})", "/id"},
      {R"({"id":"v","kind":"hologram","from":""})", "/kind"},
      {R"({"id":"v","kind":"json"})", "/from"},
      {R"({"id":"v","kind":"json","from":"prompt"})", "/from"},
      {R"({"id":"v","kind":"json","from":"/a~2"})", "/from"},
      {R"({"id":"v","kind":"diff","from":"/a"})", "/to"},
      {R"({"id":"v","kind":"diff","from":"/a","to":"/b","each":true})", "/each"},
      {R"({"id":"v","kind":"json","from":"/a","optional":1})", "/optional"},
      {R"({"id":"v","kind":"json","from":"/a","language":"c"})", "/language"},
      {R"({"id":"v","kind":"chat","from":"/a","role":"boss"})", "/role"},
      {R"({"id":"v","kind":"table","from":"/a","columns":[1]})", "/columns/0"},
  };
  for (auto [view, field] : kWrong) {
    CAPTURE(view);
    CHECK(form_field(with_view(view)) == "/template/views/0" + std::string(field));
  }
  CHECK(form_field(with_view(R"({"id":"v","kind":"json","from":""},
    {"id":"v","kind":"json","from":""})")) == "/template/views/1/id");
}

TEST_CASE("form: wrong questions") {
  constexpr std::pair<std::string_view, std::string_view> kWrong[] = {
      {R"(7)", "/0"},
      {R"({"kind":"text"})", "/0/id"},
      {R"({"id":"a","kind":"telepathy"})", "/0/kind"},
      {R"({"id":"a","kind":"text"},{"id":"a","kind":"text"})", "/1/id"},
      {R"({"id":"a","kind":"text","min_length":5,"max_length":4})", "/0/min_length"},
      {R"({"id":"a","kind":"text","max_length":1000000000})", "/0/max_length"},
      {R"({"id":"a","kind":"text","pattern":"x"})", "/0/pattern"},
      {R"({"id":"a","kind":"text","required":"yes"})", "/0/required"},
      {R"({"id":"a","kind":"one"})", "/0/options"},
      {R"({"id":"a","kind":"one","options":["x","x"]})", "/0/options/1/value"},
      {R"({"id":"a","kind":"one","options":[3]})", "/0/options/0"},
      {R"({"id":"a","kind":"one","options":[{"value":"x","key":"yy"}]})", "/0/options/0/key"},
      {R"({"id":"a","kind":"one","options":[{"value":"x","key":"y"},
        {"value":"z","key":"y"}]})",
       "/0/options/1/key"},
      {R"({"id":"a","kind":"one","options":[{"value":"x","colour":"y"}]})", "/0/options/0/colour"},
      {R"({"id":"a","kind":"many","options":["x"],"min_items":3,"max_items":2})", "/0/min_items"},
      {R"({"id":"a","kind":"rating","min":5,"max":5})", "/0/max"},
      {R"({"id":"a","kind":"rating","min":1.5})", "/0/min"},
      {R"({"id":"a","kind":"number","min":3,"max":2})", "/0/max"},
      {R"({"id":"a","kind":"compare"})", "/0/from"},
      {R"({"id":"a","kind":"compare","from":"/r","strength":11})", "/0/strength"},
      {R"({"id":"s","kind":"text"},{"id":"a","kind":"compare","from":"/r","strength":3,
        "strength_id":"s"})",
       "/1/strength_id"},
      {R"({"id":"a","kind":"rank"})", "/0/options"},
      {R"({"id":"a","kind":"rank","options":["x"],"from":"/r"})", "/0/options"},
      {R"({"id":"a","kind":"rubric"})", "/0/from"},
      {R"({"id":"a","kind":"steps"})", "/0/from"},
      {R"({"id":"a","kind":"steps","from":"/s","roles":[1]})", "/0/roles/0"},
      {R"({"id":"a","kind":"spans","from":"/t"})", "/0/labels"},
      {R"({"id":"a","kind":"text","showIf":1})", "/0/showIf"},
      {R"({"id":"a","kind":"text","a b":1})", "/0"},
      {R"({"id":"a","kind":"boxes","labels":["l"]})", "/0/from"},
      {R"({"id":"a","kind":"boxes","from":"image","labels":["l"]})", "/0/from"},
      {R"({"id":"a","kind":"boxes","from":"/i"})", "/0/labels"},
      {R"({"id":"a","kind":"boxes","from":"/i","labels":["l"],"overlap":true})", "/0/overlap"},
      {R"({"id":"a","kind":"boxes","from":"/i","labels":["l"],"max_items":1001})", "/0/max_items"},
      {R"({"id":"a","kind":"segments","from":"/m","labels":["l","l"]})", "/0/labels/1/value"},
      {R"({"id":"a","kind":"segments","from":"/m","labels_from":"m"})", "/0/labels_from"},
      {R"({"id":"a","kind":"segments","from":"/m","labels":["l"],"min_items":2,"max_items":1})",
       "/0/min_items"},
      {R"({"id":"a","kind":"rating"},{"id":"b","kind":"number","open_if":{"question":"a",
        "at_least":3}})",
       "/1/open_if"},
      {R"({"id":"b","kind":"text","open_if":{"question":"a","at_least":3}},
        {"id":"a","kind":"rating"})",
       "/0/open_if/question"},
      {R"({"id":"a","kind":"rating"},{"id":"b","kind":"text","open_if":{"question":"a"}})",
       "/1/open_if"},
      {R"({"id":"a","kind":"rating"},{"id":"b","kind":"text","open_if":3})", "/1/open_if"},
      {R"({"id":"a","kind":"text"},{"id":"b","kind":"text","open_if":{"question":"a",
        "at_least":3}})",
       "/1/open_if"},
      {R"({"id":"a","kind":"compare","from":"/r"},{"id":"b","kind":"text","open_if":{
        "question":"a_strength","at_least":3}})",
       "/1/open_if/question"},
      {R"({"id":"a","kind":"compare","from":"/r","strength":3},{"id":"b","kind":"text",
        "show_if":{"question":"a_strength","at_least":3}})",
       "/1/show_if/question"},
      {R"({"id":"a","kind":"file","max_items":99})", "/0/max_items"},
      {R"({"id":"a","kind":"group"})", "/0/questions"},
      {R"({"id":"a","kind":"group","questions":[{"id":"b","kind":"group","questions":[
        {"id":"c","kind":"text"}]}]})",
       "/0/questions/0/kind"},
      {R"({"id":"a","kind":"group","questions":[{"id":"b","kind":"text"},
        {"id":"b","kind":"text"}]})",
       "/0/questions/1/id"},
      {R"({"id":"a","kind":"text","show_if":{"question":"b","answered":true}},
        {"id":"b","kind":"text"})",
       "/0/show_if/question"},
      {R"({"id":"a","kind":"text"},{"id":"b","kind":"text","show_if":{"question":"a"}})",
       "/1/show_if"},
      {R"({"id":"a","kind":"text"},{"id":"b","kind":"text","show_if":{"question":"a",
        "is":"x"}})",
       "/1/show_if"},
      {R"({"id":"a","kind":"rating"},{"id":"b","kind":"text","show_if":{"question":"a",
        "is":1,"at_least":3}})",
       "/1/show_if"},
      {R"({"id":"a","kind":"rating"},{"id":"b","kind":"text","show_if":{"question":"a",
        "in":[[1]]}})",
       "/1/show_if/in"},
  };
  for (auto [question, field] : kWrong) {
    CAPTURE(question);
    CHECK(form_field(with_questions(question)) == "/template/questions" + std::string(field));
  }
}

TEST_CASE("form: a text may unfold by an earlier answer or strength, and stays as optional") {
  auto form = one_question(R"({"id":"a","kind":"compare","from":"/r","strength":3},
    {"id":"n","kind":"rating"},
    {"id":"b","kind":"text","open_if":{"question":"a_strength","at_least":3}},
    {"id":"c","kind":"text","open_if":{"question":"n","in":[1,5]}})");
  CHECK(form.form_json().find(R"("open_if":{"question":"a_strength","at_least":3})") !=
        std::string::npos);
  auto data = js(R"({"r":[1,2]})");
  for (auto answers : {R"({"a":"a","a_strength":3,"n":5})", R"({"a":"a","a_strength":1,"b":"x"})",
                       R"({"n":3,"c":"x"})"}) {
    CAPTURE(answers);
    CHECK(field_of(form.check_answers(js(answers), data, true)) == "ok");
  }
}

TEST_CASE("form: limits hold") {
  std::string many = R"({"id":"q0","kind":"text"})";
  for (std::size_t i = 1; i <= kMaxTemplateQuestions; ++i) {
    many += R"(,{"id":"q)" + std::to_string(i) + R"(","kind":"text"})";
  }
  CHECK(form_field(with_questions(many)) == "/template/questions");
  std::string help(kMaxTemplateHelp + 1, 'x');
  CHECK(form_field(with_questions(R"({"id":"a","kind":"text","help":")" + help + "\"}")) ==
        "/template/questions/0/help");
  std::string id(kMaxTemplateId + 1, 'x');
  CHECK(form_field(with_questions(R"({"id":")" + id + R"(","kind":"text"})")) ==
        "/template/questions/0/id");
}

TEST_CASE("form: every kind of view binds to data") {
  struct View {
    std::string_view kind, more, good, bad, field;
  };
  constexpr View kViews[] = {
      {"markdown", "", R"({"x":"$a^2$"})", R"({"x":5})", "/data/x"},
      {"markdown", R"(,"each":true)", R"({"x":["a",{"text":"b"}]})", R"({"x":["a",{}]})",
       "/data/x/1"},
      {"chat", "", R"({"x":[{"role":"user","content":[{"type":"text","text":"hi"}]}]})",
       R"({"x":[{"role":"user","content":null}]})", "/data/x/0/content"},
      {"code", R"(,"language":"cpp")", R"({"x":"int a;"})", R"({"x":null})", "/data/x"},
      {"diff", R"(,"to":"/y")", R"({"x":"a","y":"b"})", R"({"x":"a"})", "/data/y"},
      {"diff", R"(,"to":"/y")", R"({"x":"a","y":"b"})", R"({"x":"a","y":1})", "/data/y"},
      {"json", "", R"({"x":null})", R"({})", "/data/x"},
      {"table", R"(,"columns":["a"])", R"({"x":[{"a":1}]})", R"({"x":[{"a":1},[2]]})", "/data/x/1"},
      {"table", "", R"({"x":[[1,2],[3,4]]})", R"({"x":[]})", "/data/x"},
      {"trajectory", R"(,"tools":"/t")", R"({"x":[{"role":"assistant","content":""}],"t":[{}]})",
       R"({"x":[{"role":"assistant","content":""}],"t":[1]})", "/data/t/0"},
      {"image", "", R"({"x":"f_1"})", R"({"x":"https://elsewhere.example/a.png"})", "/data/x"},
      {"audio", "", R"({"x":{"file":"f_1","alt":"a voice"}})", R"({"x":{"alt":"a voice"}})",
       "/data/x/file"},
      {"video", R"(,"each":true)", R"({"x":["f_1",{"file":"f_2"}]})", R"({"x":["f_1",7]})",
       "/data/x/1"},
      {"pdf", R"(,"optional":true)", R"({})", R"({"x":"../etc"})", "/data/x"},
      {"media", "", R"({"x":{"file":"f_1"}})", R"({"x":"../etc"})", "/data/x"},
  };
  for (const auto& view : kViews) {
    CAPTURE(view.kind);
    auto form = must_parse(js(with_view(R"({"id":"v","kind":")" + std::string(view.kind) +
                                        R"(","from":"/x")" + std::string(view.more) + "}")));
    CHECK(field_of(form.check_data(js(view.good))) == "ok");
    CHECK(field_of(form.check_data(js(view.bad))) == view.field);
  }
}

TEST_CASE("form: pointers") {
  auto data = js(R"({"a/b":{"~":[10,{"":"end"}]}})");
  CHECK(resolve(data, *parse_pointer("/a~1b/~0/0"))->as_int64() == 10);
  CHECK(resolve(data, *parse_pointer("/a~1b/~0/1/"))->as_string() == "end");
  CHECK(resolve(data, *parse_pointer("")) == &data);
  for (auto nothing : {"/a", "/a~1b/~0/2", "/a~1b/~0/-1", "/a~1b/~0/0x", "/a~1b/~0/0/0"}) {
    CHECK(resolve(data, *parse_pointer(nothing)) == nullptr);
  }
  CHECK_FALSE(parse_pointer("a").has_value());
  CHECK_FALSE(parse_pointer("/~").has_value());
  CHECK(pointer_to("/x", "a/~b") == "/x/a~1~0b");
}

}  // namespace
}  // namespace guildhall::work
