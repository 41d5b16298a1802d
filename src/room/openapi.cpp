#include "room/openapi.h"

#include <fmt/format.h>

#include <map>

#include "room/route.h"
#include "room/schemas.h"

namespace guildhall::room {
namespace {

using identity::Scope;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return out;
}

void write_reference(JsonWriter& out, std::string_view schema) {
  out.begin_object().field("$ref", fmt::format("#/components/schemas/{}", schema)).end_object();
}

void write_content(JsonWriter& out, std::string_view type, std::string_view schema) {
  out.key("content").begin_object().key(type).begin_object().key("schema");
  write_reference(out, schema);
  out.end_object().end_object();
}

void write_problem(JsonWriter& out, int status, std::string_view when) {
  out.key(std::to_string(status)).begin_object().field("description", when);
  write_content(out, "application/problem+json", "Problem");
  out.end_object();
}

void write_parameters(JsonWriter& out, const Route& route) {
  out.key("parameters").begin_array();
  std::string_view rest = route.path;
  while (true) {
    auto open = rest.find('{');
    if (open == std::string_view::npos) break;
    auto close = rest.find('}', open);
    out.begin_object().field("name", rest.substr(open + 1, close - open - 1)).field("in", "path");
    out.field("required", true).key("schema").raw(R"({"type":"string"})").end_object();
    rest.remove_prefix(close + 1);
  }
  out.end_array();
}

void write_request(JsonWriter& out, const Route& route) {
  if (route.body == BodyKind::none) return;
  out.key("requestBody").begin_object().field("required", true).key("content").begin_object();
  if (route.body == BodyKind::json) {
    out.key("application/json").begin_object().key("schema");
    write_schema(out, route.fields);
    out.end_object();
  } else {
    out.key("*/*").begin_object().key("schema");
    out.raw(R"({"type":"string","format":"binary"})").end_object();
  }
  out.end_object().end_object();
}

void write_replies(JsonWriter& out, const Route& route) {
  out.key("responses").begin_object();
  out.key(std::to_string(route.status)).begin_object().field("description", route.summary);
  if (!route.answer.empty()) write_content(out, "application/json", route.answer);
  out.end_object();
  bool may_have_none =
      route.path.ends_with("/assignments") || route.path.ends_with("/second-looks");
  if (may_have_none && route.method == net::Method::post) {
    out.key("204").raw(
        R"({"description":"Nothing for this person; of assignments Guildhall-Reason says why"})");
  }
  bool open_to_all = route.policy.scope() == Scope::public_;
  write_problem(out, 400, "The bytes are not what they claim to be");
  if (!open_to_all || route.policy.writes()) {
    write_problem(out, 401, "Nobody, or nobody known");
    write_problem(out, 403, "Not for this role, or from another site");
  }
  write_problem(out, 404, "Nothing there that the caller may know of");
  if (open_to_all) {
    write_problem(out, 410, "It was there: used, or over");
    write_problem(out, 429, "Too many attempts: Retry-After");
  }
  if (route.path.ends_with("/records")) write_problem(out, 416, "Beyond the end");
  if (route.policy.writes()) write_problem(out, 409, "Right in form, wrong in this state");
  if (route.body != BodyKind::none) {
    write_problem(out, 413, "Over a stated limit");
    write_problem(out, 415, "Media type not taken");
  }
  write_problem(out, 422, "A field or parameter breaks its rule");
  write_problem(out, 423, "The room or project is locked");
  write_problem(out, 503, "Full, stopping, or the store does not answer: Retry-After");
  out.end_object();
}

void write_policy(JsonWriter& out, const Route& route) {
  static constexpr std::pair<Scope, std::string_view> kScopes[] = {{Scope::public_, "public"},
                                                                   {Scope::room, "room"},
                                                                   {Scope::project, "project"},
                                                                   {Scope::own, "own"}};
  out.key("x-guildhall-policy").begin_object().key("roles").begin_array();
  for (auto role : identity::kEveryRole) {
    if (route.policy.admits(role)) out.string(identity::role_name(role));
  }
  out.end_array();
  for (const auto& [scope, name] : kScopes) {
    if (scope == route.policy.scope()) out.field("scope", name);
  }
  out.field("writes", route.policy.writes()).end_object();
  if (route.policy.scope() == Scope::public_) out.key("security").raw("[]");
}

std::string make() {
  // Routes of one path stand together in the document, in the order of the table.
  std::vector<std::string_view> paths;
  std::map<std::string_view, std::vector<const Route*>> by_path;
  for (const auto& route : all_routes()) {
    if (!by_path.contains(route.path)) paths.push_back(route.path);
    by_path[route.path].push_back(&route);
  }
  JsonWriter out;
  out.begin_object().field("openapi", "3.1.0");
  out.key("info").begin_object().field("title", "Guildhall room");
  out.field("version", GUILDHALL_VERSION).end_object();
  out.key("servers").raw(R"([{"url":"/api/v1"}])");
  out.key("security").raw(R"([{"token":[]},{"session":[]}])");
  out.key("paths").begin_object();
  for (auto path : paths) {
    out.key(path).begin_object();
    for (const Route* route : by_path[path]) {
      out.key(lower(net::method_name(route->method))).begin_object();
      out.field("summary", route->summary);
      write_policy(out, *route);
      write_parameters(out, *route);
      write_request(out, *route);
      write_replies(out, *route);
      out.end_object();
    }
    out.end_object();
  }
  out.end_object().key("components").begin_object();
  out.key("securitySchemes")
      .raw(R"({"token":{"type":"http","scheme":"bearer"},)"
           R"("session":{"type":"apiKey","in":"cookie","name":"__Host-guildhall"}})");
  out.key("schemas").raw(schemas_json()).end_object().end_object();
  return out.take();
}

}  // namespace

const std::string& openapi_json() {
  static const std::string document = make();
  return document;
}

}  // namespace guildhall::room
