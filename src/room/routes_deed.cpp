#include "room/render.h"
#include "work/deeds.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::kStaff;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::IdType;
using store::Tx;
using work::DoneDeed;

// What a deed's verb is about, and what its detail means. Never an inner key as it is.
enum class Detail : unsigned char {
  none,
  count,
  version,
  task,
  submission,
  verdict,
  project_state,
  delivery_state,
  note_kind,
  requeue,
};
struct Meaning {
  std::string_view verb;
  IdType object = IdType::project;
  Detail detail = Detail::none;
  bool has_object = true;
};
constexpr Meaning kMeanings[] = {
    {"activity.report", IdType::member, Detail::count},
    {"assignment.expire", IdType::assignment, Detail::task},
    {"assignment.release", IdType::assignment, Detail::task},
    {"assignment.skip", IdType::assignment, Detail::task},
    {"assignment.withdraw", IdType::assignment, Detail::task},
    {"batch.change", IdType::batch},
    {"batch.create", IdType::batch},
    {"budget.change", IdType::budget, Detail::version},
    {"budget.create", IdType::budget},
    {"budget.release", IdType::budget, Detail::count},
    {"delivery.finish", IdType::delivery, Detail::delivery_state},
    {"delivery.request", IdType::delivery},
    {"exchange.keep", IdType::project, Detail::count},
    {"exchange.purge", IdType::exchange, Detail::count, false},
    {"file.upload", IdType::file},
    {"group.create", IdType::group, Detail::count},
    {"guidelines.add", IdType::project, Detail::version},
    {"membership.end", IdType::member},
    {"membership.put", IdType::member},
    {"model_work.change", IdType::model_work, Detail::version},
    {"model_work.create", IdType::model_work},
    {"note.open", IdType::note, Detail::note_kind},
    {"note.reopen", IdType::note},
    {"note.reply", IdType::note},
    {"note.resolve", IdType::note},
    {"project.change", IdType::project, Detail::project_state},
    {"project.create", IdType::project},
    {"proposal.accept", IdType::proposal, Detail::task},
    {"proposal.refuse", IdType::proposal},
    {"second_look.give", IdType::submission, Detail::verdict},
    {"second_look.take", IdType::submission},
    {"submission.reject", IdType::submission, Detail::task},
    {"submission.review", IdType::submission, Detail::verdict},
    {"submission.revise", IdType::submission, Detail::task},
    {"submission.submit", IdType::submission, Detail::task},
    {"task.adjudicate", IdType::task, Detail::submission},
    {"task.amend", IdType::task, Detail::version},
    {"task.cancel", IdType::task},
    {"task.import", IdType::task, Detail::count, false},
    {"task.requeue", IdType::task, Detail::requeue},
    {"virtual_key.change", IdType::virtual_key, Detail::version},
    {"virtual_key.create", IdType::virtual_key},
    {"virtual_key.revoke", IdType::virtual_key},
    {"webhook.create", IdType::webhook},
    {"webhook.disable", IdType::webhook},
    {"webhook.remove", IdType::webhook},
    {"webhook.resume", IdType::webhook},
};

Meaning meaning_of(std::string_view verb) {
  for (const auto& meaning : kMeanings) {
    if (meaning.verb == verb) return meaning;
  }
  return {verb, IdType::project, Detail::none, false};
}

std::string show(const Call& call, IdType type, std::int64_t inner) {
  if (type == IdType::member) return call.room.ids().show(MemberId{inner});
  return call.room.ids().show(type, call.project, inner);
}

void write_object(JsonWriter& out, const Call& call, const Meaning& meaning, const DoneDeed& deed) {
  static constexpr std::pair<IdType, std::string_view> kNames[] = {
      {IdType::assignment, "assignment"},
      {IdType::batch, "batch"},
      {IdType::budget, "budget"},
      {IdType::delivery, "delivery"},
      {IdType::file, "file"},
      {IdType::group, "group"},
      {IdType::member, "member"},
      {IdType::model_work, "model_work"},
      {IdType::note, "note"},
      {IdType::project, "project"},
      {IdType::proposal, "proposal"},
      {IdType::submission, "submission"},
      {IdType::task, "task"},
      {IdType::virtual_key, "virtual_key"},
      {IdType::webhook, "webhook"}};
  out.key("object");
  if (!meaning.has_object) {
    out.null();
    return;
  }
  out.begin_object();
  for (const auto& [type, name] : kNames) {
    if (type == meaning.object) out.field("type", name);
  }
  out.field("id", show(call, meaning.object, deed.object)).end_object();
}

void write_detail(JsonWriter& out, const Call& call, Detail detail, const DoneDeed& deed) {
  out.key("detail");
  switch (detail) {
    case Detail::none: out.null(); break;
    case Detail::count: out.integer(deed.detail); break;
    case Detail::version: out.integer(deed.version); break;
    case Detail::task: out.string(show(call, IdType::task, deed.detail)); break;
    case Detail::submission: out.string(show(call, IdType::submission, deed.detail)); break;
    case Detail::verdict: out.string(work::word(static_cast<work::Verdict>(deed.detail))); break;
    case Detail::project_state:
      out.string(work::word(static_cast<work::ProjectState>(deed.detail)));
      break;
    case Detail::delivery_state:
      out.string(work::word(static_cast<work::DeliveryState>(deed.detail)));
      break;
    case Detail::note_kind: out.string(work::word(static_cast<work::NoteKind>(deed.detail))); break;
    case Detail::requeue: out.string(deed.detail == 1 ? "reject" : "keep"); break;
  }
}

Result<Reply> list(Call& call) {
  std::int64_t limit = TRY(limit_of(call));
  work::DeedPlace after;
  if (auto place = TRY(place_of(call))) after = {place->at, place->key};
  auto page = TRY(call.room.db().read_as(
      [&](Tx& tx) { return work::list_deeds(tx, call.room.work(), call.project, after, limit); }));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& deed : page.deeds) {
    auto meaning = meaning_of(deed.verb);
    out.begin_object().field("at", rfc3339(deed.at)).key("actor");
    deed.actor ? out.string(call.room.ids().show(deed.actor)) : out.null();
    out.field("verb", deed.verb);
    write_object(out, call, meaning, deed);
    write_detail(out, call, meaning.detail, deed);
    out.end_object();
  }
  out.end_array().key("next");
  page.more ? out.string(next_cursor(call, {page.last.tick, page.last.deed})) : out.null();
  out.end_object();
  return json_reply(200, out.take());
}

}  // namespace

void add_deed_routes(Routes& routes) {
  routes.push_back({Method::get, "/projects/{project}/activity",
                    allow(kStaff | Role::auditor).in(Scope::project), list,
                    "What was done, newest first", "DeedList"});
}

}  // namespace guildhall::room
