#include <fmt/format.h>

#include "base/limits.h"
#include "room/render.h"
#include "work/days.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::kStaff;
using identity::kWriters;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;
using work::kDayMs;

constexpr std::int64_t kUsualDays = 30;  // where the request does not say

// A UTC day as days since 1970.
Result<std::int64_t> day_param(const Call& call, std::string_view name, std::int64_t otherwise) {
  auto text = call.request.param(name);
  if (!text) return otherwise;
  auto at = parse_rfc3339(fmt::format("{}T00:00:00Z", *text));
  if (at && *at >= 0 && text->size() == 10) return *at / kDayMs;
  return fail(Fault::invalid, "bad-parameter", fmt::format("{} is a day: YYYY-MM-DD.", name),
              std::string(name));
}

Result<Reply> days(Call& call) {
  std::int64_t last = TRY(day_param(call, "to", call.room.options().clock->now_ms() / kDayMs));
  std::int64_t first =
      TRY(day_param(call, "from", std::max(last - kUsualDays + 1, std::int64_t{0})));
  if (first > last || last - first >= kMaxDays) {
    return fail(Fault::invalid, "bad-parameter",
                fmt::format("from is no later than to, and at most {} days.", kMaxDays), "from");
  }
  auto found = TRY(call.room.db().read_as(
      [&](Tx& tx) { return work::days_of(tx, call.room.work(), call.project, first, last); }));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (std::int64_t day = first; day <= last; ++day) {
    const auto& one = found[static_cast<std::size_t>(day - first)];
    out.begin_object().field("day", rfc3339(day * kDayMs).substr(0, 10));
    out.field("submitted", one.submitted).field("accepted", one.accepted);
    out.field("returned", one.returned).field("rejected", one.rejected);
    out.field("active_ms", one.active_ms).end_object();
  }
  out.end_array().end_object();
  return json_reply(200, out.take());
}

Result<TimeMs> since_param(const Call& call) {
  TimeMs now = call.room.options().clock->now_ms();
  auto text = call.request.param("since");
  if (!text) return now / kDayMs * kDayMs;
  auto since = parse_rfc3339(*text);
  if (since && *since >= now - kMaxTodayMs) return *since;
  return fail(
      Fault::invalid, "bad-parameter",
      fmt::format("since is a time of the last {} days, in RFC 3339.", kMaxTodayMs / kDayMs),
      "since");
}

Result<Reply> today(Call& call) {
  TimeMs since = TRY(since_param(call));
  JsonWriter out;
  TRY(call.room.db().read([&](Tx& tx) -> Result<void> {
    out = JsonWriter();
    auto project = TRY(call.room.work().projects.find(tx, call.project));
    auto own = TRY(work::today_of(tx, call.room.work(), call.project, call.who.member, since));
    bool paid = project.settings->pay_minor > 0;
    out.begin_object().field("since", rfc3339(since)).field("submitted", own.submitted);
    out.field("active_ms", own.active_ms).field("other_ms", own.other_ms);
    out.field("earned_minor", work::earned_minor(*project.settings, own));
    out.field("currency", paid ? std::string_view(project.settings->pay_currency) : "");
    out.end_object();
    return {};
  }));
  return json_reply(200, out.take());
}

}  // namespace

void add_figure_routes(Routes& routes) {
  routes.push_back({Method::get, "/projects/{project}/days",
                    allow(kStaff | Role::reviewer | Role::auditor).in(Scope::project), days,
                    "What happened on each day", "Days"});
  routes.push_back({Method::get, "/projects/{project}/today", allow(kWriters).in(Scope::project),
                    today, "What the caller has done since a moment", "Today"});
}

}  // namespace guildhall::room
