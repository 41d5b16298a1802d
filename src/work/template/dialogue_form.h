// A dialogue as a kind of question: read from a form, shown without its secrets, and the schema of
// its answer. Internal to the template module; the answer is held against the dialogue itself by
// work/dialogue.
//
// The answer: {"turns": [{"user": node, "chosen": node or null, "ratings"?: {node: number}}],
// "end": node or null}.
//
// Concurrency: pure. Limits: those of dialogue.h.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "work/template/form.h"
#include "work/template/member_reader.h"

namespace guildhall::work {

void read_dialogue(MemberReader& in, Question& q, std::optional<Error>& error);
void dialogue_schema(JsonWriter& out, const DialogueRules& rules, bool complete);

// Where an answer does not fit the schema, and why; empty where it does.
struct DialogueMisfit {
  std::string field;
  std::string detail;
};
std::optional<DialogueMisfit> check_dialogue(const DialogueRules& rules, const json::value& answer,
                                             const std::string& where, bool complete);

// The form's text for whoever may not know its secrets: no system prompt, no parameters, and of
// what is blind the letters of the models only ("slots"). As it is where there is no dialogue.
std::string form_without_secrets(const Form& form, const std::string& form_json);

}  // namespace guildhall::work
