#include <doctest/doctest.h>

#include "base/limits.h"
#include "work/judging/judging_test_util.h"

namespace guildhall::work::judging {
namespace {

struct Generate {
  Generate(std::string_view name, const Template& of) : prompt(must_find(name)), form(of) {
    subject.brief = "Leases";
    subject.count = 3;
  }
  std::string tasks(std::string_view reply) const {
    const std::vector<std::string> replies{std::string(reply)};
    auto made = tasks_from(prompt, form, subject, replies);
    if (!made) return std::string(made.error().type) + " " + made.error().field;
    std::string out;
    for (const auto& task : *made) out += to_json(task);
    return out;
  }
  Result<std::vector<Ask>> asks() const {
    SeededRandom random(1);
    return asks_for(prompt, form, subject, random);
  }

  PromptTemplate prompt;
  Template form;
  Subject subject;
};

TEST_CASE("judging: generated tasks fit the form, and none is there already") {
  Generate made("generate.variants", builtin("demonstration"));
  const std::vector<json::value> seeds{js(R"({"prompt":"Seed","model":"m"})")};
  made.subject.seeds = seeds;
  const auto asks = made.asks();
  REQUIRE(asks);
  REQUIRE(asks->size() == 1);
  CHECK((*asks)[0].system.find("Write 3 new tasks") != std::string::npos);
  CHECK((*asks)[0].user.find(R"({"prompt":"Seed"})") != std::string::npos);  // without its model
  CHECK(made.tasks(R"({"tasks":[{"prompt":"A"},{"prompt":"B"}]})") ==
        R"({"prompt":"A"}{"prompt":"B"})");
  CHECK(made.tasks(R"({"tasks":[{"prompt":"A"},{"prompt":"Seed"},{"prompt":"A"}]})") ==
        R"({"prompt":"A"})");
  const std::string refused = "reply-not-of-schema /replies/0";
  CHECK(made.tasks(R"({"tasks":[{"prompt":"Seed"}]})") == refused);
  CHECK(made.tasks(R"({"tasks":[{"prompt":"A","gold":1}]})") == refused);
  CHECK(made.tasks(R"({"tasks":[]})") == refused);
  CHECK(made.tasks(R"({"tasks":[{"prompt":""}]})") == refused);
  CHECK(made.tasks(R"({"tasks":[{"prompt":"1"},{"prompt":"2"},{"prompt":"3"},{"prompt":"4"}]})") ==
        refused);
}

TEST_CASE("judging: what a generated task's data has follows from the form") {
  Generate rubric("generate.variants", builtin("rubric"));
  CHECK(rubric.tasks(R"({"tasks":[{"prompt":"p","response":"r","rubric":
      [{"id":"a","criterion":"c","points":2,"gate":false}]}]})") != "");
  CHECK(rubric.tasks(R"({"tasks":[{"prompt":"p","response":"r","rubric":
      [{"id":"a","criterion":"c","points":2,"gate":false},
       {"id":"a","criterion":"d","points":2,"gate":false}]}]})") ==
        "reply-not-of-schema /replies/0");
  Generate pair("generate.variants", builtin("preference"));
  CHECK(pair.tasks(R"({"tasks":[{"prompt":"p","responses":[{"text":"1"}]}]})") ==
        "reply-not-of-schema /replies/0");
  CHECK_FALSE(check_form(must_find("generate.variants"), builtin("boxes")));
  CHECK_FALSE(check_form(must_find("generate.dialogue"), builtin("authoring")));
}

TEST_CASE("judging: a generated dialogue is a list of messages") {
  Generate talk("generate.dialogue", builtin("demonstration"));
  CHECK(talk.tasks(R"({"tasks":[{"prompt":[{"role":"user","content":"Hello"}]}]})") ==
        R"({"prompt":[{"role":"user","content":"Hello"}]})");
  CHECK(talk.tasks(R"({"tasks":[{"prompt":"Hello"}]})") == "reply-not-of-schema /replies/0");
  CHECK(talk.tasks(R"({"tasks":[{"prompt":[{"role":"tool","content":"Hello"}]}]})") ==
        "reply-not-of-schema /replies/0");
}

TEST_CASE("judging: how much may be asked for at once") {
  Generate made("generate.variants", builtin("demonstration"));
  CHECK(made.asks());
  made.subject.brief = {};
  CHECK_FALSE(made.asks());  // nothing to make tasks from
  const std::string brief(kMaxBriefBytes + 1, 'x');
  made.subject.brief = brief;
  CHECK_FALSE(made.asks());
  made.subject.brief = "b";
  made.subject.count = kMaxGenerated + 1;
  CHECK_FALSE(made.asks());
  made.subject.count = 0;
  CHECK_FALSE(made.asks());
  made.subject.count = 1;
  const std::vector<json::value> seeds(kMaxSeeds + 1, js(R"({"prompt":"p"})"));
  made.subject.seeds = seeds;
  CHECK_FALSE(made.asks());
  // What one purpose makes, another does not read.
  const std::vector<std::string> replies{R"({"answers":{}})"};
  CHECK_FALSE(tasks_from(must_find("draft.answer"), made.form, made.subject, replies));
  CHECK_FALSE(answers_from(made.prompt, made.form, made.subject, replies));
}

}  // namespace
}  // namespace guildhall::work::judging
