// Short hands for the tests of judging. Concurrency: none. Tests only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "work/judging/judging.h"
#include "work/template/template_test_util.h"

namespace guildhall::work::judging {

inline PromptTemplate must_find(std::string_view name) {
  auto found = find_template(name);
  REQUIRE(found);
  return *found;
}

// A template, a form and a task, and what becomes of replies.
struct Case {
  Case(std::string_view name, const Template& of, std::string_view task)
      : prompt(must_find(name)), form(of), data(js(task)) {
    subject.data = &data;
  }
  Case(const Case&) = delete;
  Case& operator=(const Case&) = delete;

  std::vector<Ask> asks() const {
    SeededRandom random(1);
    auto made = asks_for(prompt, form, subject, random);
    REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().detail));
    return *made;
  }
  // The answers as JSON, or "type field".
  std::string answers(const std::vector<std::string>& replies) const {
    auto read = answers_from(prompt, form, subject, replies);
    if (read) return to_json(*read);
    CHECK_FALSE(read.error().detail.empty());
    return std::string(read.error().type) + " " + read.error().field;
  }

  PromptTemplate prompt;
  Template form;
  json::value data;
  Subject subject;
};

inline Template builtin(std::string_view name) {
  auto form = Template::builtin(name);
  REQUIRE(form);
  return *form;
}

}  // namespace guildhall::work::judging
