#include "work/template/builtin.h"

#include <fmt/core.h>

#include <algorithm>

namespace guildhall::work {
namespace {

constexpr std::string_view kPreference = R"json({
  "base": "preference", "title": "Which response is better?",
  "help": "Two or more responses to one prompt: which is better, and by how much.",
  "views": [
    {"id": "prompt", "kind": "chat", "from": "/prompt", "label": "Prompt", "role": "user"},
    {"id": "responses", "kind": "chat", "from": "/responses", "label": "Responses",
     "role": "assistant", "each": true}],
  "questions": [
    {"id": "choice", "kind": "compare", "from": "/responses", "label": "Which is better?",
     "required": true, "tie": true, "all_bad": true, "strength": 3, "strength_id": "strength"},
    {"id": "justification", "kind": "text", "label": "Why?", "preview": true,
     "open_if": {"question": "strength", "at_least": 3}}]
})json";

constexpr std::string_view kRubric = R"json({
  "base": "rubric", "title": "Grade the response",
  "help": "One response, graded criterion by criterion.",
  "views": [
    {"id": "prompt", "kind": "chat", "from": "/prompt", "label": "Prompt", "role": "user"},
    {"id": "response", "kind": "chat", "from": "/response", "label": "Response",
     "role": "assistant"}],
  "questions": [
    {"id": "criteria", "kind": "rubric", "from": "/rubric", "label": "Is each criterion met?",
     "required": true, "cannot_assess": true},
    {"id": "justification", "kind": "text", "label": "Why?", "preview": true}]
})json";

constexpr std::string_view kDemonstration = R"json({
  "base": "demonstration", "title": "Write the ideal response",
  "help": "A prompt, and the response that an expert would give.",
  "views": [
    {"id": "prompt", "kind": "chat", "from": "/prompt", "label": "Prompt", "role": "user"}],
  "questions": [
    {"id": "response", "kind": "text", "label": "Your response", "required": true,
     "preview": true}]
})json";

constexpr std::string_view kAuthoring = R"json({
  "base": "authoring", "title": "Write a task",
  "help": "The expert writes the task itself: prompt, ideal response, criteria, sources.",
  "views": [{"id": "brief", "kind": "markdown", "from": "/brief", "label": "What is wanted"}],
  "questions": [
    {"id": "prompt", "kind": "text", "label": "Prompt", "required": true, "preview": true},
    {"id": "ideal", "kind": "text", "label": "Ideal response", "required": true,
     "preview": true},
    {"id": "rubric", "kind": "group", "label": "Criteria to grade a response by",
     "required": true, "min_items": 1,
     "questions": [
       {"id": "criterion", "kind": "text", "label": "Criterion", "required": true},
       {"id": "points", "kind": "number", "label": "Points", "required": true,
        "integer": true, "min": -10, "max": 10}]},
    {"id": "sources", "kind": "text", "label": "Sources", "list": true,
     "help": "One address or reference each."}]
})json";

constexpr std::string_view kSteps = R"json({
  "base": "steps", "title": "Rate each step",
  "help": "A solution in steps, each rated right, neutral or wrong.",
  "views": [
    {"id": "prompt", "kind": "chat", "from": "/prompt", "label": "Problem", "role": "user"},
    {"id": "steps", "kind": "markdown", "from": "/steps", "label": "Steps", "each": true}],
  "questions": [
    {"id": "ratings", "kind": "steps", "from": "/steps", "label": "Rate each step",
     "required": true},
    {"id": "correction", "kind": "text", "label": "How should the first wrong step go?",
     "preview": true}]
})json";

constexpr std::string_view kTrajectory = R"json({
  "base": "trajectory", "title": "Judge the run",
  "help": "A tool-using agent's run: each of its steps, what went wrong, whether it got there.",
  "views": [
    {"id": "run", "kind": "trajectory", "from": "/messages", "tools": "/tools",
     "label": "Run"}],
  "questions": [
    {"id": "steps", "kind": "steps", "from": "/messages", "roles": ["assistant"],
     "label": "Rate each step of the agent", "required": true},
    {"id": "overall", "kind": "one", "label": "Did the agent reach the goal?",
     "required": true, "options": [
       {"value": "success", "label": "Yes"},
       {"value": "partial", "label": "In part"},
       {"value": "failure", "label": "No"}]},
    {"id": "failures", "kind": "many", "label": "What went wrong?", "options": [
       {"value": "goal_partially_completed", "label": "Stopped before the goal was reached"},
       {"value": "used_wrong_tool", "label": "Used the wrong tool"},
       {"value": "used_wrong_tool_argument", "label": "Gave a tool the wrong argument"},
       {"value": "took_unintended_action", "label": "Did what nobody asked for"},
       {"value": "misread_result", "label": "Misread a tool's result"},
       {"value": "broke_policy", "label": "Broke a rule it was given"},
       {"value": "invented_fact", "label": "Stated what nothing supports"},
       {"value": "user_at_fault", "label": "The user gave wrong information"},
       {"value": "environment_at_fault", "label": "A tool or its data was broken"}]},
    {"id": "justification", "kind": "text", "label": "Why?", "preview": true}]
})json";

constexpr std::string_view kChoice = R"json({
  "base": "choice", "title": "Choose",
  "help": "One question with a list of answers.",
  "views": [
    {"id": "prompt", "kind": "chat", "from": "/prompt", "label": "Question", "role": "user"}],
  "questions": [
    {"id": "choice", "kind": "one", "label": "Your answer", "required": true,
     "options_from": "/options", "options": [
       {"value": "yes", "label": "Yes", "key": "y"},
       {"value": "no", "label": "No", "key": "n"},
       {"value": "unsure", "label": "Cannot tell", "key": "u"}]},
    {"id": "justification", "kind": "text", "label": "Why?", "preview": true}]
})json";

constexpr std::string_view kSpans = R"json({
  "base": "spans", "title": "Mark passages",
  "help": "A text in which passages are marked with a label.",
  "views": [
    {"id": "prompt", "kind": "chat", "from": "/prompt", "label": "Context", "role": "user",
     "optional": true}],
  "questions": [
    {"id": "spans", "kind": "spans", "from": "/text", "label": "Mark what is wrong",
     "required": true, "labels_from": "/labels", "labels": [
       {"value": "error", "label": "Wrong", "key": "e"},
       {"value": "unsupported", "label": "Not supported", "key": "s"},
       {"value": "unclear", "label": "Unclear", "key": "u"},
       {"value": "harmful", "label": "Harmful", "key": "h"}]},
    {"id": "justification", "kind": "text", "label": "Remarks", "preview": true}]
})json";

constexpr std::string_view kBoxes = R"json({
  "base": "boxes", "title": "Draw boxes",
  "help": "An image on which boxes are drawn, each with a label.",
  "views": [
    {"id": "prompt", "kind": "chat", "from": "/prompt", "label": "What to look for",
     "role": "user", "optional": true},
    {"id": "image", "kind": "image", "from": "/image", "label": "Image"}],
  "questions": [
    {"id": "boxes", "kind": "boxes", "from": "/image", "label": "Draw a box around each",
     "required": true, "labels_from": "/labels", "labels": [
       {"value": "object", "label": "Object"}]},
    {"id": "justification", "kind": "text", "label": "Remarks", "preview": true}]
})json";

constexpr std::string_view kSegments = R"json({
  "base": "segments", "title": "Mark a recording",
  "help": "A sound or film in which stretches of time are marked with a label.",
  "views": [
    {"id": "prompt", "kind": "chat", "from": "/prompt", "label": "What to listen for",
     "role": "user", "optional": true},
    {"id": "media", "kind": "media", "from": "/media", "label": "Recording"}],
  "questions": [
    {"id": "segments", "kind": "segments", "from": "/media", "label": "Mark each stretch",
     "required": true, "labels_from": "/labels", "labels": [
       {"value": "speech", "label": "Speech"},
       {"value": "music", "label": "Music"},
       {"value": "noise", "label": "Noise"},
       {"value": "silence", "label": "Silence"}]},
    {"id": "justification", "kind": "text", "label": "Remarks", "preview": true}]
})json";

constexpr std::string_view kDialogue = R"json({
  "base": "dialogue", "title": "Talk with the models",
  "help": "A live conversation: choose a reply, go on, try another way.",
  "views": [
    {"id": "goal", "kind": "markdown", "from": "/goal", "label": "What to do",
     "optional": true}],
  "questions": [
    {"id": "talk", "kind": "dialogue", "label": "Your conversation", "required": true,
     "models": ["default"], "blind": true, "min_turns": 1, "max_turns": 8,
     "may": ["edit", "regenerate", "branch"]},
    {"id": "justification", "kind": "text", "label": "Remarks", "preview": true}]
})json";

}  // namespace

std::span<const Builtin> builtins() {
  using K = QuestionKind;
  static const std::vector<Builtin> all = {
      {"preference", kPreference, {{"choice", {K::compare}, "/responses"}}, {"choice"}},
      {"rubric", kRubric, {{"criteria", {K::rubric}, "/rubric"}}, {"criteria"}},
      {"demonstration", kDemonstration, {{"response", {K::text}, ""}}, {}},
      {"authoring",
       kAuthoring,
       {{"prompt", {K::text}, ""}, {"ideal", {K::text}, ""}, {"rubric", {K::group}, ""}},
       {}},
      {"steps", kSteps, {{"ratings", {K::steps}, "/steps"}}, {"ratings"}},
      {"trajectory",
       kTrajectory,
       {{"steps", {K::steps}, "/messages"}, {"overall", {K::one}, ""}},
       {"overall"}},
      {"choice", kChoice, {{"choice", {K::one, K::many}, ""}}, {"choice"}},
      {"spans", kSpans, {{"spans", {K::spans}, "/text"}}, {"spans"}},
      {"boxes", kBoxes, {{"boxes", {K::boxes}, "/image"}}, {"boxes"}},
      {"segments", kSegments, {{"segments", {K::segments}, "/media"}}, {"segments"}},
      {"dialogue", kDialogue, {{"talk", {K::dialogue}, ""}}, {}},
  };
  return all;
}

const Builtin* find_builtin(std::string_view name) {
  auto all = builtins();
  auto found = std::ranges::find(all, name, &Builtin::name);
  return found == all.end() ? nullptr : &*found;
}

Result<void> check_keys(const Form& form, const Builtin& base) {
  for (const auto& key : base.keys) {
    auto question = std::ranges::find(form.questions, key.id, &Question::id);
    bool kept = question != form.questions.end() &&
                std::ranges::find(key.kinds, question->kind) != key.kinds.end() &&
                (key.from.empty() || (question->from && question->from->text == key.from));
    if (kept) continue;
    return fail(
        Fault::invalid, "invalid-template",
        fmt::format("A form of base {} keeps the question {} of kind {}{}{}.", base.name, key.id,
                    name_of(key.kinds[0]), key.from.empty() ? "" : " from ", key.from),
        "/template/questions");
  }
  return {};
}

}  // namespace guildhall::work
