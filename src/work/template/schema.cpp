#include "work/template/schema.h"

#include <cmath>

#include "base/limits.h"
#include "work/template/dialogue_form.h"

namespace guildhall::work {
namespace {

void values(JsonWriter& out, const std::vector<json::value>& list) {
  out.begin_array();
  for (const auto& value : list) out.value(value);
  out.end_array();
}

void one_of_options(JsonWriter& out, const Question& q) {
  out.begin_object().field("type", "string");
  if (q.options_from || q.options.empty()) {
    out.field("minLength", 1).field("maxLength", kMaxTemplateLabel);
  } else {
    out.key("enum").begin_array();
    for (const auto& value : q.options) out.string(value);
    out.end_array();
  }
  out.end_object();
}

void count_limits(JsonWriter& out, const Question& q, bool complete) {
  if (complete && q.min_items > 0) out.field("minItems", q.min_items);
  out.field("maxItems", q.max_items);
}

void text_schema(JsonWriter& out, const Question& q, bool complete) {
  auto one = [&] {
    out.begin_object().field("type", "string");
    std::size_t least = q.min_length == 0 && q.required ? 1 : q.min_length;
    if (complete && least > 0) out.field("minLength", least);
    out.field("maxLength", q.max_length).end_object();
  };
  if (!q.list) return one();
  out.begin_object().field("type", "array").key("items");
  one();
  count_limits(out, q, complete);
  out.end_object();
}

void number_schema(JsonWriter& out, const Question& q) {
  bool whole = q.integer || q.kind == QuestionKind::rating;
  out.begin_object().field("type", whole ? "integer" : "number");
  if (q.min) out.field("minimum", *q.min);
  if (q.max) out.field("maximum", *q.max);
  out.end_object();
}

// a and b and the two words first: the validator compares in this order.
void compare_schema(JsonWriter& out, const Question& q) {
  out.begin_object().field("type", "string").key("enum").begin_array();
  for (std::size_t i = 0; i < kMaxResponses; ++i) {
    if (i == 2 && q.tie) out.string("tie");
    if (i == 2 && q.all_bad) out.string("both_bad");
    out.string(std::string(1, letter(i)));
  }
  out.end_array().end_object();
}

void rank_schema(JsonWriter& out, const Question& q) {
  std::size_t most = q.options.empty() ? kMaxResponses : q.options.size();
  out.begin_object().field("type", "array").field("maxItems", most).key("items");
  out.begin_object().field("type", "array").field("minItems", 1);
  out.field("maxItems", q.ties ? most : 1).key("items");
  one_of_options(out, q);
  out.end_object().end_object();
}

void steps_schema(JsonWriter& out, bool complete) {
  out.begin_object().field("type", "array").field("maxItems", kMaxSteps);
  out.key("items").raw(complete ? R"({"enum":[1,0,-1]})" : R"({"enum":[1,0,-1,null]})");
  out.end_object();
}

void rubric_schema(JsonWriter& out, const Question& q, bool complete) {
  bool null = q.cannot_assess || !complete;
  out.begin_object().field("type", "object").field("maxProperties", kMaxCriteria);
  out.key("additionalProperties").begin_object().key("type");
  out.raw(null ? R"(["boolean","null"])" : R"("boolean")").end_object().end_object();
}

// A list of records whose own members come between the two, then label and note.
void open_mark(JsonWriter& out, const Question& q, bool complete) {
  out.begin_object().field("type", "array");
  count_limits(out, q, complete);
  out.key("items").begin_object().field("type", "object").key("properties").begin_object();
}

void close_mark(JsonWriter& out, const Question& q, std::string_view required) {
  out.key("label");
  one_of_options(out, q);
  out.key("note").begin_object().field("type", "string").field("maxLength", kMaxTemplateHelp);
  out.end_object().end_object().key("required").raw(required);
  out.field("additionalProperties", false).end_object().end_object();
}

void spans_schema(JsonWriter& out, const Question& q, bool complete) {
  open_mark(out, q, complete);
  out.key("start").raw(R"({"type":"integer","minimum":0})");
  out.key("end").raw(R"({"type":"integer","minimum":1})");
  close_mark(out, q, R"(["start","end","label"])");
}

void boxes_schema(JsonWriter& out, const Question& q, bool complete) {
  open_mark(out, q, complete);
  for (const char* name : {"x", "y", "w", "h"}) {
    out.key(name).raw(R"({"type":"number","minimum":0,"maximum":1})");
  }
  close_mark(out, q, R"(["x","y","w","h","label"])");
}

void segments_schema(JsonWriter& out, const Question& q, bool complete) {
  open_mark(out, q, complete);
  for (bool end : {false, true}) {
    out.key(end ? "end_ms" : "start_ms").begin_object().field("type", "integer");
    out.field("minimum", end ? 1 : 0).field("maximum", kMaxSegmentMs).end_object();
  }
  close_mark(out, q, R"(["start_ms","end_ms","label"])");
}

void file_schema(JsonWriter& out, const Question& q, bool complete) {
  out.begin_object().field("type", "array");
  count_limits(out, q, complete);
  out.key("items").begin_object().field("type", "object").key("properties").begin_object();
  for (const char* name : {"id", "name", "type"}) {
    out.key(name).begin_object().field("type", "string").field("minLength", 1);
    out.field("maxLength", kMaxTemplateLabel).end_object();
  }
  out.key("bytes").begin_object().field("type", "integer").field("minimum", 0);
  out.field("maximum", q.max_bytes).end_object().end_object();
  out.key("required").raw(R"(["id","name"])").field("additionalProperties", false);
  out.end_object().end_object();
}

void list_schema(JsonWriter& out, const std::vector<Question>& questions, bool complete);

void kind_schema(JsonWriter& out, const Question& q, bool complete) {
  switch (q.kind) {
    case QuestionKind::one: return one_of_options(out, q);
    case QuestionKind::many:
      out.begin_object().field("type", "array").field("uniqueItems", true).key("items");
      one_of_options(out, q);
      count_limits(out, q, complete);
      out.end_object();
      return;
    case QuestionKind::rating:
    case QuestionKind::number: return number_schema(out, q);
    case QuestionKind::compare: return compare_schema(out, q);
    case QuestionKind::rank: return rank_schema(out, q);
    case QuestionKind::text: return text_schema(out, q, complete);
    case QuestionKind::rubric: return rubric_schema(out, q, complete);
    case QuestionKind::steps: return steps_schema(out, complete);
    case QuestionKind::spans: return spans_schema(out, q, complete);
    case QuestionKind::boxes: return boxes_schema(out, q, complete);
    case QuestionKind::segments: return segments_schema(out, q, complete);
    case QuestionKind::file: return file_schema(out, q, complete);
    case QuestionKind::dialogue: return dialogue_schema(out, *q.dialogue, complete);
    case QuestionKind::group:
      out.begin_object().field("type", "array");
      count_limits(out, q, complete);
      out.key("items");
      list_schema(out, q.questions, complete);
      out.end_object();
      return;
  }
}

void question_schema(JsonWriter& out, const Question& q, bool complete) {
  if (!q.na) return kind_schema(out, q, complete);
  out.begin_object().key("anyOf").begin_array();
  kind_schema(out, q, complete);
  out.raw(R"({"type":"null"})").end_array().end_object();
}

// What the answer to the condition's question must look like, null aside.
void test_schema(JsonWriter& out, const Condition& condition, const Question& target) {
  using Test = Condition::Test;
  bool many = target.kind == QuestionKind::many;
  out.begin_object();
  switch (condition.test) {
    case Test::answered: out.raw(R"("not":{"type":"null"})"); break;
    case Test::at_least: out.field("type", "number").field("minimum", condition.bound); break;
    case Test::at_most: out.field("type", "number").field("maximum", condition.bound); break;
    case Test::not_in:
      if (target.na) out.raw(R"("allOf":[{"not":{"type":"null"}}])");
      out.key("not").begin_object();
      if (many) out.key("contains").begin_object();
      out.key("enum");
      values(out, condition.values);
      if (many) out.end_object();
      out.end_object();
      break;
    case Test::is:
    case Test::in:
      if (many) out.field("type", "array").key("contains").begin_object();
      out.key("enum");
      values(out, condition.values);
      if (many) out.end_object();
      break;
  }
  out.end_object();
}

// {"if": it is shown, "then": it is there (if required), "else": it is not there}
void shown_rule(JsonWriter& out, const std::vector<Question>& questions, const Question& q) {
  const auto& target = questions[q.show_if->question];
  bool absent = q.show_if->test == Condition::Test::answered && !q.show_if->answered;
  auto require = [&](const std::string& id) {
    out.begin_object().key("required").begin_array().string(id).end_array().end_object();
  };
  out.begin_object().key("if").begin_object();
  out.key("properties").begin_object().key(target.id);
  test_schema(out, *q.show_if, target);
  out.end_object().key("required").begin_array().string(target.id).end_array().end_object();
  out.key(absent ? "then" : "else").begin_object().key("not");
  require(q.id);
  out.end_object();
  if (q.required) {
    out.key(absent ? "else" : "then");
    require(q.id);
  }
  out.end_object();
}

// A letter needs its strength; a tie does not.
void strength_rule(JsonWriter& out, const Question& q) {
  out.begin_object().key("if").begin_object().key("properties").begin_object().key(q.id);
  out.raw(R"({"not":{"enum":["tie","both_bad",null]}})").end_object();
  out.key("required").begin_array().string(q.id).end_array().end_object();
  out.key("then").begin_object().key("required").begin_array().string(q.strength_id);
  out.end_array().end_object().end_object();
}

void rules(JsonWriter& out, const std::vector<Question>& questions) {
  bool any = false;
  auto open = [&] {
    if (!any) out.key("allOf").begin_array();
    any = true;
  };
  for (const auto& q : questions) {
    if (q.show_if) open(), shown_rule(out, questions, q);
    if (q.strength_max > 0) open(), strength_rule(out, q);
  }
  if (any) out.end_array();
}

void list_members(JsonWriter& out, const std::vector<Question>& questions, bool complete) {
  out.field("type", "object").field("additionalProperties", false);
  out.key("properties").begin_object();
  for (const auto& q : questions) {
    out.key(q.id);
    question_schema(out, q, complete);
    if (q.strength_max == 0) continue;
    out.key(q.strength_id).begin_object().field("type", "integer").field("minimum", 1);
    out.field("maximum", q.strength_max).end_object();
  }
  out.end_object();
  if (!complete) return;
  std::vector<std::string_view> required;
  for (const auto& q : questions) {
    if (q.required && !q.show_if) required.push_back(q.id);
  }
  if (!required.empty()) {
    out.key("required").begin_array();
    for (auto id : required) out.string(id);
    out.end_array();
  }
  rules(out, questions);
}

void list_schema(JsonWriter& out, const std::vector<Question>& questions, bool complete) {
  out.begin_object();
  list_members(out, questions, complete);
  out.end_object();
}

}  // namespace

std::string answers_schema(const Form& form, bool complete) {
  JsonWriter out;
  out.begin_object().field("$schema", "http://json-schema.org/draft-07/schema#");
  list_members(out, form.questions, complete);
  out.end_object();
  return out.take();
}

}  // namespace guildhall::work
