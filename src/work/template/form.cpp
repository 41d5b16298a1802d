#include "work/template/form.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/limits.h"

namespace guildhall::work {
namespace {

struct ViewName {
  std::string_view name;
  ViewKind kind;
};
constexpr std::array kViewNames = {
    ViewName{"markdown", ViewKind::markdown},
    ViewName{"chat", ViewKind::chat},
    ViewName{"code", ViewKind::code},
    ViewName{"diff", ViewKind::diff},
    ViewName{"json", ViewKind::json},
    ViewName{"table", ViewKind::table},
    ViewName{"trajectory", ViewKind::trajectory},
    ViewName{"image", ViewKind::image},
    ViewName{"audio", ViewKind::audio},
    ViewName{"video", ViewKind::video},
    ViewName{"pdf", ViewKind::pdf},
    ViewName{"media", ViewKind::media},
};

struct QuestionName {
  std::string_view name;
  QuestionKind kind;
};
constexpr std::array kQuestionNames = {
    QuestionName{"one", QuestionKind::one},
    QuestionName{"many", QuestionKind::many},
    QuestionName{"rating", QuestionKind::rating},
    QuestionName{"compare", QuestionKind::compare},
    QuestionName{"rank", QuestionKind::rank},
    QuestionName{"text", QuestionKind::text},
    QuestionName{"number", QuestionKind::number},
    QuestionName{"rubric", QuestionKind::rubric},
    QuestionName{"steps", QuestionKind::steps},
    QuestionName{"spans", QuestionKind::spans},
    QuestionName{"boxes", QuestionKind::boxes},
    QuestionName{"segments", QuestionKind::segments},
    QuestionName{"file", QuestionKind::file},
    QuestionName{"group", QuestionKind::group},
    QuestionName{"dialogue", QuestionKind::dialogue},
};

// 3 and 3.0 are the same answer.
bool same_scalar(const json::value& a, const json::value& b) {
  auto x = as_number(a);
  auto y = as_number(b);
  return x && y ? *x == *y : a == b;
}

bool test_value(const Condition& condition, const json::value& value) {
  auto listed = [&](const json::value& one) {
    return std::ranges::any_of(condition.values,
                               [&](const json::value& v) { return same_scalar(v, one); });
  };
  const auto* many = value.if_array();
  switch (condition.test) {
    case Condition::Test::is:
    case Condition::Test::in: return many ? std::ranges::any_of(*many, listed) : listed(value);
    case Condition::Test::not_in:
      return many ? std::ranges::none_of(*many, listed) : !listed(value);
    case Condition::Test::at_least: {
      auto number = as_number(value);
      return number && *number >= condition.bound;
    }
    case Condition::Test::at_most: {
      auto number = as_number(value);
      return number && *number <= condition.bound;
    }
    case Condition::Test::answered: return condition.answered;
  }
  return false;
}

}  // namespace

std::optional<ViewKind> view_kind(std::string_view name) {
  for (const auto& entry : kViewNames) {
    if (entry.name == name) return entry.kind;
  }
  return std::nullopt;
}

std::optional<QuestionKind> question_kind(std::string_view name) {
  for (const auto& entry : kQuestionNames) {
    if (entry.name == name) return entry.kind;
  }
  return std::nullopt;
}

std::string_view name_of(QuestionKind kind) {
  return kQuestionNames[static_cast<std::size_t>(kind)].name;
}

std::optional<Pointer> parse_pointer(std::string_view text) {
  if (text.size() > kMaxTemplatePointer) return std::nullopt;
  Pointer pointer{std::string(text), {}};
  if (text.empty()) return pointer;
  if (text[0] != '/') return std::nullopt;
  std::string token;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '/') {
      pointer.tokens.push_back(std::move(token));
      token.clear();
    } else if (text[i] == '~') {
      if (++i == text.size() || (text[i] != '0' && text[i] != '1')) return std::nullopt;
      token += text[i] == '0' ? '~' : '/';
    } else {
      token += text[i];
    }
  }
  pointer.tokens.push_back(std::move(token));
  return pointer;
}

const json::value* resolve(const json::value& root, const Pointer& pointer) {
  const auto* at = &root;
  for (const auto& token : pointer.tokens) {
    if (const auto* object = at->if_object()) {
      at = object->if_contains(token);
    } else if (const auto* array = at->if_array()) {
      std::size_t index = 0;
      auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
      bool whole = error == std::errc{} && end == token.data() + token.size();
      at = whole && index < array->size() ? &(*array)[index] : nullptr;
    } else {
      return nullptr;
    }
    if (!at) return nullptr;
  }
  return at;
}

std::string pointer_to(std::string_view parent, std::string_view token) {
  std::string out(parent);
  out += '/';
  for (char c : token) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string pointer_to(std::string_view parent, std::size_t index) {
  return std::string(parent) + "/" + std::to_string(index);
}

const json::value* answer_of(const json::object& answers, const Question& question) {
  const auto* value = answers.if_contains(question.id);
  return value && !value->is_null() ? value : nullptr;
}

bool is_shown(const std::vector<Question>& questions, std::size_t i, const json::object& answers) {
  const auto& condition = questions[i].show_if;
  if (!condition) return true;
  const auto* value = answer_of(answers, questions[condition->question]);
  if (!value) return condition->test == Condition::Test::answered && !condition->answered;
  return test_value(*condition, *value);
}

}  // namespace guildhall::work
