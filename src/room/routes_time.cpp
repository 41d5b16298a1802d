#include <fmt/format.h>

#include "base/limits.h"
#include "room/render.h"
#include "work/timesheet.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::kAllRoles;
using identity::kWriters;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;
using work::Activity;

constexpr Field kReport[] = {
    {"entries", Kind::list, true, "class, started_at, ended_at, assignment?, source?, replaces?"}};
constexpr Field kEntry[] = {{"class", Kind::text, true},    {"started_at", Kind::time, true},
                            {"ended_at", Kind::time, true}, {"assignment", Kind::text},
                            {"source", Kind::text},         {"replaces", Kind::text}};

Result<std::int64_t> inner_of(const Call& call, const json::value& entry, std::string_view name,
                              store::IdType type) {
  auto text = text_if(entry, name);
  if (!text) return 0;
  auto opened = call.room.ids().open(type, *text);
  if (!opened || opened->project != call.project) {
    return fail(Fault::invalid, "invalid-interval", "No such id in this project.",
                fmt::format("/{}", name));
  }
  return opened->inner;
}

Result<Activity> read_entry(const Call& call, const json::value& entry) {
  TRY(check_fields(kEntry, entry));
  auto activity = work::from_word<work::ActivityClass>(text_or(entry, "class", ""));
  auto source = work::from_word<work::ActivitySource>(text_or(entry, "source", "timer"));
  if (!activity) {
    return fail(Fault::invalid, "invalid-interval",
                "class is work, guidelines, training, rework, review, research or waiting.",
                "/class");
  }
  if (!source || *source == work::ActivitySource::submission) {
    return fail(Fault::invalid, "invalid-interval", "source is timer or manual.", "/source");
  }
  Activity made;
  made.activity = *activity;
  made.source = *source;
  made.started_at = *time_if(entry, "started_at");
  made.ended_at = *time_if(entry, "ended_at");
  made.assignment = AssignmentId {
    TRY(inner_of(call, entry, "assignment", store::IdType::assignment))
  };
  made.replaces = ActivityId { TRY(inner_of(call, entry, "replaces", store::IdType::activity)) };
  return made;
}

Result<Reply> report(Call& call) {
  std::vector<Activity> entries;
  for (const auto& entry : *find_array(call.body, "entries")) {
    auto read = read_entry(call, entry);
    if (!read) {
      Error error = std::move(read).error();
      error.field = fmt::format("/entries/{}{}", entries.size(), error.field);
      return std::unexpected(std::move(error));
    }
    entries.push_back(*read);
  }
  auto ids = TRY(
      work::report_activities(call.room.work(), call.actor(), call.project, std::move(entries)));
  JsonWriter out;
  out.begin_object().key("ids").begin_array();
  for (ActivityId id : ids) out.string(call.room.ids().show(call.project, id));
  out.end_array().end_object();
  return json_reply(201, out.take());
}

// Experts and reviewers see their own time; managers and auditors everybody's.
MemberId whose(const Call& call) {
  bool own = call.request.param("mine") || call.who.role == Role::expert ||
             call.who.role == Role::reviewer;
  return own ? call.who.member : MemberId{};
}

void write_activity(JsonWriter& out, const Call& call, const Activity& a, std::string_view vendor) {
  const auto& ids = call.room.ids();
  out.begin_object().field("id", ids.show(call.project, a.id)).field("member", ids.show(a.member));
  out.field("vendor", vendor).field("class", work::word(a.activity));
  out.field("source", work::word(a.source)).field("started_at", rfc3339(a.started_at));
  out.field("ended_at", rfc3339(a.ended_at)).key("assignment");
  a.assignment ? out.string(ids.show(call.project, a.assignment)) : out.null();
  out.key("replaces");
  a.replaces ? out.string(ids.show(call.project, a.replaces)) : out.null();
  out.end_object();
}

class CsvSource final : public net::BodySource {
 public:
  explicit CsvSource(const Call& call)
      : room_(call.room), project_(call.project), only_(whose(call)) {}

  Result<void> next(std::string& lines) override {
    if (first_)
      lines += "id,member,vendor,class,source,started_at,ended_at,assignment,replaces\r\n";
    first_ = false;
    TRY(room_.db().read([&](Tx& tx) -> Result<void> {
      auto all = TRY(work::list_activities(tx, room_.work(), project_, only_, after_member_, after_,
                                           kMaxPage));
      for (const auto& a : all) TRY(add(tx, a, lines));
      return {};
    }));
    return {};
  }

 private:
  Result<void> add(Tx& tx, const Activity& a, std::string& lines) {
    const auto& ids = room_.ids();
    after_member_ = a.member;
    after_ = a.id;
    auto vendor = TRY(identity::vendor_name(tx, room_.id(), a.vendor, store::Reason::manage));
    std::string quoted;
    for (char c : vendor) quoted += c == '"' ? "\"\"" : std::string(1, c);
    lines += fmt::format("{},{},\"{}\",{},{},{},{},{},{}\r\n", ids.show(project_, a.id),
                         ids.show(a.member), quoted, work::word(a.activity), work::word(a.source),
                         rfc3339(a.started_at), rfc3339(a.ended_at),
                         a.assignment ? ids.show(project_, a.assignment) : "",
                         a.replaces ? ids.show(project_, a.replaces) : "");
    return {};
  }

  Room& room_;
  ProjectId project_;
  MemberId only_;
  MemberId after_member_;
  ActivityId after_;
  bool first_ = true;
};

Result<Reply> list(Call& call) {
  if (call.request.param("format") == "csv") {
    Reply reply;
    reply.content_type = "text/csv; charset=utf-8";
    reply.source = std::make_unique<CsvSource>(call);
    return reply;
  }
  auto page = TRY(page_of(call));
  MemberId after_member;
  if (auto after = call.request.param("after_member")) {
    after_member = TRY(call.room.ids().open_member(*after));
  }
  JsonWriter out;
  TRY(call.room.db().read([&](Tx& tx) -> Result<void> {
    out = JsonWriter();
    auto all = TRY(work::list_activities(tx, call.room.work(), call.project, whose(call),
                                         after_member, ActivityId{page.after}, page.limit));
    out.begin_object().key("items").begin_array();
    for (const auto& a : all) {
      write_activity(
          out, call, a,
          TRY(identity::vendor_name(tx, call.room.id(), a.vendor, store::Reason::manage)));
    }
    out.end_array().key("next");
    bool more = static_cast<std::int64_t>(all.size()) == page.limit;
    more ? out.string(next_cursor(call, all.back().id.value)) : out.null();
    if (more) out.field("after_member", call.room.ids().show(all.back().member));
    out.end_object();
    return {};
  }));
  return json_reply(200, out.take());
}

}  // namespace

void add_time_routes(Routes& routes) {
  routes.push_back({Method::post, "/projects/{project}/activities",
                    allow(kWriters).writing().in(Scope::project), report, "Report paid time",
                    "ActivityIds", 201, BodyKind::json, kReport});
  routes.push_back({Method::get, "/projects/{project}/activities",
                    allow(kAllRoles).in(Scope::project), list,
                    "The record of paid time; JSON or ?format=csv", "ActivityList"});
}

}  // namespace guildhall::room
