#include "work/guidelines.h"

#include <charconv>

#include "room/line_diff.h"
#include "room/render.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::kAllRoles;
using identity::kStaff;
using identity::kWriters;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;

constexpr Field kGuidelines[] = {
    {"markdown", Kind::text, true},
    {"note", Kind::text},
    {"must_read", Kind::boolean, false, "to be seen before work goes on"}};

void write_guidelines(JsonWriter& out, const work::Guidelines& guidelines, bool whole) {
  out.begin_object().field("version", guidelines.version);
  if (whole) out.field("markdown", guidelines.markdown);
  out.field("note", guidelines.note).field("must_read", guidelines.must_read);
  out.field("created_at", rfc3339(guidelines.created_at)).end_object();
}

Result<Reply> add(Call& call) {
  work::Guidelines draft;
  draft.markdown = text_or(call.body, "markdown", "");
  draft.note = text_or(call.body, "note", "");
  draft.must_read = flag_or(call.body, "must_read", false);
  auto added =
      TRY(work::add_guidelines(call.room.work(), call.actor(), call.project, std::move(draft)));
  JsonWriter out;
  write_guidelines(out, added, true);
  return json_reply(201, out.take());
}

Result<Reply> list(Call& call) {
  auto all = TRY(call.room.db().read_as(
      [&](Tx& tx) { return work::list_guidelines(tx, call.room.work(), call.project); }));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& guidelines : all) write_guidelines(out, guidelines, false);
  out.end_array().key("next").null().end_object();
  return json_reply(200, out.take());
}

Result<std::int64_t> version_of(std::string_view text) {
  std::int64_t version = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size() || version < 1) {
    return fail(Fault::not_found, "no-version", "There is no such version.");
  }
  return version;
}

Result<work::Guidelines> guidelines_at(Call& call, std::string_view text) {
  std::int64_t version = text == "latest" ? 0 : TRY(version_of(text));
  return call.room.db().read_as(
      [&](Tx& tx) { return work::find_guidelines(tx, call.room.work(), call.project, version); });
}

Result<Reply> get(Call& call) {
  auto guidelines = TRY(guidelines_at(call, call.path_text("version")));
  JsonWriter out;
  write_guidelines(out, guidelines, true);
  return json_reply(200, out.take());
}

Result<Reply> diff(Call& call) {
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

Result<Reply> see(Call& call) {
  auto version = TRY(version_of(call.path_text("version")));
  TRY(work::see_guidelines(call.room.work(), call.actor(), call.project, version));
  return no_content();
}

}  // namespace

void add_guidelines_routes(Routes& routes) {
  constexpr auto read = allow(kAllRoles).in(Scope::project);
  constexpr auto manage = allow(kStaff).writing().in(Scope::project);
  constexpr auto work = allow(kWriters).writing().in(Scope::project);
  routes.push_back({Method::post, "/projects/{project}/guidelines", manage, add,
                    "A new version of the guidelines", "Guidelines", 201, BodyKind::json,
                    kGuidelines});
  routes.push_back({Method::get, "/projects/{project}/guidelines", read, list,
                    "Versions of the guidelines", "GuidelinesList"});
  routes.push_back({Method::get, "/projects/{project}/guidelines/{version}", read, get,
                    "One version of the guidelines", "Guidelines"});
  routes.push_back({Method::get, "/projects/{project}/guidelines/{version}/diff", read, diff,
                    "What changed between two versions", "GuidelinesDiff"});
  routes.push_back({Method::post,
                    "/projects/{project}/guidelines/{version}/seen",
                    work,
                    see,
                    "The caller has seen this version",
                    "",
                    204,
                    BodyKind::none,
                    {},
                    Repeats::harmless});
}

}  // namespace guildhall::room
