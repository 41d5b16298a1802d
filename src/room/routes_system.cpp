#include <fmt/format.h>

#include "room/metrics.h"
#include "room/openapi.h"
#include "room/render.h"
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

struct Blurb {
  std::string_view kind, title, description;
};
constexpr Blurb kBlurbs[] = {
    {"preference", "Compare responses",
     "Which of two or more answers to a prompt is better, and why."},
    {"rubric", "Grade with a rubric", "Check one response against weighted criteria, one by one."},
    {"demonstration", "Write the ideal answer", "The expert answers a prompt as a model should."},
    {"authoring", "Write a new task",
     "The expert writes prompt, ideal answer, rubric and sources."},
    {"steps", "Rate reasoning steps", "Each step of a solution is good, neutral or wrong."},
    {"trajectory", "Review an agent's run",
     "Verdicts on the steps of a tool-using run, and the whole."},
    {"choice", "Label with one choice", "Pick one of a list of labels."},
    {"spans", "Mark passages", "Select passages of a text and label them."},
};

Result<Reply> healthz(Call& call) {
  auto answered = call.room.db().read([](store::Tx&) -> Result<void> { return {}; });
  JsonWriter out;
  out.begin_object().field("status", answered ? "ok" : "failing").field("room", "open");
  out.field("store", answered ? "ok" : answered.error().type).end_object();
  return json_reply(answered ? 200 : 503, out.take());
}

Result<Reply> metrics(Call& call) {
  Reply reply = json_reply(200, metrics_text(call.room));
  reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return reply;
}

Result<Reply> openapi(Call&) { return json_reply(200, openapi_json()); }

Result<Reply> templates(Call&) {
  JsonWriter out;
  out.begin_array();
  for (const auto& blurb : kBlurbs) {
    auto form = TRY(work::Template::builtin(blurb.kind));
    out.begin_object().field("kind", blurb.kind).field("title", blurb.title);
    out.field("description", blurb.description).key("form").raw(form.form_json()).end_object();
  }
  out.end_array();
  return json_reply(200, out.take());
}

Result<Reply> record_schema(Call&) {
  return json_reply(200, std::string(work::record_schema_json()));
}

}  // namespace

void add_system_routes(Routes& routes) {
  routes.push_back({Method::get, "/healthz", anyone(false), healthz, "Is the room up", "Health"});
  routes.push_back({Method::get, "/metrics", allow(kStaff | Role::auditor).in(Scope::room), metrics,
                    "Figures in Prometheus text", ""});
  routes.push_back({Method::get, "/openapi.json", anyone(false), openapi, "This document", ""});
  routes.push_back({Method::get, "/templates", allow(kAllRoles).in(Scope::own), templates,
                    "The built-in templates", "TemplateList"});
  routes.push_back({Method::get, "/schemas/record", allow(kAllRoles).in(Scope::own), record_schema,
                    "JSON Schema of a guildhall record", ""});
}

}  // namespace guildhall::room
