#include <fmt/format.h>

#include "room/render.h"
#include "work/guidelines.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::kAllRoles;
using identity::kStaff;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;

constexpr Field kNewProject[] = {
    {"title", Kind::text, true},
    {"template", Kind::anything, true, "the name of a built-in, or a form"},
    {"guidelines", Kind::text, false, "Markdown"},
    {"settings", Kind::object}};
constexpr Field kChange[] = {{"title", Kind::text},
                             {"state", Kind::text},
                             {"settings", Kind::object},
                             {"template", Kind::anything}};

Result<void> write_one(Tx& tx, JsonWriter& out, const Call& call, ProjectId id) {
  const auto& work = call.room.work();
  std::optional<work::Project> row;
  std::int64_t seen = 0;
  const Tx::Query queries[] = {work.projects.row(id, row),
                               work::guidelines_seen(work, id, call.who.member, seen)};
  TRY(tx.query_all(queries));
  write_project(out, call, TRY(work.projects.complete(tx, std::move(row))), seen);
  return {};
}

Result<std::string> project_json(Call& call, ProjectId id) {
  JsonWriter out;
  TRY(call.room.db().read([&](Tx& tx) -> Result<void> {
    out = JsonWriter();
    return write_one(tx, out, call, id);
  }));
  return out.take();
}

Result<Reply> create(Call& call) {
  work::NewProject project {
    text_or(call.body, "title", ""), TRY(work::Template::parse(*find(call.body, "template")))
    , text_or(call.body, "guidelines", ""), {}
  };
  if (const auto* settings = find(call.body, "settings"); settings && settings->is_object()) {
    project.settings = TRY(work::patch_settings({}, *settings));
  }
  auto id = TRY(work::create_project(call.room.work(), call.actor(), project));
  if (!call.who.sees_all()) {
    TRY(call.room.accounts().put_membership(identity::kRoomItself, id, call.who.member, 0, {}));
  }
  return json_reply(201, TRY(project_json(call, id)));
}

Result<Reply> list(Call& call) {
  JsonWriter out;
  TRY(call.room.db().read([&](Tx& tx) -> Result<void> {
    out = JsonWriter();
    out.begin_object().key("items").begin_array();
    auto ids = call.who.sees_all() ? TRY(work::list_projects(tx, call.room.work()))
                   : TRY(call.room.accounts().projects_of(tx, call.who.member));
                   for (ProjectId id : ids) {
                     TRY(write_one(tx, out, call, id));
                   }
                   out.end_array().key("next").null().end_object();
                   return {};
  }));
  return json_reply(200, out.take());
}

Result<Reply> get(Call& call) { return json_reply(200, TRY(project_json(call, call.project))); }

Result<Reply> change(Call& call) {
  work::ProjectPatch patch;
  patch.title = text_if(call.body, "title");
  if (auto state = text_if(call.body, "state")) {
    patch.state = work::from_word<work::ProjectState>(*state);
    if (!patch.state) {
      return fail(Fault::invalid, "bad-state", "state is draft, open, paused or closed.", "/state");
    }
  }
  if (const auto* settings = find(call.body, "settings"); settings && settings->is_object()) {
    patch.settings = *settings;
  }
  if (const auto* form = find(call.body, "template"); form && !form->is_null()) {
    patch.form = TRY(work::Template::parse(*form));
  }
  TRY(work::patch_project(call.room.work(), call.actor(), call.project, patch));
  return json_reply(200, TRY(project_json(call, call.project)));
}

Result<Reply> progress(Call& call) {
  return json_reply(200, TRY(call.room.progress(call.project)));
}

// A stream outlives the request that opened it: whether its reader may still read is asked anew.
Result<void> still_welcome(Room& room, const identity::Principal& who, ProjectId project) {
  return room.db().read([&](Tx& tx) -> Result<void> {
    auto member = TRY(room.accounts().member(tx, who.member));
    bool active = member.state == identity::MemberState::active;
    if (active && TRY(room.accounts().may_see(tx, who, project))) return {};
    return fail(Fault::forbidden, "forbidden", "No longer a member.");
  });
}

// A frame for the newest state, only when it differs from the last one sent.
Result<Reply> events(Call& call) {
  Reply reply;
  reply.events = net::EventStream{topic_of(call.project),
                                  [&room = call.room, project = call.project, who = call.who,
                                   last = std::string()]() mutable -> Result<std::string> {
                                    TRY(still_welcome(room, who, project));
                                    auto text = TRY(room.progress(project));
                                    if (text == last) return std::string();
                                    last = text;
                                    return fmt::format("event: progress\ndata: {}\n\n", text);
                                  }};
  return reply;
}

}  // namespace

void add_project_routes(Routes& routes) {
  constexpr auto read = allow(kAllRoles).in(Scope::project);
  constexpr auto watch = allow(kStaff | Role::reviewer | Role::auditor).in(Scope::project);
  constexpr auto manage = allow(kStaff).writing().in(Scope::project);
  routes.push_back({Method::post, "/projects", allow(kStaff).writing().in(Scope::room), create,
                    "Create a project", "Project", 201, BodyKind::json, kNewProject});
  routes.push_back({Method::get, "/projects", allow(kAllRoles).in(Scope::own), list,
                    "The caller's projects", "ProjectList"});
  routes.push_back({Method::get, "/projects/{project}", read, get, "One project", "Project"});
  routes.push_back({Method::patch, "/projects/{project}", manage, change, "Change a project",
                    "Project", 200, BodyKind::json, kChange});
  routes.push_back({Method::get, "/projects/{project}/progress", watch, progress,
                    "Counts of a project", "Progress"});
  routes.push_back({Method::get, "/projects/{project}/events", watch, events,
                    "Progress as server-sent events", ""});
}

}  // namespace guildhall::room
