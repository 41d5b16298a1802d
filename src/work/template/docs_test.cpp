// The example of docs/templates.md is a form, and works as the page says.
#include "base/test_data.h"
#include "work/template/template_test_util.h"

namespace guildhall::work {
namespace {

TEST_CASE("docs: the example of the templates page is a form") {
  auto root = repository_root();
  REQUIRE(root.has_value());
  auto page = read_test_file(*root / "docs" / "templates.md");
  auto begin = page.find("```json\n");
  REQUIRE(begin != std::string::npos);
  begin += 8;
  auto form = must_parse(js(page.substr(begin, page.find("```", begin) - begin)));
  CHECK(form.kind() == "custom");
  auto data = js(R"({"source":"Guten Tag","versions":[{"text":"Hello","engine":"e1"},
    {"text":"Good day","engine":"e2"}]})");
  CHECK(field_of(form.check_data(data)) == "ok");
  CHECK(form.blind_data(data).find("engine") == std::string::npos);
  CHECK(field_of(form.check_answers(js(R"({"best":"b","best_strength":2,"tone":4,
    "issues":[{"type":"style"}]})"),
                                    data, true)) == "ok");
  CHECK(field_of(form.check_answers(js(R"({"best":"tie","tone":5})"), data, true)) ==
        "/answers/why");
  for (auto name : Template::builtin_names()) {
    CHECK(page.find("| `" + std::string(name) + "` |") != std::string::npos);
  }
}

}  // namespace
}  // namespace guildhall::work
