// Notes: what somebody at a task says to those who run the project, a flag ("this task is broken")
// or a question, and the replies. Texts are content; the rows say who, when, about what and whether
// it is resolved.
//
// Who may see which note is the route's matter: a note carries its author.
//
// Concurrency: any thread; a call that takes a Context without a Tx is one transaction.
// Limits: kMaxNoteBytes, kMaxNotes, kMaxNoteReplies, kMaxPage.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "work/context.h"
#include "work/model.h"

namespace guildhall::work {

struct Note {
  NoteId id;
  NoteKind kind = NoteKind::flag;
  NoteState state = NoteState::open;
  TaskId task;  // of a review or adjudication: the one it is about
  AssignmentId assignment;
  MemberId member;
  std::string text;
  TimeMs created_at = 0;
  struct Reply {
    MemberId member;
    std::string text;
    TimeMs created_at = 0;
  };
  std::vector<Reply> replies;  // oldest first
};

// By whoever holds, or held, the assignment. not_found/"no-assignment" for everybody else;
// invalid/"bad-text"; conflict/"too-many-notes".
Result<Note> add_note(const Context& ctx, const Actor& actor, ProjectId project,
                      AssignmentId assignment, NoteKind kind, std::string_view text);

// `only`: somebody who may speak to their own notes alone; 0: to all. not_found/"no-note";
// conflict/"too-many-replies".
Result<Note> reply_to_note(const Context& ctx, const Actor& actor, ProjectId project, NoteId note,
                           MemberId only, std::string_view text);

Result<Note> set_note_state(const Context& ctx, const Actor& actor, ProjectId project, NoteId note,
                            NoteState state);

struct NoteFilter {
  std::optional<NoteState> state;
  TaskId task;      // 0: any
  MemberId member;  // 0: anybody
  // The last one of the page before; none: from the newest.
  TimeMs before_at = INT64_MAX;
  NoteId before{INT64_MAX};
  std::int64_t limit = 50;
};
// Newest first, with their replies.
Result<std::vector<Note>> list_notes(store::Tx& tx, const Context& ctx, ProjectId project,
                                     const NoteFilter& filter);

}  // namespace guildhall::work
