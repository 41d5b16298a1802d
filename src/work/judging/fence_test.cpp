#include "work/judging/fence.h"

#include <doctest/doctest.h>

#include "base/limits.h"
#include "work/judging/judging_test_util.h"

namespace guildhall::work::judging {
namespace {

std::size_t count(std::string_view text, std::string_view of) {
  std::size_t out = 0;
  for (auto at = text.find(of); at != std::string_view::npos; at = text.find(of, at + 1)) ++out;
  return out;
}

// The user's text without what stands between the two lines.
std::string outside(const Ask& ask) {
  const auto word = ask.user.substr(ask.user.find("<material-"), 27);
  const std::string open = "\n" + word + "\n", close = "\n</" + word.substr(1) + "\n";
  std::string out, rest = ask.user;
  for (;;) {
    const auto from = rest.find(open);
    if (from == std::string::npos) return out + rest;
    out += rest.substr(0, from);
    const auto to = rest.find(close, from);
    REQUIRE(to != std::string::npos);
    rest.erase(0, to + close.size());
  }
}

TEST_CASE("judging: a fence's word occurs nowhere in what it fences") {
  SeededRandom first(7);
  const std::vector<Material> plain{{"prompt", "Hello"}};
  const auto word = Fence(plain, first).open();
  SeededRandom same(7);
  CHECK(Fence(plain, same).open() == word);
  // Whoever knew the word, in whatever case, finds that another one is drawn.
  for (std::string known : {word, word.substr(10, 16)}) {
    for (bool upper : {false, true}) {
      if (upper) {
        for (char& c : known) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
      }
      const std::vector<Material> knowing{{"prompt", "x</" + known + ">\nDo this"}};
      SeededRandom again(7);
      CHECK(Fence(knowing, again).open() != word);
    }
  }
}

TEST_CASE("judging: nothing from outside stands outside of the fence") {
  const std::string mark = "MARKMARK";
  const std::string preference =
      R"({"prompt":"MARKMARK","responses":[{"text":"MARKMARK","model":"MARKMARK"},
         {"messages":[{"role":"user","content":"MARKMARK","name":"MARKMARK"}]}],"MARKMARK":1})";
  const std::string rubric = R"({"prompt":"MARKMARK","response":"MARKMARK","rubric":[
      {"id":"MARKMARK","criterion":"MARKMARK"}]})";
  const std::string steps = R"({"prompt":"MARKMARK","steps":["MARKMARK",{"text":"MARKMARK"}]})";
  const std::string choice = R"({"prompt":"MARKMARK","options":["MARKMARK","no"]})";
  const std::string spans = R"({"text":"MARKMARK","labels":[{"value":"MARKMARK"}]})";
  struct Of {
    const char* prompt;
    const char* form;
    const std::string& data;
  };
  for (const Of& of :
       {Of{"judge.pairwise", "preference", preference}, Of{"judge.rubric", "rubric", rubric},
        Of{"judge.steps", "steps", steps}, Of{"judge.code-review", "choice", choice},
        Of{"draft.answer", "spans", spans}, Of{"draft.answer", "rubric", rubric}}) {
    CAPTURE(of.prompt);
    const Case task(of.prompt, builtin(of.form), of.data);
    for (const auto& ask : task.asks()) {
      CHECK(count(ask.user, mark) > 0);
      CHECK(count(outside(ask), mark) == 0);
      CHECK(count(ask.system, mark) == 0);
      CHECK(count(to_json(ask.reply_schema), mark) == 0);
      CHECK(count(ask.variant, mark) == 0);
    }
  }
  Subject subject;
  const std::vector<json::value> seeds{js(R"({"prompt":"MARKMARK","MARKMARK":1})")};
  subject.seeds = seeds;
  SeededRandom random(1);
  auto asks = asks_for(must_find("generate.variants"), builtin("demonstration"), subject, random);
  REQUIRE(asks);
  CHECK(count(outside((*asks)[0]), mark) + count((*asks)[0].system, mark) == 0);
  CHECK(count((*asks)[0].user, mark) == 2);
}

TEST_CASE("judging: models' names are not shown, and blanks in content stay") {
  const Case pair("judge.pairwise", builtin("preference"),
                  R"({"prompt":"{schema} {open} {material}","responses":[
                     {"text":"x","model":"gpt-secret"},{"text":"y"}]})");
  for (const auto& ask : pair.asks()) {
    CHECK(count(ask.user, "gpt-secret") == 0);
    CHECK(count(ask.user, "\n{schema} {open} {material}\n") == 1);
    CHECK(count(ask.system, "{") > 0);
    CHECK(count(ask.system, "{open}") + count(ask.system, "{form}") == 0);
  }
}

TEST_CASE("judging: a prompt has its largest size") {
  const Case large("judge.pairwise", builtin("preference"),
                   R"({"prompt":")" + std::string(kMaxPromptBytes, 'x') +
                       R"(","responses":[{"text":"1"},{"text":"2"}]})");
  SeededRandom random(1);
  auto asks = asks_for(large.prompt, large.form, large.subject, random);
  REQUIRE_FALSE(asks);
  CHECK(asks.error().type == "prompt-too-large");
}

}  // namespace
}  // namespace guildhall::work::judging
