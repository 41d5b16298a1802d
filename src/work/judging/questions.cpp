#include "work/judging/questions.h"

#include <fmt/format.h>

#include <algorithm>

#include "work/judging/texts.h"
#include "work/template/data_check.h"
#include "work/template/schema.h"

namespace guildhall::work::judging {
namespace {

// Where a question's own schema is: it may stand beside null.
json::object& kind_schema(json::value& schema) {
  auto& object = schema.get_object();
  auto* either = object.if_contains("anyOf");
  return either ? either->get_array().front().get_object() : object;
}

void narrow_compare(json::object& properties, const Question& q, std::size_t count) {
  auto& values = kind_schema(properties.at(q.id)).at("enum").get_array();
  json::array kept;
  for (const auto& value : values) {
    auto word = view(value.get_string());
    if (word.size() != 1 || static_cast<std::size_t>(word[0] - 'a') < count) kept.push_back(value);
  }
  values = std::move(kept);
}

void add_member(std::string& line, const json::value& of, std::string_view key) {
  const auto* text = find_string(of, key);
  if (text && !text->empty()) line += fmt::format(" {}", view(*text));
}

std::string bounds(const json::value& question) {
  std::string out;
  for (std::string_view end : {"min", "max"}) {
    const auto* bound = find(question, end);
    if (!bound || bound->is_null()) continue;
    out += fmt::format(", {} {}", end == "min" ? "from" : "to", to_json(*bound));
    const auto* label = find_string(question, std::string(end) + "_label");
    if (label && !label->empty()) out += fmt::format(" ({})", view(*label));
  }
  return out;
}

std::string condition(const json::value& question) {
  const auto* shown = find(question, "show_if");
  return shown ? fmt::format(", only where {}", to_json(*shown)) : std::string();
}

void add_options(std::string& out, const json::value& question) {
  for (const char* key : {"options", "labels"}) {
    const auto* options = find_array(question, key);
    for (std::size_t i = 0; options && i < options->size(); ++i) {
      const auto& option = (*options)[i];
      out += fmt::format("\n  {}:", to_json(*find(option, "value")));
      add_member(out, option, "label");
      add_member(out, option, "help");
    }
  }
}

void add_question(std::string& out, const json::value& question, const Question& q,
                  std::string_view indent) {
  out += fmt::format("\n{}- \"{}\" ({}{}{}{}):", indent, q.id, answer_words(q.kind),
                     bounds(question), q.required ? ", needed" : "", condition(question));
  add_member(out, question, "label");
  add_member(out, question, "help");
  add_options(out, question);
  if (q.strength_max > 0) {
    out += fmt::format("\n{}- \"{}\" (a whole number from 1 to {}): how much better that one is.",
                       indent, q.strength_id, q.strength_max);
  }
}

const json::value* with_id(const json::array& questions, std::string_view id) {
  auto found = std::ranges::find_if(questions, [&](const json::value& one) {
    const auto* name = find_string(one, "id");
    return name && view(*name) == id;
  });
  return found == questions.end() ? nullptr : &*found;
}

void add_questions(std::string& out, const json::array& shown, const std::vector<Question>& asked,
                   std::string_view indent) {
  for (const auto& q : asked) {
    const auto* question = with_id(shown, q.id);
    if (!question) continue;
    add_question(out, *question, q, indent);
    const auto* inner = find_array(*question, "questions");
    if (inner) add_questions(out, *inner, q.questions, "  ");
  }
}

// Conditions name places in the list; false where one rests on what is gone.
bool move_condition(Question& q, const Form& form, const Form& part) {
  const auto& id = form.questions[q.show_if->question].id;
  auto found = std::ranges::find(part.questions, id, &Question::id);
  if (found == part.questions.end()) return false;
  q.show_if->question = static_cast<std::size_t>(found - part.questions.begin());
  return true;
}

}  // namespace

std::unexpected<Error> not_for_this_form(std::string detail) {
  return fail(Fault::invalid, "not-for-this-form", std::move(detail), "template");
}

bool askable(const Question& question) {
  switch (question.kind) {
    case QuestionKind::boxes:
    case QuestionKind::segments:
    case QuestionKind::file:
    case QuestionKind::dialogue: return false;
    case QuestionKind::group: return std::ranges::all_of(question.questions, askable);
    default: return true;
  }
}

Result<Form> part_of(const Form& form, const std::function<bool(const Question&)>& wanted) {
  Form part{.base = form.base, .views = form.views, .questions = {}, .hide = form.hide};
  for (const auto& question : form.questions) {
    if (!wanted(question)) continue;
    if (!askable(question)) {
      if (!question.required) continue;
      return not_for_this_form(fmt::format(
          "The form needs an answer to {}, which only a person can give.", question.id));
    }
    auto q = question;
    if (q.show_if && !move_condition(q, form, part)) {
      q.show_if.reset();
      q.required = false;
    }
    part.questions.push_back(std::move(q));
  }
  return part;
}

Result<json::object> schema_of(const Form& part, const json::value& data, bool complete) {
  auto schema = TRY(parse_json(answers_schema(part, complete)));
  auto& object = schema.get_object();
  object.erase("$schema");
  auto& properties = object.at("properties").get_object();
  for (const auto& q : part.questions) {
    if (q.kind == QuestionKind::compare) narrow_compare(properties, q, responses_of(q, data));
  }
  return std::move(object);
}

std::string described(const Template& form, const Form& part) {
  std::string out;
  auto whole = parse_json(form.form_json());
  if (!whole) return out;
  for (const char* key : {"title", "help"}) {
    const auto* text = find_string(*whole, key);
    if (text && !text->empty()) out += fmt::format("{}{}", out.empty() ? "" : "\n", view(*text));
  }
  const auto* questions = find_array(*whole, "questions");
  if (questions && !part.questions.empty()) {
    out += out.empty() ? "Questions:" : "\nQuestions:";
    add_questions(out, *questions, part.questions, "");
  }
  return out;
}

void keep_shown(const Form& part, json::object& answers) {
  for (std::size_t i = 0; i < part.questions.size(); ++i) {
    const auto& q = part.questions[i];
    if (is_shown(part.questions, i, answers)) continue;
    answers.stable_erase(q.id);
    if (q.strength_max > 0) answers.stable_erase(q.strength_id);
  }
}

}  // namespace guildhall::work::judging
