#include <fmt/format.h>

#include "room/dispatch.h"

namespace guildhall::room {
namespace {

// Path segments of a template or of a request, at most a few: no allocation worth saving.
std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    auto end = path.find('/');
    parts.push_back(path.substr(0, end));
    path = end == std::string_view::npos ? std::string_view() : path.substr(end);
  }
  return parts;
}

struct Pattern {
  const Route* route;
  std::vector<std::string_view> parts;
};

const std::vector<Pattern>& patterns() {
  static const auto all = [] {
    std::vector<Pattern> made;
    for (const auto& route : all_routes()) made.push_back({&route, segments(route.path)});
    return made;
  }();
  return all;
}

bool fits(const Pattern& pattern, const std::vector<std::string_view>& parts) {
  if (pattern.parts.size() != parts.size()) return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    bool is_parameter = pattern.parts[i].starts_with('{');
    if (is_parameter ? parts[i].empty() : pattern.parts[i] != parts[i]) return false;
  }
  return true;
}

}  // namespace

const Routes& all_routes() {
  static const Routes routes = [] {
    Routes all;
    add_system_routes(all);
    add_key_routes(all);
    add_session_routes(all);
    add_member_routes(all);
    add_project_routes(all);
    add_guidelines_routes(all);
    add_template_routes(all);
    add_task_routes(all);
    add_work_routes(all);
    add_dialogue_routes(all);
    add_review_routes(all);
    add_time_routes(all);
    add_figure_routes(all);
    add_quality_routes(all);
    add_study_routes(all);
    add_note_routes(all);
    add_second_look_routes(all);
    add_deed_routes(all);
    add_delivery_routes(all);
    add_file_routes(all);
    add_log_routes(all);
    add_model_routes(all);
    add_exchange_routes(all);
    add_model_work_routes(all);
    add_proposal_routes(all);
    add_peer_routes(all);
    add_webhook_routes(all);
    return all;
  }();
  return routes;
}

Result<Match> match_route(net::Method method, std::string_view path) {
  if (method == net::Method::head) method = net::Method::get;
  auto parts = segments(path);
  bool known = false;
  for (const auto& pattern : patterns()) {
    if (!fits(pattern, parts)) continue;
    known = true;
    if (pattern.route->method != method) continue;
    Match match{pattern.route, {}};
    for (std::size_t i = 0; i < parts.size(); ++i) {
      auto name = pattern.parts[i];
      if (name.starts_with('{')) match.path.emplace_back(name.substr(1, name.size() - 2), parts[i]);
    }
    return match;
  }
  if (known) return fail(Fault::not_allowed, "method-not-allowed", "Not by this method.");
  return fail(Fault::not_found, "not-found", "There is nothing here.");
}

}  // namespace guildhall::room
