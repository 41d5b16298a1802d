// Webhooks of a project, for those who run it.
#include "room/out/webhooks.h"
#include "room/render.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::kStaff;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;

constexpr Field kWebhook[] = {{"peer", Kind::text, true, "of the kind webhook"},
                              {"events", Kind::texts, true, "names of events"}};

void write_time_or_null(JsonWriter& out, std::string_view name, TimeMs at) {
  out.key(name);
  at > 0 ? out.string(rfc3339(at)) : out.null();
}

void write_webhook_members(JsonWriter& out, const Call& call, const Webhook& hook) {
  out.field("id", call.room.ids().show(hook.project, hook.id)).field("peer", hook.peer);
  out.key("events").begin_array();
  for (const auto& event : hook.events) out.string(event);
  out.end_array().field("state", hook.active ? "active" : "disabled");
  out.field("created_at", rfc3339(hook.created_at)).field("told", hook.told);
  write_time_or_null(out, "told_at", hook.told_at);
  out.field("tries", hook.tries);
  write_time_or_null(out, "failing_since", hook.failing_since);
  write_time_or_null(out, "next_try", hook.active ? hook.next_try : 0);
  out.key("last_status");
  hook.last_status > 0 ? out.integer(hook.last_status) : out.null();
  out.key("last_error");
  hook.last_error.empty() ? out.null() : out.string(hook.last_error);
}

// Of the signed list, as the launcher gives it.
Result<void> check_peer(const Call& call, std::string_view name) {
  auto list = TRY(parse_json(TRY(call.room.models().peers().list())));
  if (const auto* items = find_array(list, "items")) {
    for (const auto& one : *items) {
      const auto* found = find_string(one, "name");
      const auto* kind = find_string(one, "kind");
      if (found && kind && view(*found) == name && view(*kind) == "webhook") return {};
    }
  }
  return fail(Fault::invalid, "bad-webhook", "The room has no peer of this name and kind.",
              "/peer");
}

Result<Reply> list_hooks(Call& call) {
  auto hooks = TRY(call.room.db().read_as(
      [&](Tx& tx) { return list_webhooks(tx, call.room.gateway(), call.project); }));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& hook : hooks) {
    out.begin_object();
    write_webhook_members(out, call, hook);
    out.end_object();
  }
  out.end_array().key("next").null().end_object();
  return json_reply(200, out.take());
}

Result<Reply> make_hook(Call& call) {
  auto peer = text_or(call.body, "peer", "");
  TRY(check_peer(call, peer));
  auto hook = TRY(create_webhook(call.room.gateway(), call.who.member, call.project, peer,
                                 texts_of(call.body, "events")));
  JsonWriter out;
  out.begin_object().field("secret", hook.secret.expose()).key("webhook").begin_object();
  write_webhook_members(out, call, hook);
  out.end_object().end_object();
  return json_reply(201, out.take());
}

Result<Reply> drop_hook(Call& call) {
  TRY(remove_webhook(call.room.gateway(), call.who.member, call.project,
                     call.id<WebhookId>("webhook")));
  return no_content();
}

Result<Reply> resume_hook(Call& call) {
  TRY(resume_webhook(call.room.gateway(), call.who.member, call.project,
                     call.id<WebhookId>("webhook")));
  return no_content();
}

}  // namespace

void add_webhook_routes(Routes& routes) {
  constexpr auto read = allow(kStaff | Role::auditor).in(Scope::project);
  constexpr auto manage = allow(kStaff).writing().in(Scope::project);
  routes.push_back({Method::get, "/projects/{project}/webhooks", read, list_hooks,
                    "Who is told of what is done, and how far", "WebhookList"});
  routes.push_back({Method::post, "/projects/{project}/webhooks", manage, make_hook,
                    "Have a peer told; the secret that signs is shown once", "NewWebhook", 201,
                    BodyKind::json, kWebhook, Repeats::secret});
  routes.push_back(
      {Method::del, "/webhooks/{webhook}", manage, drop_hook, "Tell this one no more", "", 204});
  routes.push_back({Method::post, "/webhooks/{webhook}/resume", manage, resume_hook,
                    "Try again now, also one that was disabled", "", 204});
}

}  // namespace guildhall::room
