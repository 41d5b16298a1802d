// What models do in projects: judges, drafts, tasks that they make up.
#include <algorithm>

#include "room/model_json.h"
#include "room/render.h"
#include "work/assist/proposals.h"
#include "work/judging/judging.h"

namespace guildhall::room {
namespace {

namespace assist = work::assist;
using assist::ModelWork;
using assist::WorkKind;
using identity::allow;
using identity::kStaff;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;

constexpr Field kWork[] = {
    {"kind", Kind::text, true, "judge, draft or generate"},
    {"template", Kind::text, true, "the name of a prompt"},
    {"version", Kind::integer, false, "of that prompt; without it the newest"},
    {"model", Kind::text, true, "by its name in the room"},
    {"tries", Kind::integer, false, "of one task, before it is left to people; 3"},
    {"share", Kind::integer, false, "of the tasks, percent; 100"},
    {"brief", Kind::text, false, "generate: what is wanted"},
    {"seeds", Kind::list, false, "generate: data of tasks to go by"},
    {"count", Kind::integer, false, "generate: how many tasks"}};
constexpr Field kWorkChange[] = {{"state", Kind::text, false, "running or paused"},
                                 {"model", Kind::text},
                                 {"tries", Kind::integer},
                                 {"share", Kind::integer},
                                 {"count", Kind::integer}};

std::string_view shown_state(const ModelWork& work) {
  if (work.state == assist::WorkState::paused) return "paused";
  if (work.phase == assist::kGoesOn || work.phase == assist::kDone) return work.phase;
  return "waiting";
}

void write_work(JsonWriter& out, const Call& call, const ModelWork& work) {
  const auto& ids = call.room.ids();
  auto state = shown_state(work);
  out.begin_object().field("id", ids.show(work.project, work.id));
  out.field("kind", assist::word(work.kind)).field("state", state).key("reason");
  state == "waiting" ? out.string(work.phase) : out.null();
  out.key("template").begin_object().field("name", work.terms.prompt);
  out.field("version", work.terms.prompt_version).end_object();
  out.field("model", work.terms.model).field("tries", work.terms.tries);
  out.field("share", work.terms.share).field("brief", work.terms.brief);
  out.key("seeds").begin_array();
  for (const auto& seed : work.terms.seeds) out.value(seed);
  out.end_array().field("count", work.terms.count).key("counts").begin_object();
  out.field("asked", work.counts.asked).field("answered", work.counts.answered);
  out.field("left", work.counts.left).field("made", work.counts.made);
  out.field("cost", work.counts.cost).end_object();
  out.field("version", work.version).field("created_at", rfc3339(work.created_at));
  out.field("created_by", ids.show(work.created_by)).end_object();
}

Reply work_reply(const Call& call, const ModelWork& work, int status) {
  JsonWriter out;
  write_work(out, call, work);
  return json_reply(status, out.take());
}

gateway::Purpose key_purpose(WorkKind kind) {
  return kind == WorkKind::judge ? gateway::Purpose::judge : gateway::Purpose::drafting;
}

// Without a key of the project that names the model nothing would ever be asked.
Result<void> require_key(const Call& call, WorkKind kind, const std::string& model) {
  auto access = call.room.models().access_for(call.project, key_purpose(kind), model);
  if (access) return {};
  if (access.error().type != "no-model") return std::unexpected(access.error());
  return fail(Fault::conflict, "no-model-key",
              kind == WorkKind::judge
                  ? "The project has no virtual key for judging that names this model."
                  : "The project has no virtual key for drafting that names this model.",
              "/model");
}

Result<Reply> list_prompts(Call&) {
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& prompt : work::judging::templates()) {
    out.begin_object().field("name", prompt.name).field("version", prompt.version);
    out.field("kind", work::judging::name_of(prompt.purpose)).field("what", prompt.what);
    out.field("text", work::judging::text_of(prompt)).end_object();
  }
  out.end_array().key("next").null().end_object();
  return json_reply(200, out.take());
}

Result<Reply> list(Call& call) {
  auto works = TRY(call.room.db().read_as([&](Tx& tx) {
    return assist::list_work(tx, call.room.work(), call.project, store::Reason::manage);
  }));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& work : works) write_work(out, call, work);
  out.end_array().key("next").null().end_object();
  return json_reply(200, out.take());
}

Result<Reply> create(Call& call) {
  auto kind = assist::kind_of(text_or(call.body, "kind", ""));
  if (!kind) {
    return fail(Fault::invalid, "bad-model-work", "judge, draft or generate.", "/kind");
  }
  assist::NewWork wanted{.kind = *kind, .terms = {}};
  wanted.terms.prompt = text_or(call.body, "template", "");
  wanted.terms.prompt_version =
      static_cast<int>(std::clamp<std::int64_t>(int_or(call.body, "version", 0), 0, 1'000'000));
  wanted.terms.model = text_or(call.body, "model", "");
  wanted.terms.tries = int_or(call.body, "tries", wanted.terms.tries);
  wanted.terms.share = int_or(call.body, "share", wanted.terms.share);
  wanted.terms.brief = text_or(call.body, "brief", "");
  wanted.terms.count = int_or(call.body, "count", 0);
  if (const auto* seeds = find_array(call.body, "seeds")) {
    wanted.terms.seeds.assign(seeds->begin(), seeds->end());
  }
  TRY(require_key(call, *kind, wanted.terms.model));
  auto work = TRY(assist::create_work(call.room.work(), call.actor(), call.project, wanted));
  return work_reply(call, work, 201);
}

Result<ModelWork> found(Call& call) {
  return call.room.db().read_as([&](Tx& tx) {
    return assist::work_of(tx, call.room.work(), call.project, call.id<ModelWorkId>("model_work"),
                           store::Reason::manage);
  });
}

Result<Reply> get(Call& call) { return work_reply(call, TRY(found(call)), 200); }

Result<Reply> change(Call& call) {
  assist::WorkChange wanted;
  if (auto text = text_if(call.body, "state")) {
    wanted.state = assist::work_state_of(*text);
    if (!wanted.state) {
      return fail(Fault::invalid, "bad-model-work", "running or paused.", "/state");
    }
  }
  auto number = [&](std::string_view name) -> std::optional<std::int64_t> {
    const auto* value = find(call.body, name);
    return value ? as_int(*value) : std::nullopt;
  };
  wanted.model = text_if(call.body, "model");
  wanted.tries = number("tries");
  wanted.share = number("share");
  wanted.count = number("count");
  if (wanted.model) TRY(require_key(call, TRY(found(call)).kind, *wanted.model));
  auto work = TRY(assist::change_work(call.room.work(), call.actor(), call.project,
                                      call.id<ModelWorkId>("model_work"), wanted));
  return work_reply(call, work, 200);
}

Result<Reply> answers(Call& call) {
  auto page = TRY(page_of(call));
  auto id = call.id<ModelWorkId>("model_work");
  auto all = TRY(call.room.db().read_as([&](Tx& tx) {
    return assist::answers_of(tx, call.room.work(), call.project, id, TaskId{page.after},
                              page.limit, store::Reason::review);
  }));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& answer : all) write_model_answer(out, call, call.project, answer);
  out.end_array().key("next");
  bool more = std::ssize(all) == page.limit;
  more ? out.string(next_cursor(call, all.back().task.value)) : out.null();
  out.end_object();
  return json_reply(200, out.take());
}

}  // namespace

void add_model_work_routes(Routes& routes) {
  constexpr auto read = allow(kStaff | Role::auditor).in(Scope::project);
  constexpr auto manage = allow(kStaff).writing().in(Scope::project);
  routes.push_back({Method::get, "/prompts", allow(kStaff | Role::auditor).in(Scope::room),
                    list_prompts, "The prompts of models that judge, draft and generate",
                    "PromptList"});
  routes.push_back({Method::get, "/projects/{project}/model-work", read, list,
                    "What models do in a project", "ModelWorkList"});
  routes.push_back({Method::post, "/projects/{project}/model-work", manage, create,
                    "Have a model judge, draft or make up tasks", "ModelWork", 201, BodyKind::json,
                    kWork});
  routes.push_back(
      {Method::get, "/model-work/{model_work}", read, get, "One work of a model", "ModelWork"});
  routes.push_back({Method::patch, "/model-work/{model_work}", manage, change,
                    "Change, pause or go on with it", "ModelWork", 200, BodyKind::json,
                    kWorkChange});
  routes.push_back({Method::get, "/model-work/{model_work}/answers", read, answers,
                    "What it came to, task by task, with what was left to people",
                    "ModelAnswerList"});
}

}  // namespace guildhall::room
