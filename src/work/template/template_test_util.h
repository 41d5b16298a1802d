// Short hands for the template module's tests. Concurrency: none. Tests only.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "work/template/template.h"

namespace guildhall::work {

inline json::value js(std::string_view text) {
  auto value = parse_json(text);
  REQUIRE_MESSAGE(value.has_value(), text);
  return *value;
}

inline Template must_parse(const json::value& form) {
  auto made = Template::parse(form);
  REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().field + ": " + made.error().detail));
  return *made;
}

// The field a refusal names, "ok" where there is none.
template <class T>
std::string field_of(const Result<T>& result) {
  if (result) return "ok";
  CHECK_FALSE(result.error().detail.empty());
  return result.error().field;
}

inline std::string form_field(std::string_view form) { return field_of(Template::parse(js(form))); }

// A form with one view of anything and the given question(s).
inline std::string with_questions(std::string_view questions) {
  return R"({"views":[{"id":"all","kind":"json","from":""}],"questions":[)" +
         std::string(questions) + "]}";
}

inline Template one_question(std::string_view question) {
  return must_parse(js(with_questions(question)));
}

inline std::string read_test_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace guildhall::work
