#include "work/template/template.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <span>

#include "base/limits.h"
#include "work/template/answer_check.h"
#include "work/template/builtin.h"
#include "work/template/data_check.h"
#include "work/template/dialogue_form.h"
#include "work/template/form.h"
#include "work/template/judging.h"
#include "work/template/models.h"
#include "work/template/schema.h"
#include "work/template/scoring.h"

namespace guildhall::work {
namespace {

// Where a task's data may name the model that wrote something: hidden whatever the form says.
constexpr std::string_view kModelNames[] = {
    "/model",          "/models",           "/responses/*/model", "/responses/*/messages/*/model",
    "/response/model", "/response/*/model", "/prompt/*/model",    "/messages/*/model",
    "/steps/*/model",
};

// Members of a derived form that stand for a change to its base's key question.
struct Shorthand {
  std::string_view base;
  std::string_view member;
};
constexpr Shorthand kShorthands[] = {
    {"choice", "options"},
    {"spans", "labels"},
    {"boxes", "labels"},
    {"segments", "labels"},
    {"steps", "stop_at_first_error"},
    {"trajectory", "stop_at_first_error"},
    {"dialogue", "models"},
    {"dialogue", "blind"},
    {"dialogue", "system"},
    {"dialogue", "parameters"},
    {"dialogue", "min_turns"},
    {"dialogue", "max_turns"},
    {"dialogue", "rate"},
    {"dialogue", "may"},
};

std::unexpected<Error> bad(std::string field, std::string detail) {
  return fail(Fault::invalid, "invalid-template", std::move(detail), std::move(field));
}

json::object* question_with_id(json::object& form, std::string_view id) {
  auto* questions = form.contains("questions") ? form.at("questions").if_array() : nullptr;
  if (!questions) return nullptr;
  for (auto& question : *questions) {
    const auto* found = find_string(question, "id");
    if (found && view(*found) == id) return &question.get_object();
  }
  return nullptr;
}

// {"base":"choice","options":[...]}: the options become the base's question's.
Result<void> apply_shorthands(json::object& form, const Builtin& base, bool own_questions) {
  for (const auto& shorthand : kShorthands) {
    if (shorthand.base != base.name || !form.contains(shorthand.member)) continue;
    auto* question = question_with_id(form, base.keys[0].id);
    if (own_questions || !question) {
      return bad(pointer_to("/template", shorthand.member),
                 "A form with questions of its own says this in the question.");
    }
    (*question)[shorthand.member] = form.at(shorthand.member);
    form.stable_erase(shorthand.member);
    question->stable_erase(std::string(shorthand.member) + "_from");
  }
  return {};
}

bool has_hidden(const json::value& value, std::span<const std::string> tokens) {
  if (tokens.empty()) return true;
  const auto* array = value.if_array();
  if (array && tokens[0] == "*") {
    return std::ranges::any_of(
        *array, [&](const json::value& item) { return has_hidden(item, tokens.subspan(1)); });
  }
  const auto* child = find(value, tokens[0]);
  return child && has_hidden(*child, tokens.subspan(1));
}

void remove_hidden(json::value& value, std::span<const std::string> tokens) {
  auto* array = value.if_array();
  if (array && tokens[0] == "*" && tokens.size() > 1) {
    for (auto& item : *array) remove_hidden(item, tokens.subspan(1));
    return;
  }
  auto* object = value.if_object();
  if (!object) return;
  if (tokens.size() == 1) {
    object->stable_erase(tokens[0]);
  } else if (auto* child = object->if_contains(tokens[0])) {
    remove_hidden(*child, tokens.subspan(1));
  }
}

}  // namespace

struct Template::Impl {
  Form form;
  std::string form_text;
  std::string shown_text;  // without secrets
  std::string schema_text;
  AnswerSchema complete;
  AnswerSchema draft;
  const Builtin* builtin = nullptr;
  const Impl* base = nullptr;  // the built-in a derived form rests on; never freed

  std::span<const std::string_view> verdict_ids() const {
    return builtin ? std::span<const std::string_view>(builtin->verdict)
                   : std::span<const std::string_view>();
  }
  // Of gold, a trajectory compares its steps too; the others compare what the verdict is made of.
  std::span<const std::string_view> gold_ids() const {
    return kind() == "trajectory" ? std::span<const std::string_view>() : verdict_ids();
  }
  std::string_view kind() const { return builtin ? builtin->name : "custom"; }
  // A base without verdict has none, whatever questions a derived form adds.
  bool judges() const { return !builtin || !builtin->verdict.empty(); }
};

Result<Template> Template::make(json::object object, const Impl* base) {
  auto form = TRY(read_form(object));
  const auto* builtin = find_builtin(form.base);
  if (builtin) TRY(check_keys(form, *builtin));
  for (auto path : kModelNames) form.hide.push_back(*parse_pointer(path));
  auto text = to_json(object);
  if (text.size() > kMaxTemplateBytes) return bad("/template", "This form is too large.");
  auto shown = form_without_secrets(form, text);
  auto schema = answers_schema(form, true);
  auto complete = TRY(AnswerSchema::compile(TRY(parse_json(schema))));
  auto draft = TRY(AnswerSchema::compile(TRY(parse_json(answers_schema(form, false)))));
  return Template(std::make_shared<const Impl>(
      Impl{std::move(form), std::move(text), std::move(shown), std::move(schema),
           std::move(complete), std::move(draft), builtin, base}));
}

const std::vector<Template>& Template::all_builtins() {
  static const std::vector<Template> all = [] {
    std::vector<Template> out;
    for (const auto& builtin : builtins()) {
      auto form = parse_json(builtin.form);
      auto made = form ? make(form->get_object(), nullptr) : std::unexpected(form.error());
      if (!made) std::abort();  // a built-in form that does not parse: a test walks all of them
      out.push_back(std::move(*made));
    }
    return out;
  }();
  return all;
}

Result<Template> Template::builtin(std::string_view name) {
  auto found = std::ranges::find(all_builtins(), name, &Template::kind);
  if (found != all_builtins().end()) return *found;
  return bad("/template", "There is no built-in template of this name.");
}

std::vector<std::string_view> Template::builtin_names() {
  std::vector<std::string_view> names;
  for (const auto& builtin : builtins()) names.push_back(builtin.name);
  return names;
}

Result<Template> Template::parse(const json::value& value) {
  if (const auto* name = value.if_string()) return builtin(view(*name));
  if (!value.is_object()) return bad("/template", "A template is a form or a built-in's name.");
  auto form = value.get_object();
  const auto* base_name = find_string(value, "base");
  if (!base_name || *base_name == "custom") {
    if (form.contains("base") && !base_name) return bad("/template/base", "This must be text.");
    return make(std::move(form), nullptr);
  }
  const auto* base = find_builtin(view(*base_name));
  if (!base) return bad("/template/base", "There is no built-in template of this name.");
  auto parent = TRY(builtin(base->name));
  auto whole = TRY(parse_json(parent.form_json()));
  bool own_questions = form.contains("questions");
  for (const char* member : {"title", "help", "views", "questions"}) {
    if (!form.contains(member)) form.emplace(member, whole.at(member));
  }
  TRY(apply_shorthands(form, *base, own_questions));
  return make(std::move(form), parent.impl_.get());
}

const std::string& Template::form_json() const { return impl_->form_text; }
const std::string& Template::form_json_without_secrets() const { return impl_->shown_text; }
const std::string& Template::answers_schema_json() const { return impl_->schema_text; }
std::string_view Template::kind() const { return impl_->kind(); }

Result<void> Template::check_data(const json::value& data) const {
  if (impl_->base) TRY(check_views(impl_->base->form, data));
  TRY(check_views(impl_->form, data));
  return check_question_data(impl_->form, data);
}

Result<void> Template::check_answers(const json::value& answers, const json::value& data,
                                     bool complete) const {
  const auto& schema = complete ? impl_->complete : impl_->draft;
  if (!schema.accepts(answers)) {
    return std::unexpected(explain_misfit(impl_->form, answers, complete));
  }
  return check_against_data(impl_->form, answers.get_object(), data, complete);
}

Result<void> Template::check_gold(const json::value& gold, const json::value& data) const {
  TRY(check_answers(gold, data, false));
  if (impl_->judges() && compares(impl_->form, impl_->gold_ids(), gold)) return {};
  return fail(Fault::invalid, "invalid-answers", "No answer here can be compared with others.",
              "/answers");
}

std::optional<double> Template::score(const json::value& answers, const json::value& data) const {
  return rubric_score(impl_->form, answers, data);
}

double Template::gold_agreement(const json::value& answers, const json::value& gold,
                                const json::value& /*data*/) const {
  return impl_->judges() ? agreement(impl_->form, impl_->gold_ids(), answers, gold) : 0;
}

std::string Template::verdict_key(const json::value& answers) const {
  return impl_->judges() ? verdict(impl_->form, impl_->verdict_ids(), answers) : std::string();
}

bool Template::same_verdict(const json::value& a, const json::value& b) const {
  return !impl_->judges() || agree(impl_->form, impl_->verdict_ids(), a, b);
}

std::vector<ClosedQuestion> Template::closed_questions() const {
  return closed_questions_of(impl_->form);
}

std::vector<Judgment> Template::judgments_of(const json::value& answers) const {
  return judgments_in(impl_->form, answers);
}

std::vector<std::string> Template::comparisons() const { return comparisons_of(impl_->form); }

std::vector<std::vector<std::string>> Template::models_of(const json::value& data) const {
  return models_in(impl_->form, data);
}

const DialogueRules* Template::dialogue() const {
  const auto& questions = impl_->form.questions;
  auto found = std::ranges::find(questions, QuestionKind::dialogue, &Question::kind);
  return found == questions.end() ? nullptr : &*found->dialogue;
}

const Form& Template::form() const { return impl_->form; }

std::string Template::blind_data(const json::value& data) const {
  const auto& hide = impl_->form.hide;
  auto names = [&](const json::value& value, const Pointer& p) {
    return has_hidden(value, p.tokens);
  };
  if (std::ranges::none_of(hide, [&](const Pointer& p) { return names(data, p); })) {
    return to_json(data);
  }
  auto copy = data;
  for (const auto& pointer : hide) remove_hidden(copy, pointer.tokens);
  return to_json(copy);
}

}  // namespace guildhall::work
