#include "work/judging/judging.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "work/judging/materials.h"
#include "work/judging/plan.h"
#include "work/judging/prompt.h"
#include "work/judging/questions.h"
#include "work/judging/reply.h"

namespace guildhall::work::judging {
namespace {

std::string reply_field(std::size_t reply) { return fmt::format("/replies/{}", reply); }

Result<json::object> read(const json::object& schema, std::string_view reply) {
  auto object = TRY(json_of_reply(reply));
  TRY(check_reply(schema, object));
  return object;
}

// All replies, or the first that is not what was asked for, by its place.
Result<std::vector<json::object>> read_all(const std::vector<Plan>& plans,
                                           std::span<const std::string> replies) {
  if (replies.size() != plans.size()) {
    return fail(Fault::invalid, "reply-not-json", "There is a reply for each ask.",
                reply_field(replies.size()));
  }
  std::vector<json::object> out;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    auto object = read(plans[i].schema, replies[i]);
    if (!object) {
      object.error().field = reply_field(i);
      return std::unexpected(std::move(object.error()));
    }
    out.push_back(std::move(*object));
  }
  return out;
}

Result<json::object> combined(const Texts& texts, const Template& form, const Subject& subject,
                              std::span<const json::object> replies) {
  switch (texts.method) {
    case Method::rubric: return rubric_of(texts, form, subject, replies);
    case Method::steps: return steps_of(texts, form, subject, replies);
    default: return verdict_of(texts, form, subject, replies);
  }
}

// What experts, and the model, see of the seeds.
Result<std::vector<json::value>> blind_seeds(const Template& form, const Subject& subject) {
  std::vector<json::value> out;
  for (const auto& seed : subject.seeds) out.push_back(TRY(blind(form, seed)));
  return out;
}

// The same members with the same values, in whatever order, are the same task.
bool is_new(const json::value& task, const std::vector<json::value>& seeds,
            const std::vector<json::object>& others) {
  return std::ranges::find(seeds, task) == seeds.end() &&
         std::ranges::find(others, task.get_object()) == others.end();
}

Result<void> check_purpose(const PromptTemplate& prompt, bool generate) {
  if ((prompt.purpose == Purpose::generate) == generate) return {};
  return not_for_this_form("This template is for another purpose.");
}

}  // namespace

std::unexpected<Error> not_of_schema(std::size_t reply, std::string detail) {
  return fail(Fault::invalid, "reply-not-of-schema", std::move(detail), reply_field(reply));
}

std::unexpected<Error> no_verdict(std::size_t reply, std::string detail) {
  return fail(Fault::invalid, "no-verdict", std::move(detail), reply_field(reply));
}

Result<const Question*> first_of(const Form& form, QuestionKind kind) {
  auto found = std::ranges::find(form.questions, kind, &Question::kind);
  if (found != form.questions.end()) return &*found;
  return not_for_this_form(fmt::format("The form has no question of kind {}.", name_of(kind)));
}

Result<std::vector<Plan>> plans_for(const Texts& texts, const Template& form,
                                    const Subject& subject) {
  const bool generate = texts.info.purpose == Purpose::generate;
  if (!generate && subject.data) TRY(form.check_data(*subject.data));
  switch (texts.method) {
    case Method::rubric: return rubric_plans(texts, form, subject);
    case Method::steps: return steps_plans(texts, form, subject);
    case Method::variants:
    case Method::dialogue: return generate_plans(texts, form, subject);
    default: return verdict_plans(texts, form, subject);
  }
}

std::string_view name_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::judge: return "judge";
    case Purpose::draft: return "draft";
    case Purpose::generate: break;
  }
  return "generate";
}

Result<void> check_form(const PromptTemplate& prompt, const Template& form) {
  const auto& texts = texts_of(prompt);
  if (prompt.purpose == Purpose::generate) return check_generated(texts, form);
  TRY(plans_for(texts, form, {}));
  return {};
}

Result<std::vector<Ask>> asks_for(const PromptTemplate& prompt, const Template& form,
                                  const Subject& subject, Random& random) {
  const auto& texts = texts_of(prompt);
  if (prompt.purpose != Purpose::generate && !subject.data) {
    return not_for_this_form("There is no task to ask about.");
  }
  std::vector<Ask> out;
  for (auto& plan : TRY(plans_for(texts, form, subject))) {
    out.push_back(TRY(put_into_words(texts, std::move(plan), subject, random)));
  }
  return out;
}

Result<json::object> read_reply(const Ask& ask, std::string_view reply) {
  return read(ask.reply_schema, reply);
}

Result<json::object> answers_from(const PromptTemplate& prompt, const Template& form,
                                  const Subject& subject, std::span<const std::string> replies) {
  TRY(check_purpose(prompt, false));
  if (!subject.data) return not_for_this_form("There is no task to ask about.");
  const auto& texts = texts_of(prompt);
  auto read = TRY(read_all(TRY(plans_for(texts, form, subject)), replies));
  auto answers = TRY(combined(texts, form, subject, read));
  auto checked = form.check_answers(answers, *subject.data, prompt.purpose == Purpose::judge);
  if (checked) return answers;
  return not_of_schema(replies.size() - 1,
                       fmt::format("{}: {}", checked.error().field, checked.error().detail));
}

Result<std::vector<json::object>> tasks_from(const PromptTemplate& prompt, const Template& form,
                                             const Subject& subject,
                                             std::span<const std::string> replies) {
  TRY(check_purpose(prompt, true));
  auto read = TRY(read_all(TRY(plans_for(texts_of(prompt), form, subject)), replies));
  const auto seeds = TRY(blind_seeds(form, subject));
  std::vector<json::object> out;
  for (const auto& task : read[0].at("tasks").get_array()) {
    if (!form.check_data(task)) {
      return not_of_schema(0, "A task does not fit the form.");
    }
    if (is_new(task, seeds, out)) out.push_back(task.get_object());
  }
  if (out.empty()) return not_of_schema(0, "No task is a new one.");
  return out;
}

}  // namespace guildhall::work::judging
