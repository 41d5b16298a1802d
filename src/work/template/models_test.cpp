#include <doctest/doctest.h>

#include "work/template/template.h"
#include "work/template/template_test_util.h"

namespace guildhall::work {
namespace {

using Names = std::vector<std::vector<std::string>>;

TEST_CASE("templates: which model wrote which response, where the data say so") {
  auto form = Template::builtin("preference");
  REQUIRE(form.has_value());
  CHECK(form->comparisons() == std::vector<std::string>{"choice"});
  auto data = js(R"({"prompt":"2+2?","responses":[{"text":"4","model":"m1"},{"messages":[
    {"role":"user","content":"?"},{"role":"assistant","content":"5","model":"m2"}]},
    {"text":"6"}]})");
  CHECK(form->models_of(data) == Names{{"m1", "m2", ""}});
  CHECK(form->models_of(js(R"({"prompt":"p"})")) == Names{{}});
  CHECK(form->models_of(js(R"({"responses":[1,"two",{"model":3}]})")) == Names{{"", "", ""}});
  auto choice = Template::builtin("choice");
  REQUIRE(choice.has_value());
  CHECK(choice->comparisons().empty());
  CHECK(choice->models_of(data).empty());
}

}  // namespace
}  // namespace guildhall::work
