#include "work/assist/asks.h"

#include <algorithm>

#include "base/limits.h"
#include "work/guidelines.h"
#include "work/task_body.h"

namespace guildhall::work::assist {
namespace {

using store::Tx;

judging::Subject subject_of(const ModelWork& work, const Question& question) {
  judging::Subject subject;
  subject.guidelines = question.guidelines;
  if (work.kind == WorkKind::generate) {
    subject.brief = work.terms.brief;
    subject.seeds = work.terms.seeds;
    subject.count = question.want;
  } else {
    subject.data = &question.data;
  }
  return subject;
}

std::string chat_request(std::string_view model, const judging::Ask& ask) {
  JsonWriter out;
  out.begin_object().field("model", model).key("messages").begin_array();
  out.begin_object().field("role", "system").field("content", ask.system).end_object();
  out.begin_object().field("role", "user").field("content", ask.user).end_object().end_array();
  out.key("response_format").begin_object().field("type", "json_schema");
  out.key("json_schema").begin_object().field("name", "answer");
  out.field("schema", json::value(ask.reply_schema)).end_object().end_object();
  out.field("stream", true).end_object();
  return out.take();
}

}  // namespace

Result<Question> make_question(const Context& ctx, const ModelWork& work, const WantedTask& task) {
  Question question;
  TRY(ctx.db.read([&](Tx& tx) -> Result<void> {
    auto project = TRY(ctx.projects.find(tx, work.project));
    question.form = project.form;
    question.form_version = project.template_version;
    question.guidelines = TRY(find_guidelines(tx, ctx, work.project, 0))
    .markdown;
    if (!task.data) return {};
    auto plain = TRY(open_task_content(tx, ctx, work.project, store::ContentType::task, task.task,
                                       task.data, store::Reason::work));
    question.data = TRY(parse_json(split_task_body(plain.expose()).data));
    return {};
  }));
  question.prompt = TRY(judging::find_template(work.terms.prompt, work.terms.prompt_version));
  question.want = static_cast<std::size_t>(
      std::clamp<std::int64_t>(work.terms.count - work.counts.made, 1, kMadeUpAtOnce));
  auto asks = TRY(
      judging::asks_for(question.prompt, *question.form, subject_of(work, question), ctx.random));
  for (const auto& ask : asks) question.bodies.push_back(chat_request(work.terms.model, ask));
  return question;
}

Result<void> read_replies(const ModelWork& work, const Question& question,
                          const std::vector<std::string>& replies, Outcome& outcome) {
  auto subject = subject_of(work, question);
  if (work.kind != WorkKind::generate) {
    auto answers = TRY(judging::answers_from(question.prompt, *question.form, subject, replies));
    write_json(outcome.answers_json, json::value(std::move(answers)));
    return {};
  }
  auto tasks = TRY(judging::tasks_from(question.prompt, *question.form, subject, replies));
  for (auto& data : tasks) write_json(outcome.made.emplace_back(), json::value(std::move(data)));
  return {};
}

bool is_worth_another_try(const Error& error) {
  return error.type == "reply-not-json" || error.type == "reply-not-of-schema";
}

}  // namespace guildhall::work::assist
