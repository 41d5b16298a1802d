#include "room/model_json.h"

#include "room/render.h"
#include "work/assist/proposals.h"

namespace guildhall::room {

namespace assist = work::assist;

void write_origin(JsonWriter& out, const Call& call, std::string_view kind, ProjectId project,
                  ModelWorkId work, const assist::Origin& origin) {
  const auto& ids = call.room.ids();
  out.key("origin").begin_object().field("kind", kind);
  out.field("work", ids.show(project, work));
  assist::write_origin_members(out, ids, project, origin);
  out.end_object();
}

void write_model_answer(JsonWriter& out, const Call& call, ProjectId project,
                        const assist::ModelAnswer& answer) {
  const auto& ids = call.room.ids();
  out.begin_object().field("work", ids.show(project, answer.work));
  out.field("kind", assist::word(answer.kind)).key("task");
  answer.kind == assist::WorkKind::generate ? out.null()
                                            : out.string(ids.show(project, answer.task));
  out.field("state", assist::word(answer.state)).field("tries", answer.tries).key("reason");
  answer.reason.empty() ? out.null() : out.string(answer.reason);
  out.field("template_version", answer.template_version).field("at", rfc3339(answer.at));
  write_origin(out, call, "model", project, answer.work, answer.origin);
  out.key("answers");
  answer.answers_json.empty() ? out.null() : out.raw(answer.answers_json);
  out.end_object();
}

Result<void> write_model_answers(store::Tx& tx, JsonWriter& out, const Call& call,
                                 ProjectId project, TaskId task) {
  out.key("model_answers").begin_array();
  for (const auto& answer :
       TRY(assist::answers_to(tx, call.room.work(), project, task, task, store::Reason::review))) {
    write_model_answer(out, call, project, answer);
  }
  out.end_array();
  return {};
}

Result<void> write_task_origin(store::Tx& tx, JsonWriter& out, const Call& call, ProjectId project,
                               TaskId task) {
  for (const auto& made :
       TRY(assist::origins_of(tx, call.room.work(), project, task, task, store::Reason::review))) {
    write_origin(out, call, "generated", project, made.work, made.origin);
  }
  return {};
}

Result<void> write_drafts(store::Tx& tx, JsonWriter& out, const Call& call,
                          const work::Assignment& a) {
  for (const auto& draft : TRY(assist::answers_to(tx, call.room.work(), a.project, a.task, a.task,
                                                  store::Reason::work))) {
    if (!assist::was_shown(draft, a.leased_at)) continue;
    out.begin_object().key("answers").raw(draft.answers_json).field("author", "model");
    out.key("origin").begin_object().field("kind", "model").key("exchanges").begin_array();
    for (ExchangeId one : draft.origin.exchanges) out.string(call.room.ids().show(a.project, one));
    out.end_array().end_object().end_object();
  }
  return {};
}

}  // namespace guildhall::room
