#include "work/template/dialogue_form.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/limits.h"

namespace guildhall::work {
namespace {

constexpr std::string_view kMayDo[] = {"edit", "regenerate", "branch"};

void read_models(MemberReader& in, DialogueRules& rules) {
  rules.models = in.names("models", kMaxDialogueModels);
  if (rules.models.empty()) {
    in.fault("models", fmt::format("This must be a list of 1 to {} models.", kMaxDialogueModels));
  }
  for (const auto& name : rules.models) {
    if (name.size() > kMaxModelName) in.fault("models", "A model's name is not so long.");
  }
}

// 0 to `most`, or not there.
void read_share(MemberReader& in, std::string_view key, double most) {
  auto value = in.number(key);
  if (value && (*value < 0 || *value > most)) {
    in.fault(key, fmt::format("This must be a number from 0 to {}.", most));
  }
}

void read_parameters(MemberReader& question, DialogueRules& rules, std::optional<Error>& error) {
  auto& object = question.made_object("parameters");
  MemberReader in(object, pointer_to(question.pointer(), "parameters"), error);
  read_share(in, "temperature", 2);
  read_share(in, "top_p", 1);
  in.whole("max_tokens", 1, kMaxDialogueTokens, 1'024);
  in.finish();
  rules.parameters = to_json(object);
}

void read_rate(MemberReader& question, DialogueRules& rules, std::optional<Error>& error) {
  auto* object = question.object("rate");
  if (!object) return;
  MemberReader in(*object, pointer_to(question.pointer(), "rate"), error);
  in.text("label", kMaxTemplateLabel, false);
  rules.rate = {in.whole("min", -kMaxRatingSpan, kMaxRatingSpan, 1),
                in.whole("max", -kMaxRatingSpan, kMaxRatingSpan, 7)};
  if (rules.rate->min >= rules.rate->max) in.fault("max", "This must be more than min.");
  in.finish();
}

void read_may(MemberReader& in, DialogueRules& rules) {
  auto may = in.names("may", std::size(kMayDo));
  for (const auto& what : may) {
    if (std::ranges::find(kMayDo, what) == std::end(kMayDo)) {
      in.fault("may", "These are edit, regenerate and branch.");
    }
  }
  auto has = [&](std::string_view what) { return std::ranges::find(may, what) != may.end(); };
  rules.may_edit = has("edit");
  rules.may_regenerate = has("regenerate");
  rules.may_branch = has("branch");
}

// An id of a node, or null where `nullable`.
void dialogue_node_schema(JsonWriter& out, bool nullable) {
  out.begin_object().key("type").raw(nullable ? R"(["string","null"])" : R"("string")");
  out.field("minLength", 1).field("maxLength", kMaxTemplateId).end_object();
}

void dialogue_ratings_schema(JsonWriter& out, const DialogueRules& rules) {
  out.begin_object().field("type", "object");
  out.field("maxProperties", rules.rate ? kMaxDialogueNodes : 0);
  out.key("additionalProperties").begin_object().field("type", "integer");
  if (rules.rate) out.field("minimum", rules.rate->min).field("maximum", rules.rate->max);
  out.end_object().end_object();
}

using Unfit = std::optional<DialogueMisfit>;

Unfit unfit_node(const json::value* value, const std::string& where, bool nullable) {
  if (!value) return DialogueMisfit{where, "This is missing."};
  const auto* text = value->if_string();
  bool fits = text && !text->empty() && text->size() <= kMaxTemplateId;
  if (fits || (nullable && value->is_null())) return std::nullopt;
  return DialogueMisfit{where, nullable ? "This must be the id of a node, or null."
                                        : "This must be the id of a node."};
}

Unfit unfit_ratings(const DialogueRules& rules, const json::value& value,
                    const std::string& where) {
  const auto* ratings = value.if_object();
  if (!ratings) return DialogueMisfit{where, "This must be an object of a number per reply."};
  if (!rules.rate && !ratings->empty()) return DialogueMisfit{where, "Replies are not rated here."};
  if (ratings->size() > kMaxDialogueNodes) return DialogueMisfit{where, "These are too many."};
  for (const auto& member : *ratings) {
    const auto* number = member.value().if_int64();
    if (number && *number >= rules.rate->min && *number <= rules.rate->max) continue;
    return DialogueMisfit{pointer_to(where, view_of(member.key())),
                          fmt::format("This must be a whole number from {} to {}.", rules.rate->min,
                                      rules.rate->max)};
  }
  return std::nullopt;
}

Unfit unfit_turn(const DialogueRules& rules, const json::value& value, const std::string& where) {
  const auto* turn = value.if_object();
  if (!turn) return DialogueMisfit{where, "This must be an object."};
  const auto* ratings = turn->if_contains("ratings");
  if (turn->size() > (ratings ? 3U : 2U)) {
    return DialogueMisfit{where, "This has a member that is not asked for."};
  }
  if (auto misfit = unfit_node(turn->if_contains("user"), where + "/user", false)) return misfit;
  if (auto misfit = unfit_node(turn->if_contains("chosen"), where + "/chosen", true)) return misfit;
  return ratings ? unfit_ratings(rules, *ratings, where + "/ratings") : std::nullopt;
}

}  // namespace

void read_dialogue(MemberReader& in, Question& q, std::optional<Error>& error) {
  DialogueRules rules;
  rules.question = q.id;
  read_models(in, rules);
  rules.blind = in.flag("blind", true);
  rules.system = in.text("system", kMaxSystemPrompt, false);
  read_parameters(in, rules, error);
  rules.min_turns = in.count("min_turns", 1, kMaxDialogueTurns, 1);
  rules.max_turns = in.count("max_turns", 1, kMaxDialogueTurns, 8);
  if (rules.min_turns > rules.max_turns) in.fault("min_turns", "This is more than max_turns.");
  read_rate(in, rules, error);
  read_may(in, rules);
  q.dialogue = std::move(rules);
}

void dialogue_schema(JsonWriter& out, const DialogueRules& rules, bool complete) {
  out.begin_object().field("type", "object").field("additionalProperties", false);
  out.key("properties").begin_object().key("turns").begin_object().field("type", "array");
  if (complete) out.field("minItems", rules.min_turns);
  out.field("maxItems", rules.max_turns).key("items").begin_object().field("type", "object");
  out.field("additionalProperties", false).key("properties").begin_object().key("user");
  dialogue_node_schema(out, false);
  out.key("chosen");
  dialogue_node_schema(out, true);
  out.key("ratings");
  dialogue_ratings_schema(out, rules);
  out.end_object().key("required").raw(R"(["user","chosen"])").end_object().end_object();
  out.key("end");
  dialogue_node_schema(out, true);
  out.end_object().key("required").raw(R"(["turns","end"])").end_object();
}

std::optional<DialogueMisfit> check_dialogue(const DialogueRules& rules, const json::value& answer,
                                             const std::string& where, bool complete) {
  const auto* object = answer.if_object();
  const auto* turns = object ? find_array(answer, "turns") : nullptr;
  if (!turns || object->size() != 2) {
    return DialogueMisfit{where, "This must be an object of turns and end."};
  }
  std::size_t least = complete ? rules.min_turns : 0;
  if (turns->size() < least || turns->size() > rules.max_turns) {
    return DialogueMisfit{where + "/turns", fmt::format("A dialogue has {} to {} turns here.",
                                                        least, rules.max_turns)};
  }
  for (std::size_t i = 0; i < turns->size(); ++i) {
    auto misfit = unfit_turn(rules, (*turns)[i], pointer_to(where + "/turns", i));
    if (misfit) return misfit;
  }
  return unfit_node(object->if_contains("end"), where + "/end", true);
}

std::string form_without_secrets(const Form& form, const std::string& form_json) {
  auto found = std::ranges::find(form.questions, QuestionKind::dialogue, &Question::kind);
  if (found == form.questions.end()) return form_json;
  auto whole = parse_json(form_json);
  if (!whole) return {};  // it was written by us
  auto place = static_cast<std::size_t>(found - form.questions.begin());
  auto& question = whole->at("questions").at(place).get_object();
  question.stable_erase("system");
  question.stable_erase("parameters");
  if (found->dialogue->blind) question.stable_erase("models");
  json::array slots;
  for (std::size_t i = 0; i < found->dialogue->models.size(); ++i) {
    slots.emplace_back(json::string(1, static_cast<char>('A' + i)));
  }
  question.emplace("slots", std::move(slots));
  return to_json(*whole);
}

}  // namespace guildhall::work
