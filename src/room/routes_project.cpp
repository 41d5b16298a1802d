#include <fmt/format.h>

#include <charconv>

#include "base/limits.h"
#include "room/line_diff.h"
#include "room/render.h"

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
constexpr Field kGuidelines[] = {{"markdown", Kind::text, true}, {"note", Kind::text}};

Result<std::string> project_json(Call& call, ProjectId id) {
  auto project =
      TRY(call.room.db().read_as([&](Tx& tx) { return call.room.work().projects.find(tx, id); }));
  JsonWriter out;
  write_project(out, call, project);
  return out.take();
}

Result<work::Template> template_of(const json::value& value) {
  if (const auto* name = value.if_string()) return work::Template::builtin(view(*name));
  return work::Template::parse(value);
}

Result<Reply> create(Call& call) {
  work::NewProject project {
    text_or(call.body, "title", ""), TRY(template_of(*find(call.body, "template")))
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
                     write_project(out, call, TRY(call.room.work().projects.find(tx, id)));
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
    patch.form = TRY(template_of(*form));
  }
  TRY(work::patch_project(call.room.work(), call.actor(), call.project, patch));
  return json_reply(200, TRY(project_json(call, call.project)));
}

void write_guidelines(JsonWriter& out, const work::Guidelines& guidelines, bool whole) {
  out.begin_object().field("version", guidelines.version);
  if (whole) out.field("markdown", guidelines.markdown);
  out.field("note", guidelines.note).field("created_at", rfc3339(guidelines.created_at));
  out.end_object();
}

Result<Reply> add_guidelines(Call& call) {
  auto added =
      TRY(work::add_guidelines(call.room.work(), call.actor(), call.project,
                               text_or(call.body, "markdown", ""), text_or(call.body, "note", "")));
  JsonWriter out;
  write_guidelines(out, added, true);
  return json_reply(201, out.take());
}

Result<Reply> list_guidelines(Call& call) {
  auto all = TRY(call.room.db().read_as(
      [&](Tx& tx) { return work::list_guidelines(tx, call.room.work(), call.project); }));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& guidelines : all) write_guidelines(out, guidelines, false);
  out.end_array().key("next").null().end_object();
  return json_reply(200, out.take());
}

Result<work::Guidelines> guidelines_at(Call& call, std::string_view text) {
  std::int64_t version = 0;
  if (text != "latest") {
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
    if (error != std::errc() || end != text.data() + text.size() || version < 1) {
      return fail(Fault::not_found, "no-version", "There is no such version.");
    }
  }
  return call.room.db().read_as(
      [&](Tx& tx) { return work::find_guidelines(tx, call.room.work(), call.project, version); });
}

Result<Reply> get_guidelines(Call& call) {
  auto guidelines = TRY(guidelines_at(call, call.path_text("version")));
  JsonWriter out;
  write_guidelines(out, guidelines, true);
  return json_reply(200, out.take());
}

Result<Reply> diff_guidelines(Call& call) {
  auto to = TRY(guidelines_at(call, call.path_text("version")));
  std::int64_t before = std::max<std::int64_t>(1, to.version - 1);
  auto from_version = TRY(number_param(call, "from", before, 1, INT64_MAX));
  auto from = TRY(guidelines_at(call, std::to_string(from_version)));
  JsonWriter out;
  out.begin_object().field("from", from.version).field("to", to.version);
  out.key("lines").begin_array();
  for (const auto& line : line_diff(from.markdown, to.markdown)) {
    out.begin_object().field("op", std::string(1, line.op)).field("text", line.text).end_object();
  }
  out.end_array().end_object();
  return json_reply(200, out.take());
}

Result<Reply> get_template(Call& call) {
  auto project = TRY(call.room.db().read_as(
      [&](Tx& tx) { return call.room.work().projects.find(tx, call.project); }));
  auto version = TRY(number_param(call, "version", project.template_version, 1, INT64_MAX));
  auto form = TRY(call.room.db().read_as(
      [&](Tx& tx) { return call.room.work().projects.form(tx, call.project, version); }));
  JsonWriter out;
  out.begin_object().field("version", version).field("kind", form->kind());
  out.key("form").raw(form->form_json());
  out.key("answers_schema").raw(form->answers_schema_json()).end_object();
  return json_reply(200, out.take());
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
  routes.push_back({Method::post, "/projects/{project}/guidelines", manage, add_guidelines,
                    "A new version of the guidelines", "Guidelines", 201, BodyKind::json,
                    kGuidelines});
  routes.push_back({Method::get, "/projects/{project}/guidelines", read, list_guidelines,
                    "Versions of the guidelines", "GuidelinesList"});
  routes.push_back({Method::get, "/projects/{project}/guidelines/{version}", read, get_guidelines,
                    "One version of the guidelines", "Guidelines"});
  routes.push_back({Method::get, "/projects/{project}/guidelines/{version}/diff", read,
                    diff_guidelines, "What changed between two versions", "GuidelinesDiff"});
  routes.push_back({Method::get, "/projects/{project}/template", read, get_template,
                    "The form and its JSON Schema", "Template"});
  routes.push_back({Method::get, "/projects/{project}/progress", watch, progress,
                    "Counts of a project", "Progress"});
  routes.push_back({Method::get, "/projects/{project}/events", watch, events,
                    "Progress as server-sent events", ""});
}

}  // namespace guildhall::room
