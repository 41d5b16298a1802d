// What models answered, as JSON: always with where it comes from, so that nobody takes it for a
// person's.
//
// Concurrency: as the caller's. Limits: none of its own.
#pragma once

#include "room/room.h"
#include "room/route.h"
#include "work/assist/answers.h"

namespace guildhall::room {

// {"kind": "model"|"generated", "work", "model", "template", "exchanges"}
void write_origin(JsonWriter& out, const Call& call, std::string_view kind, ProjectId project,
                  ModelWorkId work, const work::assist::Origin& origin);
void write_model_answer(JsonWriter& out, const Call& call, ProjectId project,
                        const work::assist::ModelAnswer& answer);
// "model_answers": those to one task, judges' and drafts.
Result<void> write_model_answers(store::Tx& tx, JsonWriter& out, const Call& call,
                                 ProjectId project, TaskId task);
// "origin" of a task that was made up; of others nothing.
Result<void> write_task_origin(store::Tx& tx, JsonWriter& out, const Call& call, ProjectId project,
                               TaskId task);
// Into a list of suggestions: drafts that were there when this lease began. Which model wrote them
// is not said: the person who corrects one judges it blind.
Result<void> write_drafts(store::Tx& tx, JsonWriter& out, const Call& call,
                          const work::Assignment& a);

}  // namespace guildhall::room
