// read_form: from a form's JSON to structs, every rule of docs/templates.md on the way.
#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/limits.h"
#include "work/template/dialogue_form.h"
#include "work/template/form.h"
#include "work/template/member_reader.h"

namespace guildhall::work {
namespace {

using std::string_view_literals::operator""sv;

// What is unique over the whole form, or over one list of questions.
struct Scope {
  std::set<std::string> ids;
  std::set<std::string> keys;  // keyboard keys of options
  bool in_group = false;
  bool has_dialogue = false;
};

void claim_id(MemberReader& in, Scope& scope, std::string_view key, const std::string& id) {
  if (!in.failed() && !scope.ids.insert(id).second) in.fault(key, "This id is used already.");
}

// An assignment has one dialogue, and its nodes are told by it.
void claim_dialogue(MemberReader& in, Scope& scope) {
  if (scope.in_group) in.fault("kind", "A group cannot hold a dialogue.");
  if (std::exchange(scope.has_dialogue, true)) in.fault("kind", "A form has one dialogue at most.");
}

// One option: "text" or {value, label, help?, key?}. Leaves the object form behind.
void read_option(json::value& item, const std::string& pointer, Scope& scope,
                 std::optional<Error>& error, std::vector<std::string>& values) {
  if (const auto* text = item.if_string()) {
    json::string copy = *text;
    item = json::object{{"value", copy}, {"label", copy}};
  }
  json::object none;
  auto* object = item.if_object();
  MemberReader in(object ? *object : none, pointer, error);
  if (!object) return in.fault_at(pointer, "An option is a text, or {value, label}.");
  auto value = in.text("value", kMaxTemplateLabel, true);
  if (!in.has("label") && !in.failed()) object->emplace("label", value);
  in.text("label", kMaxTemplateLabel, true);
  in.text("help", kMaxTemplateHelp, false);
  if (in.has("key")) {
    auto key = in.text("key", 1, true);
    bool plain =
        key.size() == 1 && ((key[0] >= 'a' && key[0] <= 'z') || (key[0] >= '0' && key[0] <= '9'));
    if (!plain) in.fault("key", "A key is one of a-z, 0-9.");
    if (plain && !scope.keys.insert(key).second) in.fault("key", "This key is used already.");
  }
  in.finish();
  if (std::ranges::find(values, value) != values.end()) {
    in.fault("value", "This value is listed already.");
  }
  values.push_back(std::move(value));
}

std::vector<std::string> read_options(MemberReader& in, std::string_view key, Scope& scope,
                                      std::optional<Error>& error, bool required) {
  std::vector<std::string> values;
  auto* items = in.array(key, kMaxQuestionOptions, required);
  if (!items) return values;
  for (std::size_t i = 0; i < items->size(); ++i) {
    read_option((*items)[i], pointer_to(pointer_to(in.pointer(), key), i), scope, error, values);
  }
  return values;
}

// Which tests a question's answer allows. Whatever is no single value can only be "answered".
bool allows(const Question& target, Condition::Test test) {
  using Test = Condition::Test;
  bool numeric = target.kind == QuestionKind::rating || target.kind == QuestionKind::number;
  bool listed = numeric || target.kind == QuestionKind::one || target.kind == QuestionKind::many ||
                target.kind == QuestionKind::compare;
  if (test == Test::answered) return true;
  return test == Test::at_least || test == Test::at_most ? numeric : listed;
}

// The one test of a condition and what it compares with; nullopt after a fault.
std::optional<Condition> read_test(MemberReader& in, json::object& object) {
  using Test = Condition::Test;
  Condition out;
  int tests = 0;
  if (in.has("is")) {
    ++tests, out.test = Test::is;
    if (const auto* value = in.scalar("is")) out.values.push_back(*value);
  }
  for (auto [key, test] : {std::pair{"in"sv, Test::in}, std::pair{"not_in"sv, Test::not_in}}) {
    if (!in.has(key)) continue;
    ++tests, out.test = test;
    auto* values = in.array(key, kMaxQuestionOptions, true);
    for (std::size_t i = 0; values && i < values->size(); ++i) {
      const auto& value = (*values)[i];
      if (value.is_object() || value.is_array() || value.is_null()) {
        in.fault(key, "These must be texts, numbers, true or false.");
      }
      out.values.push_back(value);
    }
  }
  for (auto [key, test] :
       {std::pair{"at_least"sv, Test::at_least}, std::pair{"at_most"sv, Test::at_most}}) {
    if (!in.has(key)) continue;
    ++tests, out.test = test;
    out.bound = in.number(key).value_or(0);
  }
  if (object.contains("answered")) {
    ++tests, out.test = Test::answered;
    out.answered = in.flag("answered", true);
  }
  if (tests != 1) {
    in.fault_at(in.pointer(), "One of is, in, not_in, at_least, at_most, answered is needed.");
  }
  in.finish();
  if (in.failed()) return std::nullopt;
  return out;
}

std::optional<Condition> read_show_if(MemberReader& question, std::optional<Error>& error,
                                      const std::vector<Question>& earlier) {
  auto* object = question.object("show_if");
  if (!object) return std::nullopt;
  MemberReader in(*object, pointer_to(question.pointer(), "show_if"), error);
  auto id = in.text("question", kMaxTemplateId, true);
  auto target = std::ranges::find(earlier, id, &Question::id);
  if (target == earlier.end()) {
    in.fault("question", "This must be the id of an earlier question in the same list.");
    return std::nullopt;
  }
  auto out = read_test(in, *object);
  if (!out) return std::nullopt;
  out->question = static_cast<std::size_t>(target - earlier.begin());
  if (!allows(*target, out->test)) {
    in.fault_at(in.pointer(), "This test does not go with that question.");
  }
  return out;
}

// When a text's box unfolds by itself: the same tests, and a comparison's strength may be asked
// for. Only a page needs it, so that nothing is kept beside the form's own text.
void read_open_if(MemberReader& question, std::optional<Error>& error,
                  const std::vector<Question>& earlier) {
  auto* object = question.object("open_if");
  if (!object) return;
  MemberReader in(*object, pointer_to(question.pointer(), "open_if"), error);
  auto id = in.text("question", kMaxTemplateId, true);
  auto target = std::ranges::find(earlier, id, &Question::id);
  bool is_strength = false;
  if (target == earlier.end() && !id.empty()) {
    target = std::ranges::find(earlier, id, &Question::strength_id);
    is_strength = target != earlier.end();
  }
  if (target == earlier.end()) {
    in.fault("question",
             "This must be the id of an earlier question or strength in the same list.");
    return;
  }
  auto test = read_test(in, *object);
  if (test && !is_strength && !allows(*target, test->test)) {
    in.fault_at(in.pointer(), "This test does not go with that question.");
  }
}

void read_counts(MemberReader& in, Question& q, std::size_t low, std::size_t high) {
  q.min_items = in.count("min_items", 0, high, low);
  q.max_items = in.count("max_items", 1, high, high);
  if (q.min_items > q.max_items) in.fault("min_items", "This is more than max_items.");
}

void read_text(MemberReader& in, Question& q) {
  q.min_length = in.count("min_length", 0, kMaxAnswerText, 0);
  q.max_length = in.count("max_length", 1, kMaxAnswerText, kMaxAnswerText);
  if (q.min_length > q.max_length) in.fault("min_length", "This is more than max_length.");
  in.flag("preview", false);
  q.list = in.flag("list", false);
  if (q.list) read_counts(in, q, 0, kMaxRepeats);
}

void read_rating(MemberReader& in, Question& q) {
  q.min = static_cast<double>(in.whole("min", -kMaxRatingSpan, kMaxRatingSpan, 1));
  q.max = static_cast<double>(in.whole("max", -kMaxRatingSpan, kMaxRatingSpan, 5));
  if (*q.min >= *q.max) in.fault("max", "This must be more than min.");
  in.text("min_label", kMaxTemplateLabel, false);
  in.text("max_label", kMaxTemplateLabel, false);
}

void read_number(MemberReader& in, Question& q) {
  q.min = in.number("min");
  q.max = in.number("max");
  if (q.min && q.max && *q.min > *q.max) in.fault("max", "This is less than min.");
  q.integer = in.flag("integer", false);
  in.text("unit", kMaxTemplateLabel, false);
}

void read_compare(MemberReader& in, Question& q, Scope& scope) {
  q.from = in.pointer("from", true);
  q.tie = in.flag("tie", true);
  q.all_bad = in.flag("all_bad", true);
  q.strength_max = static_cast<int>(in.whole("strength", 0, 10, 0));
  if (q.strength_max == 0) return;
  if (in.has("strength_id")) {
    q.strength_id = in.id("strength_id");
  } else if (q.id.size() + 9 <= kMaxTemplateId) {
    q.strength_id = q.id + "_strength";
  } else {
    in.fault("id", "This id is too long to make the strength's id from: give strength_id.");
  }
  claim_id(in, scope, in.has("strength_id") ? "strength_id" : "id", q.strength_id);
}

void read_rank(MemberReader& in, Question& q, Scope& scope, std::optional<Error>& error) {
  q.options = read_options(in, "options", scope, error, false);
  q.from = in.pointer("from", false);
  if (q.options.empty() != q.from.has_value()) {
    in.fault("options", "A rank has either options, or from (a list in the data).");
  }
  q.ties = in.flag("ties", false);
}

void read_choice(MemberReader& in, Question& q, Scope& scope, std::optional<Error>& error,
                 std::string_view key) {
  q.options_from = in.pointer(key == "options" ? "options_from" : "labels_from", false);
  q.options = read_options(in, key, scope, error, !q.options_from);
}

void read_file(MemberReader& in, Question& q) {
  q.max_bytes = in.whole("max_bytes", 1, kMaxUpload, kMaxUpload);
  q.accept = in.names("accept", 64);
  q.min_items = in.count("min_items", 0, kMaxAnswerFiles, 0);
  q.max_items = in.count("max_items", 1, kMaxAnswerFiles, 1);
  if (q.min_items > q.max_items) in.fault("min_items", "This is more than max_items.");
}

void read_kind(MemberReader& in, Question& q, Scope& scope, std::optional<Error>& error) {
  switch (q.kind) {
    case QuestionKind::one: return read_choice(in, q, scope, error, "options");
    case QuestionKind::many:
      read_choice(in, q, scope, error, "options");
      return read_counts(in, q, 0, kMaxQuestionOptions);
    case QuestionKind::rating: return read_rating(in, q);
    case QuestionKind::compare: return read_compare(in, q, scope);
    case QuestionKind::rank: return read_rank(in, q, scope, error);
    case QuestionKind::text: return read_text(in, q);
    case QuestionKind::number: return read_number(in, q);
    case QuestionKind::rubric:
      q.from = in.pointer("from", true);
      q.cannot_assess = in.flag("cannot_assess", true);
      return;
    case QuestionKind::steps:
      q.from = in.pointer("from", true);
      q.roles = in.names("roles", 8);
      q.stop_at_first_error = in.flag("stop_at_first_error", false);
      return;
    case QuestionKind::spans:
      q.from = in.pointer("from", true);
      read_choice(in, q, scope, error, "labels");
      q.overlap = in.flag("overlap", true);
      return read_counts(in, q, 0, kMaxSpans);
    case QuestionKind::boxes:
      q.from = in.pointer("from", true);
      read_choice(in, q, scope, error, "labels");
      return read_counts(in, q, 0, kMaxBoxes);
    case QuestionKind::segments:
      q.from = in.pointer("from", true);
      read_choice(in, q, scope, error, "labels");
      q.overlap = in.flag("overlap", true);
      return read_counts(in, q, 0, kMaxSegments);
    case QuestionKind::file: return read_file(in, q);
    case QuestionKind::dialogue: return read_dialogue(in, q, error);
    case QuestionKind::group: return;  // by read_question, which knows how to read a list
  }
}

void read_questions(json::array& items, const std::string& pointer, Scope& scope,
                    std::optional<Error>& error, std::vector<Question>& out);

Question read_question(json::value& item, const std::string& pointer, Scope& scope,
                       std::optional<Error>& error, const std::vector<Question>& earlier) {
  Question q;
  json::object none;
  auto* object = item.if_object();
  MemberReader in(object ? *object : none, pointer, error);
  if (!object) {
    in.fault_at(pointer, "A question is an object.");
    return q;
  }
  q.id = in.id("id");
  claim_id(in, scope, "id", q.id);
  auto kind = question_kind(in.text("kind", kMaxTemplateLabel, true));
  if (!kind) in.fault("kind", "There is no such kind of question.");
  q.kind = kind.value_or(QuestionKind::text);
  in.text("label", kMaxTemplateLabel, false);
  in.text("help", kMaxTemplateHelp, false);
  q.required = in.flag("required", false);
  q.na = in.flag("na", false);
  q.show_if = read_show_if(in, error, earlier);
  if (q.kind == QuestionKind::text) read_open_if(in, error, earlier);
  read_kind(in, q, scope, error);
  if (q.kind == QuestionKind::group) {
    if (scope.in_group) in.fault("kind", "A group cannot hold a group.");
    read_counts(in, q, 0, kMaxRepeats);
    Scope inner{{}, scope.keys, true, false};
    auto* list = in.array("questions", kMaxTemplateQuestions, true);
    if (list) read_questions(*list, pointer_to(pointer, "questions"), inner, error, q.questions);
  }
  if (q.kind == QuestionKind::dialogue) claim_dialogue(in, scope);
  in.finish();
  return q;
}

void read_questions(json::array& items, const std::string& pointer, Scope& scope,
                    std::optional<Error>& error, std::vector<Question>& out) {
  for (std::size_t i = 0; i < items.size() && !error; ++i) {
    auto question = read_question(items[i], pointer_to(pointer, i), scope, error, out);
    out.push_back(std::move(question));
  }
}

View read_view(json::value& item, const std::string& pointer, Scope& scope,
               std::optional<Error>& error) {
  View v;
  json::object none;
  auto* object = item.if_object();
  MemberReader in(object ? *object : none, pointer, error);
  if (!object) {
    in.fault_at(pointer, "A view is an object.");
    return v;
  }
  v.id = in.id("id");
  claim_id(in, scope, "id", v.id);
  auto kind = view_kind(in.text("kind", kMaxTemplateLabel, true));
  if (!kind) in.fault("kind", "There is no such kind of view.");
  v.kind = kind.value_or(ViewKind::markdown);
  in.text("label", kMaxTemplateLabel, false);
  in.text("help", kMaxTemplateHelp, false);
  v.from = in.pointer("from", true).value_or(Pointer{});
  v.each = in.flag("each", false);
  v.optional = in.flag("optional", false);
  switch (v.kind) {
    case ViewKind::diff: v.to = in.pointer("to", true); break;
    case ViewKind::trajectory: v.tools = in.pointer("tools", false); break;
    case ViewKind::code: in.text("language", kMaxTemplateLabel, false); break;
    case ViewKind::table: in.names("columns", kMaxCsvColumns); break;
    case ViewKind::chat: {
      auto role = in.text("role", kMaxTemplateLabel, false);
      if (!role.empty() && role != "user" && role != "assistant") {
        in.fault("role", "This must be user or assistant.");
      }
      break;
    }
    default: break;
  }
  if (v.each && (v.kind == ViewKind::diff || v.kind == ViewKind::table)) {
    in.fault("each", "This kind of view shows one thing.");
  }
  in.finish();
  return v;
}

void read_hide(MemberReader& in, Form& form) {
  auto* items = in.array("hide", kMaxTemplateViews, false);
  for (std::size_t i = 0; items && i < items->size(); ++i) {
    const auto* text = (*items)[i].if_string();
    auto pointer = text ? parse_pointer(guildhall::view(*text)) : std::nullopt;
    if (!pointer || pointer->tokens.empty()) {
      in.fault_at(pointer_to(pointer_to(in.pointer(), "hide"), i),
                  "This must be a JSON pointer; * stands for any item.");
      return;
    }
    form.hide.push_back(std::move(*pointer));
  }
}

}  // namespace

Result<Form> read_form(json::object& object) {
  Form form;
  std::optional<Error> error;
  MemberReader in(object, "/template", error);
  if (in.has("base")) form.base = in.text("base", kMaxTemplateLabel, true);
  in.text("title", kMaxTemplateLabel, false);
  in.text("help", kMaxTemplateHelp, false);
  Scope view_scope;
  auto* views = in.array("views", kMaxTemplateViews, true);
  for (std::size_t i = 0; views && i < views->size(); ++i) {
    auto pointer = pointer_to("/template/views", i);
    form.views.push_back(read_view((*views)[i], pointer, view_scope, error));
  }
  Scope scope;
  auto* questions = in.array("questions", kMaxTemplateQuestions, true);
  if (questions) read_questions(*questions, "/template/questions", scope, error, form.questions);
  read_hide(in, form);
  in.finish();
  if (error) return std::unexpected(std::move(*error));
  return form;
}

}  // namespace guildhall::work
