#include <fmt/format.h>

#include "room/metrics.h"
#include "room/openapi.h"
#include "room/render.h"
#include "room/sandbox_state.h"
#include "work/delivery/delivery.h"

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

Result<Reply> healthz(Call& call) {
  auto answered = call.room.db().read([](store::Tx&) -> Result<void> { return {}; });
  JsonWriter out;
  auto keys = call.room.keeper().state();
  out.begin_object().field("status", answered ? "ok" : "failing");
  out.field("room", keys->open ? "open" : "locked");
  if (!keys->open) out.field("since", rfc3339(keys->locked_since));
  out.field("store", answered ? "ok" : answered.error().type);
  out.field("sandbox", sandbox_state().empty() ? "off" : "on");
  if (!sandbox_state().empty()) out.key("layers").raw(sandbox_state());
  out.end_object();
  return json_reply(answered ? 200 : 503, out.take());
}

Result<Reply> metrics(Call& call) {
  Reply reply = json_reply(200, metrics_text(call.room));
  reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return reply;
}

Result<Reply> openapi(Call&) { return json_reply(200, openapi_json()); }

Result<Reply> record_schema(Call&) {
  return json_reply(200, std::string(work::record_schema_json()));
}

}  // namespace

void add_system_routes(Routes& routes) {
  routes.push_back({Method::get, "/healthz", anyone(false), healthz, "Is the room up", "Health"});
  routes.push_back({Method::get, "/metrics", allow(kStaff | Role::auditor).in(Scope::room), metrics,
                    "Figures in Prometheus text", ""});
  routes.push_back({Method::get, "/openapi.json", anyone(false), openapi, "This document", ""});
  routes.push_back({Method::get, "/schemas/record", allow(kAllRoles).in(Scope::own), record_schema,
                    "JSON Schema of a guildhall record", ""});
}

}  // namespace guildhall::room
