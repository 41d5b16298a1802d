#include "room/render.h"
#include "work/notes.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::kAllRoles;
using identity::kStaff;
using identity::kWriters;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;
using work::Note;

constexpr Field kNew[] = {{"kind", Kind::text, true, "flag or question"},
                          {"text", Kind::text, true}};
constexpr Field kReply[] = {{"text", Kind::text, true}};
constexpr Field kChange[] = {{"state", Kind::text, true, "open or resolved"}};

void write_note(JsonWriter& out, const Call& call, const Note& note) {
  const auto& ids = call.room.ids();
  out.begin_object().field("id", ids.show(call.project, note.id));
  out.field("kind", work::word(note.kind)).field("state", work::word(note.state));
  out.field("task", ids.show(call.project, note.task));
  out.field("assignment", ids.show(call.project, note.assignment));
  out.field("member", ids.show(note.member)).field("text", note.text);
  out.field("created_at", rfc3339(note.created_at)).key("replies").begin_array();
  for (const auto& reply : note.replies) {
    out.begin_object().field("member", ids.show(reply.member)).field("text", reply.text);
    out.field("created_at", rfc3339(reply.created_at)).end_object();
  }
  out.end_array().end_object();
}

Reply note_reply(const Call& call, const Note& note, int status) {
  JsonWriter out;
  write_note(out, call, note);
  return json_reply(status, out.take());
}

// Experts see and answer their own notes only.
MemberId only_own(const Call& call) {
  return call.who.role == Role::expert ? call.who.member : MemberId{};
}

Result<Reply> add(Call& call) {
  auto kind = work::from_word<work::NoteKind>(text_or(call.body, "kind", ""));
  if (!kind) return fail(Fault::invalid, "wrong-type", "kind is flag or question.", "/kind");
  auto note = TRY(work::add_note(call.room.work(), call.actor(), call.project,
                                 call.id<AssignmentId>("assignment"), *kind,
                                 text_or(call.body, "text", "")));
  return note_reply(call, note, 201);
}

Result<Reply> reply(Call& call) {
  auto note =
      TRY(work::reply_to_note(call.room.work(), call.actor(), call.project, call.id<NoteId>("note"),
                              only_own(call), text_or(call.body, "text", "")));
  return note_reply(call, note, 201);
}

Result<Reply> change(Call& call) {
  auto state = work::from_word<work::NoteState>(text_or(call.body, "state", ""));
  if (!state) return fail(Fault::invalid, "bad-state", "state is open or resolved.", "/state");
  auto note = TRY(work::set_note_state(call.room.work(), call.actor(), call.project,
                                       call.id<NoteId>("note"), *state));
  return note_reply(call, note, 200);
}

Result<work::NoteFilter> filter_of(const Call& call) {
  work::NoteFilter filter;
  filter.limit = TRY(limit_of(call));
  if (auto place = TRY(place_of(call))) {
    filter.before_at = place->at;
    filter.before = NoteId{place->key};
  }
  if (auto text = call.request.param("state")) {
    filter.state = work::from_word<work::NoteState>(*text);
    if (!filter.state) {
      return fail(Fault::invalid, "bad-parameter", "state is open or resolved.", "state");
    }
  }
  if (auto text = call.request.param("task")) {
    auto opened = TRY(call.room.ids().open(store::IdType::task, *text));
    filter.task = TaskId{opened.inner};
  }
  filter.member = call.request.param("mine") ? call.who.member : only_own(call);
  return filter;
}

Result<Reply> list(Call& call) {
  auto filter = TRY(filter_of(call));
  auto notes = TRY(call.room.db().read_as(
      [&](Tx& tx) { return work::list_notes(tx, call.room.work(), call.project, filter); }));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& note : notes) write_note(out, call, note);
  out.end_array().key("next");
  bool more = static_cast<std::int64_t>(notes.size()) == filter.limit;
  more ? out.string(next_cursor(call, {notes.back().created_at, notes.back().id.value}))
       : out.null();
  out.end_object();
  return json_reply(200, out.take());
}

}  // namespace

void add_note_routes(Routes& routes) {
  constexpr auto speak = allow(kWriters).writing().in(Scope::project);
  routes.push_back({Method::post, "/assignments/{assignment}/notes", speak, add,
                    "Flag a task, or ask about it", "Note", 201, BodyKind::json, kNew});
  routes.push_back({Method::get, "/projects/{project}/notes", allow(kAllRoles).in(Scope::project),
                    list, "Notes, newest first; an expert sees their own", "NoteList"});
  routes.push_back({Method::post, "/notes/{note}/replies", speak, reply, "Reply to a note", "Note",
                    201, BodyKind::json, kReply});
  routes.push_back({Method::patch, "/notes/{note}",
                    allow(kStaff | Role::reviewer).writing().in(Scope::project), change,
                    "Resolve a note, or open it again", "Note", 200, BodyKind::json, kChange});
}

}  // namespace guildhall::room
