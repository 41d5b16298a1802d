#include "work/notes.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "store/content.h"
#include "store/deed.h"
#include "work/outcome.h"

namespace guildhall::work {
namespace {

using store::Row;
using store::Tx;

Result<void> check_text(std::string_view text) {
  bool blank = text.find_first_not_of(" \t\r\n") == std::string_view::npos;
  if (!blank && text.size() <= kMaxNoteBytes) return {};
  return fail(Fault::invalid, "bad-text", fmt::format("A text of 1 to {} bytes.", kMaxNoteBytes),
              "/text");
}

// A text is bound to its own ref: a note and its replies are objects of their own.
store::ContentContext text_context(const Context& ctx, ProjectId project, ContentRef ref) {
  return {ctx.room, project, store::ContentType::note, ref.value};
}

Result<std::string> open_text(Tx& tx, const Context& ctx, ProjectId project, ContentRef ref) {
  auto plain =
      TRY(store::open_content(tx, text_context(ctx, project, ref), ref, store::Reason::manage));
  return std::string(plain.expose());
}

struct NoteRow {
  Note note;
  ContentRef text;
};

#define GH_NOTE_COLUMNS "note, kind, state, task, assignment, member, text_ref, created_at"
NoteRow read_note(const Row& row) {
  NoteRow read;
  read.note.id = row.id<NoteId>(0);
  read.note.kind = static_cast<NoteKind>(row.integer(1));
  read.note.state = static_cast<NoteState>(row.integer(2));
  read.note.task = row.id<TaskId>(3);
  read.note.assignment = row.id<AssignmentId>(4);
  read.note.member = row.id<MemberId>(5);
  read.text = row.id<ContentRef>(6);
  read.note.created_at = row.integer(7);
  return read;
}

Result<Note> open_note(Tx& tx, const Context& ctx, ProjectId project, NoteRow row) {
  Note note = std::move(row.note);
  note.text = TRY(open_text(tx, ctx, project, row.text));
  std::vector<ContentRef> texts;
  TRY(
      tx.query("SELECT member, text_ref, created_at FROM note_reply WHERE room = $1 AND"
               " project = $2 AND note = $3 ORDER BY reply",
               {ctx.room, project, note.id}, [&](const Row& reply) {
                 note.replies.push_back({reply.id<MemberId>(0), {}, reply.integer(2)});
                 texts.push_back(reply.id<ContentRef>(1));
                 return true;
               }));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    note.replies[i].text = TRY(open_text(tx, ctx, project, texts[i]));
  }
  return note;
}

Result<NoteRow> lock_note(Tx& tx, const Context& ctx, ProjectId project, NoteId id, MemberId only) {
  auto row = TRY(tx.first(
      {"SELECT " GH_NOTE_COLUMNS " FROM note WHERE room = $1 AND project = $2 AND note = $3",
       "SELECT " GH_NOTE_COLUMNS
       " FROM note WHERE room = $1 AND project = $2 AND note = $3 FOR UPDATE"},
      {ctx.room, project, id}, read_note));
  if (row && (!only || row->note.member == only)) return *std::move(row);
  return fail(Fault::not_found, "no-note", "There is no such note.");
}

Result<std::int64_t> count_of(Tx& tx, store::Sql sql, store::Params params) {
  auto found = TRY(tx.first(sql, params, [](const Row& row) { return row.integer(0); }));
  return found.value_or(0);
}

}  // namespace

Result<Note> add_note(const Context& ctx, const Actor& actor, ProjectId project, AssignmentId id,
                      NoteKind kind, std::string_view text) {
  TRY(check_text(text));
  std::int64_t first = TRY(ctx.keys.take(3));
  return ctx.db.write_as([&](Tx& tx) -> Result<Note> {
    auto a = TRY(lock_own(tx, ctx, actor, {project, id, 0}));
    auto task = TRY(find_task(tx, ctx.room, project, a.task));
    TaskId about = task.parent ? task.parent : task.id;
    auto held = TRY(count_of(tx,
                             "SELECT count(*) FROM note WHERE room = $1 AND project = $2 AND"
                             " task = $3 AND assignment = $4",
                             {ctx.room, project, about, id}));
    if (held >= kMaxNotes) {
      return fail(Fault::conflict, "too-many-notes",
                  fmt::format("At most {} about one task.", kMaxNotes));
    }
    NoteRow row{{NoteId{first},
                 kind,
                 NoteState::open,
                 about,
                 id,
                 actor.member,
                 std::string(text),
                 tx.now(),
                 {}},
                ContentRef{first + 1}};
    TRY(store::put_content(tx, text_context(ctx, project, row.text), row.text,
                           Plaintext(std::string(text))));
    TRY(
        tx.exec("INSERT INTO note (room, project, note, kind, state, task, assignment, member,"
                " text_ref, created_at) VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9)",
                {ctx.room, project, row.note.id, static_cast<std::int64_t>(kind), row.note.task, id,
                 actor.member, row.text, tx.now()}));
    TRY(store::record(tx, {ctx.room, project, first + 2, actor.member, "note.open",
                           row.note.id.value, 1, static_cast<std::int64_t>(kind)}));
    return row.note;
  });
}

Result<Note> reply_to_note(const Context& ctx, const Actor& actor, ProjectId project, NoteId id,
                           MemberId only, std::string_view text) {
  TRY(check_text(text));
  std::int64_t first = TRY(ctx.keys.take(3));
  return ctx.db.write_as([&](Tx& tx) -> Result<Note> {
    auto row = TRY(lock_note(tx, ctx, project, id, only));
    auto held = TRY(count_of(
        tx, "SELECT count(*) FROM note_reply WHERE room = $1 AND project = $2 AND note = $3",
        {ctx.room, project, id}));
    if (held >= kMaxNoteReplies) {
      return fail(Fault::conflict, "too-many-replies",
                  fmt::format("At most {} replies to one note.", kMaxNoteReplies));
    }
    ContentRef ref{first + 1};
    TRY(store::put_content(tx, text_context(ctx, project, ref), ref, Plaintext(std::string(text))));
    TRY(
        tx.exec("INSERT INTO note_reply (room, project, note, reply, member, text_ref, created_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                {ctx.room, project, id, held + 1, actor.member, ref, tx.now()}));
    TRY(store::record(
        tx, {ctx.room, project, first + 2, actor.member, "note.reply", id.value, held + 1}));
    return open_note(tx, ctx, project, std::move(row));
  });
}

Result<Note> set_note_state(const Context& ctx, const Actor& actor, ProjectId project, NoteId id,
                            NoteState state) {
  std::int64_t deed = TRY(ctx.keys.next());
  return ctx.db.write_as([&](Tx& tx) -> Result<Note> {
    auto row = TRY(lock_note(tx, ctx, project, id, {}));
    if (row.note.state != state) {
      row.note.state = state;
      TRY(tx.exec("UPDATE note SET state = $4 WHERE room = $1 AND project = $2 AND note = $3",
                  {ctx.room, project, id, static_cast<std::int64_t>(state)}));
      TRY(store::record(tx, {ctx.room, project, deed, actor.member,
                             state == NoteState::open ? "note.reopen" : "note.resolve", id.value}));
    }
    return open_note(tx, ctx, project, std::move(row));
  });
}

Result<std::vector<Note>> list_notes(Tx& tx, const Context& ctx, ProjectId project,
                                     const NoteFilter& filter) {
  std::vector<NoteRow> rows;
  auto sink = [&](const Row& row) {
    rows.push_back(read_note(row));
    return true;
  };
  std::int64_t state = filter.state ? static_cast<std::int64_t>(*filter.state) : 0;
#define GH_NOTES(index) \
  "SELECT " GH_NOTE_COLUMNS " FROM note WHERE room = $1 AND project = $2 AND " index
#define GH_NOTES_PAGE \
  " AND (created_at, note) < ($3, $4) ORDER BY created_at DESC, note DESC LIMIT $5"
  // Each by its own index: the notes on a task, of a person, in a state, all.
  if (filter.task) {
    TRY(tx.query(GH_NOTES("task = $6 AND ($7 = 0 OR state = $7) AND ($8 = 0 OR member = $8)")
                     GH_NOTES_PAGE,
                 {ctx.room, project, filter.before_at, filter.before, filter.limit, filter.task,
                  state, filter.member},
                 sink));
  } else if (filter.member) {
    TRY(tx.query(
        GH_NOTES("member = $6 AND ($7 = 0 OR state = $7)") GH_NOTES_PAGE,
        {ctx.room, project, filter.before_at, filter.before, filter.limit, filter.member, state},
        sink));
  } else if (filter.state) {
    TRY(tx.query(GH_NOTES("state = $6") GH_NOTES_PAGE,
                 {ctx.room, project, filter.before_at, filter.before, filter.limit, state}, sink));
  } else {
    TRY(tx.query(GH_NOTES("note > 0") GH_NOTES_PAGE,
                 {ctx.room, project, filter.before_at, filter.before, filter.limit}, sink));
  }
  std::vector<Note> notes;
  for (auto& row : rows) notes.push_back(TRY(open_note(tx, ctx, project, std::move(row))));
  return notes;
}

}  // namespace guildhall::work
