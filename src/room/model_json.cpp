#include "room/model_json.h"

#include "room/render.h"

namespace guildhall::room {

namespace assist = work::assist;

void write_origin(JsonWriter& out, const Call& call, std::string_view kind, ModelWorkId work,
                  const assist::Origin& origin) {
  const auto& ids = call.room.ids();
  out.key("origin").begin_object().field("kind", kind);
  out.field("work", ids.show(call.project, work));
  assist::write_origin_members(out, ids, call.project, origin);
  out.end_object();
}

void write_model_answer(JsonWriter& out, const Call& call, const assist::ModelAnswer& answer) {
  const auto& ids = call.room.ids();
  out.begin_object().field("work", ids.show(call.project, answer.work));
  out.field("kind", assist::word(answer.kind)).key("task");
  answer.kind == assist::WorkKind::generate ? out.null()
                                            : out.string(ids.show(call.project, answer.task));
  out.field("state", assist::word(answer.state)).field("tries", answer.tries).key("reason");
  answer.reason.empty() ? out.null() : out.string(answer.reason);
  out.field("template_version", answer.template_version).field("at", rfc3339(answer.at));
  write_origin(out, call, "model", answer.work, answer.origin);
  out.key("answers");
  answer.answers_json.empty() ? out.null() : out.raw(answer.answers_json);
  out.end_object();
}

Result<void> write_model_answers(store::Tx& tx, JsonWriter& out, const Call& call, TaskId task) {
  out.key("model_answers").begin_array();
  for (const auto& answer : TRY(assist::answers_to(tx, call.room.work(), call.project, task, task,
                                                   store::Reason::review))) {
    write_model_answer(out, call, answer);
  }
  out.end_array();
  return {};
}

}  // namespace guildhall::room
