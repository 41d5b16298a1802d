// Who holds the room's keys: the keeper's exchanges, what the console may know of them, and the
// owner's wish that the keeper withdraw.
#include <fmt/format.h>

#include <set>

#include "base/limits.h"
#include "room/render.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::anyone;
using identity::kAllRoles;
using identity::kStaff;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;

constexpr Field kWish[] = {{"project", Kind::text}};

Result<Reply> exchange(Call& call) {
  return keeper_reply(call.room.keeper(), std::move(call.request.body));
}

void write_time(JsonWriter& out, std::string_view name, const json::value& of,
                std::string_view from) {
  const auto* found = find(of, from);
  auto at = found ? as_int(*found).value_or(0) : 0;
  out.key(name);
  at == 0 ? out.null() : out.string(rfc3339(at));
}

void write_project(JsonWriter& out, const Call& call, const json::value& number) {
  ProjectId project{as_int(number).value_or(0)};
  if (!project) {
    out.null();
  } else {
    out.string(call.room.ids().show(store::IdType::project, project, project.value));
  }
}

void write_member(JsonWriter& out, std::string_view name, const json::value& of) {
  const auto* found = find(of, name);
  out.key(name);
  found ? out.value(*found) : out.null();
}

void write_keepers(JsonWriter& out, const Call& call, const json::value& whole) {
  out.key("keepers").begin_array();
  for (const auto& keeper : whole.at("keepers").as_array()) {
    out.begin_object();
    write_member(out, "id", keeper);
    write_time(out, "contact_at", keeper, "contact");
    write_time(out, "leased_until", keeper, "leased_until");
    write_member(out, "withdrawn", keeper);
    for (const char* list : {"withdrawn_projects", "shredded_projects"}) {
      out.key(list).begin_array();
      for (const auto& project : keeper.at(list).as_array()) write_project(out, call, project);
      out.end_array();
    }
    out.end_object();
  }
  out.end_array().key("projects").begin_array();
  for (const auto& project : whole.at("projects").as_array()) {
    out.begin_object().key("id");
    write_project(out, call, project.at("project"));
    write_member(out, "leased", project);
    out.end_object();
  }
  out.end_array();
}

void write_last(JsonWriter& out, const Call& call, const json::value& last) {
  if (!last.is_object()) return void(out.null());
  out.begin_object();
  write_member(out, "kind", last);
  write_time(out, "at", last, "at");
  for (const char* name : {"keeper", "counter", "whole_room"}) write_member(out, name, last);
  out.key("project");
  write_project(out, call, last.at("project"));
  for (const char* name : {"statement", "taken"}) write_member(out, name, last);
  out.end_object();
}

void write_wish(JsonWriter& out, const Call& call, const json::value& wish) {
  if (!wish.is_object()) return void(out.null());
  out.begin_object();
  write_time(out, "at", wish, "at");
  out.key("project");
  write_project(out, call, wish.at("project"));
  write_member(out, "answered", wish);
  out.end_object();
}

Result<Reply> keys(Call& call) {
  auto state = call.room.keeper().state();
  if (!state->whole.is_object()) {
    return fail(Fault::unavailable, "vault-failed", "The vault has not said yet what it holds.");
  }
  JsonWriter out;
  out.begin_object();
  write_member(out, "held_by", state->whole);
  write_member(out, "room", state->whole);
  write_time(out, "since", state->whole, "since");
  write_keepers(out, call, state->whole);
  out.key("last_statement");
  write_last(out, call, state->whole.at("last_statement"));
  out.key("wish");
  write_wish(out, call, state->whole.at("wish"));
  out.end_object();
  return json_reply(200, out.take());
}

Result<Reply> ask_to_withdraw(Call& call) {
  ProjectId project;
  if (auto text = text_if(call.body, "project")) {
    project = TRY(call.room.ids().open(store::IdType::project, *text))
    .project;
  }
  TRY(call.room.keeper().wish(project));
  JsonWriter out;
  out.begin_object().key("wish").begin_object();
  out.field("at", rfc3339(system_clock().now_ms())).key("project");
  write_project(out, call, json::value(project.value));
  out.field("answered", false).end_object().end_object();
  return json_reply(202, out.take());
}

// Said again whenever a project's key was withdrawn or restored: which, its own pages find out.
Result<Reply> room_events(Call& call) {
  Reply reply;
  reply.events = net::EventStream{std::string(kRoomTopic),
                                  [&room = call.room, told = false, last = false,
                                   dark = std::set<ProjectId>()]() mutable -> Result<std::string> {
                                    auto now = room.keeper().state();
                                    if (told && now->open == last && now->withdrawn == dark)
                                      return std::string();
                                    told = true;
                                    last = now->open;
                                    dark = now->withdrawn;
                                    return fmt::format("event: room\ndata: {{\"room\":\"{}\"}}\n\n",
                                                       last ? "open" : "locked");
                                  }};
  return reply;
}

}  // namespace

// The answer to a keeper is not there before something is asked of it, or its time is over.
Result<Reply> keeper_reply(KeeperLine& line, std::string body) {
  auto answer = TRY(line.exchange(body, vault::ExchangeTurn::first));
  Reply reply = json_reply(200, std::move(answer.bytes));
  reply.content_type = "application/octet-stream";
  if (!answer.held) return reply;
  reply.held = net::HeldAnswer{std::string(kKeeperTopic), answer.wait_ms,
                               [&line, body = std::move(body)](bool last) -> Result<std::string> {
                                 return TRY(line.exchange(body, last ? vault::ExchangeTurn::last
                                                                     : vault::ExchangeTurn::again))
                                 .bytes;
                               }};
  return reply;
}

void add_key_routes(Routes& routes) {
  Route exchanged{Method::post,
                  "/keeper/exchange",
                  anyone(true),
                  exchange,
                  "A keeper's exchange with the vault",
                  "",
                  200,
                  BodyKind::bytes};
  exchanged.repeats = Repeats::harmless;
  exchanged.in_dark = true;
  routes.push_back(exchanged);
  routes.push_back({Method::get, "/room/keys", allow(kStaff | Role::auditor).in(Scope::room), keys,
                    "Who holds the keys", "RoomKeys"});
  Route wished{Method::post,
               "/room/withdrawal",
               allow(Role::owner).writing().in(Scope::room),
               ask_to_withdraw,
               "Ask the keeper to withdraw",
               "KeeperWish",
               202,
               BodyKind::json,
               kWish};
  wished.repeats = Repeats::harmless;
  wished.in_dark = true;
  routes.push_back(wished);
  routes.push_back({Method::get, "/room/events", allow(kAllRoles).in(Scope::own), room_events,
                    "Whether the room is open, as server-sent events", ""});
}

}  // namespace guildhall::room
