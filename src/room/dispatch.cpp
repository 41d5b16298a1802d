#include "room/dispatch.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "base/limits.h"
#include "base/log.h"
#include "room/idempotency.h"
#include "room/models/http.h"

namespace guildhall::room {
namespace {

using identity::Principal;
using identity::Scope;
using net::Reply;
using net::Request;

struct IdName {
  std::string_view name;
  store::IdType type;
};
constexpr IdName kIdNames[] = {
    {"project", store::IdType::project},
    {"task", store::IdType::task},
    {"assignment", store::IdType::assignment},
    {"submission", store::IdType::submission},
    {"member", store::IdType::member},
    {"batch", store::IdType::batch},
    {"review", store::IdType::review},
    {"delivery", store::IdType::delivery},
    {"file", store::IdType::file},
    {"group", store::IdType::group},
    {"token", store::IdType::token},
    {"activity", store::IdType::activity},
    {"note", store::IdType::note},
    {"model", store::IdType::model},
    {"budget", store::IdType::budget},
    {"virtual_key", store::IdType::virtual_key},
    {"exchange", store::IdType::exchange},
    {"model_work", store::IdType::model_work},
    {"proposal", store::IdType::proposal},
    {"webhook", store::IdType::webhook},
};

std::string cookie(const Request& request, std::string_view name) {
  std::string_view all = request.header("Cookie");
  while (!all.empty()) {
    auto end = all.find(';');
    auto one = all.substr(0, end);
    while (one.starts_with(' ')) one.remove_prefix(1);
    if (one.starts_with(name) && one.substr(name.size()).starts_with('=')) {
      return std::string(one.substr(name.size() + 1));
    }
    all = end == std::string_view::npos ? std::string_view() : all.substr(end + 1);
  }
  return {};
}

// Browsers say where a request comes from; a write under a cookie must come from our own pages.
bool from_own_pages(const Request& request) {
  auto site = request.header("Sec-Fetch-Site");
  if (!site.empty()) return site == "same-origin";
  auto origin = request.header("Origin");
  auto host = request.header("Host");
  return !origin.empty() && !host.empty() && origin.ends_with(fmt::format("://{}", host));
}

bool changes_things(net::Method method) {
  return method != net::Method::get && method != net::Method::head;
}

// A streamed body of no bytes: the server gives those routes none to read.
class NoBytes final : public net::BodyStream {
 public:
  Result<std::string_view> read() override { return std::string_view(); }
};

Result<Principal> identify(store::Tx& tx, Call& call) {
  auto& accounts = call.room.accounts();
  auto authorization = call.request.header("Authorization");
  if (!authorization.empty()) {
    if (!authorization.starts_with("Bearer ")) {
      return fail(Fault::unauthenticated, "bad-token", "Only Bearer tokens are taken.");
    }
    return accounts.by_token(tx, authorization.substr(7));
  }
  if (call.session_code.empty()) {
    return fail(Fault::unauthenticated, "not-signed-in", "Sign in first.");
  }
  call.by_cookie = true;
  return accounts.by_session(tx, call.session_code);
}

// Every id in the path opens, and all of one request lie in one project.
Result<void> open_ids(Call& call) {
  for (const auto& [name, text] : call.path) {
    for (const auto& known : kIdNames) {
      if (known.name != name) continue;
      auto opened = TRY(call.room.ids().open(known.type, text));
      if (!opened.project) continue;
      if (call.project && opened.project != call.project) {
        return fail(Fault::not_found, "not-found", "There is nothing here.");
      }
      call.project = opened.project;
    }
  }
  return {};
}

Result<void> read_body(Call& call) {
  if (call.route.body != BodyKind::json) return {};
  auto type = call.request.header("Content-Type");
  if (call.request.body.empty()) {
    call.body = json::object();
  } else if (!type.starts_with("application/json")) {
    return fail(Fault::unsupported, "unsupported-media-type", "Send application/json.",
                "Content-Type");
  } else {
    call.body = TRY(parse_json(call.request.body));
  }
  return check_fields(call.route.fields, call.body);
}

// What is shown is refused by the vault, which has no key; what would be written is refused here,
// before half of it is done.
Result<void> refuse_in_dark(const Call& call) {
  if (call.route.in_dark || !changes_things(call.request.method)) return {};
  auto state = call.room.keeper().state();
  if (call.project ? state->is_open(call.project) : state->open) return {};
  return fail(Fault::locked, "locked", "The key is withdrawn or not leased: nothing is taken now.");
}

// The handler on a checked body; under an Idempotency-Key that it does not answer itself, once.
Result<Reply> perform(Call& call, bool once) {
  TRY(read_body(call));
  store::OpeningFor whom(call.who.member);
  return once ? answer_once(call) : call.route.handler(call);
}

}  // namespace

Result<void> permit(store::Tx& tx, Call& call) {
  call.who = TRY(identify(tx, call));
  if (call.by_cookie && changes_things(call.request.method) && !from_own_pages(call.request)) {
    return fail(Fault::forbidden, "cross-site", "A change must come from this site's own pages.");
  }
  if (call.project && !TRY(call.room.accounts().may_see(tx, call.who, call.project))) {
    return fail(Fault::not_found, "not-found", "There is nothing here.");
  }
  if (!call.route.policy.admits(call.who.role)) {
    return fail(Fault::forbidden, "forbidden",
                fmt::format("Not for the role {}.", identity::role_name(call.who.role)));
  }
  call.permitted = true;
  return {};
}

std::string_view Call::path_text(std::string_view name) const {
  for (const auto& [key, text] : path)
    if (key == name) return text;
  return {};
}

std::int64_t Call::path_key(std::string_view name) const {
  for (const auto& known : kIdNames) {
    if (known.name != name) continue;
    auto opened = room.ids().open(known.type, path_text(name));
    return opened ? opened->inner : 0;
  }
  return 0;
}

net::Admission Dispatch::admit(net::Method method, std::string_view path) const {
  if (path.starts_with(kModelPrefix)) return admit_model(method, path);
  if (!path.starts_with(kApi)) return {false, 0};
  auto match = match_route(method, path.substr(kApi.size()));
  if (!match || match->route->body == BodyKind::none) return {false, kMaxUnwantedBody};
  if (match->route->body == BodyKind::stream) {
    return {true, std::numeric_limits<std::size_t>::max()};  // the handler sets its own bounds
  }
  if (match->route->body == BodyKind::bytes) return {false, kMaxExchangeBody};
  return {false, kMaxJsonBody};
}

Result<Reply> Dispatch::run(Call& call) {
  NoBytes no_bytes;
  if (call.route.body == BodyKind::stream && !call.request.stream) {
    call.request.stream = &no_bytes;
  }
  TRY(open_ids(call));
  TRY(refuse_in_dark(call));
  call.session_code = cookie(call.request, room_.cookie_name());
  if (call.route.policy.scope() == Scope::public_) {
    if (call.route.policy.writes() && call.request.header("Sec-Fetch-Site") == "cross-site") {
      return fail(Fault::forbidden, "cross-site", "A change must come from this site's own pages.");
    }
    TRY(read_body(call));
    return call.route.handler(call);
  }
  auto permit_now = [&] {
    return room_.db().read([&](store::Tx& tx) { return permit(tx, call); });
  };
  bool once = !call.request.header("Idempotency-Key").empty() &&
              changes_things(call.request.method) && call.route.repeats != Repeats::own &&
              call.route.repeats != Repeats::harmless;
  if (once || call.route.permission == Permission::before) TRY(permit_now());
  auto reply = perform(call, once);
  if (call.permitted) return reply;
  // Refused before the handler came to the permission: only who may ask hears why.
  TRY(permit_now());
  if (reply) return fail(Fault::internal, "no-permission", "Answered without a permission.");
  return reply;
}

Result<Reply> Dispatch::answer(Request& request) {
  std::string_view path = request.path;
  if (path == "/healthz" || path == "/metrics") {
    path = request.path;
  } else if (path.starts_with(kApi) && (path.size() == kApi.size() || path[kApi.size()] == '/')) {
    path.remove_prefix(kApi.size());
  } else if (path.starts_with(kModelPrefix)) {
    return serve_model(room_.models(), request);
  } else if (path.starts_with(kLogPrefix)) {
    return log_.serve(request);
  } else {
    return web_.serve(request);
  }
  auto match = TRY(match_route(request.method, path));
  Call call{room_, *match.route, request, {}, false, false, {}, {}, std::move(match.path), {}};
  return run(call);
}

Reply Dispatch::handle(Request& request) {
  auto reply = answer(request);
  if (!reply) {
    const Error& error = reply.error();
    if (http_status(error.fault) >= 500) {
      log_line(LogLevel::warning, "request failed",
               {{"type", error.type}, {"request", request.request_id}});
    }
    return net::problem(error, request.request_id);
  }
  if (request.path.starts_with("/api") || request.path.starts_with(kLogPrefix)) {
    net::add_api_headers(*reply);
  }
  return std::move(*reply);
}

std::int64_t lease_token(const Call& call, std::int64_t absent) {
  auto text = text_or(call.body, "token", "");
  if (text.empty()) return absent;
  std::int64_t token = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), token);
  return error == std::errc() && end == text.data() + text.size() ? token : -1;
}

// ---- replies and lists

Reply json_reply(int status, std::string body) {
  Reply reply;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

Reply no_content() {
  Reply reply;
  reply.status = 204;
  return reply;
}

Result<std::int64_t> number_param(const Call& call, std::string_view name, std::int64_t otherwise,
                                  std::int64_t least, std::int64_t most) {
  auto text = call.request.param(name);
  if (!text) return otherwise;
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < least || value > most) {
    return fail(Fault::invalid, "bad-parameter",
                fmt::format("{} is a whole number from {} to {}.", name, least, most),
                std::string(name));
  }
  return value;
}

Result<TimeMs> time_param(const Call& call, std::string_view name, TimeMs otherwise) {
  auto text = call.request.param(name);
  if (!text) return otherwise;
  if (auto at = parse_rfc3339(*text)) return *at;
  return fail(Fault::invalid, "bad-parameter", fmt::format("{} is a time of RFC 3339.", name),
              std::string(name));
}

Result<std::int64_t> limit_of(const Call& call) {
  return number_param(call, "limit", 50, 1, kMaxPage);
}

namespace {

// A cursor is the id-permuted last key, or two of them: it says nothing, and a foreign one opens
// nothing.
Result<std::int64_t> open_cursor(const Call& call, std::string_view text) {
  auto opened = call.room.ids().open(store::IdType::activity, text);
  if (!opened) return fail(Fault::invalid, "bad-parameter", "No such cursor.", "cursor");
  return opened->inner;
}

}  // namespace

Result<Page> page_of(const Call& call) {
  Page page;
  page.limit = TRY(limit_of(call));
  if (auto cursor = call.request.param("cursor")) page.after = TRY(open_cursor(call, *cursor));
  return page;
}

std::string next_cursor(const Call& call, std::int64_t last_key) {
  return call.room.ids().show(store::IdType::activity, call.project, last_key);
}

Result<std::optional<Place>> place_of(const Call& call) {
  auto cursor = call.request.param("cursor");
  if (!cursor) return std::nullopt;
  auto half = std::min(cursor->size(), store::kExternalIdChars);
  Place place;
  place.at = TRY(open_cursor(call, cursor->substr(0, half)));
  place.key = TRY(open_cursor(call, cursor->substr(half)));
  return place;
}

std::string next_cursor(const Call& call, const Place& last) {
  return next_cursor(call, last.at) + next_cursor(call, last.key);
}

}  // namespace guildhall::room
