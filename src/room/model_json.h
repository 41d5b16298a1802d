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
void write_origin(JsonWriter& out, const Call& call, std::string_view kind, ModelWorkId work,
                  const work::assist::Origin& origin);
void write_model_answer(JsonWriter& out, const Call& call, const work::assist::ModelAnswer& answer);
// Those of one task, judges' and drafts.
Result<void> write_model_answers(store::Tx& tx, JsonWriter& out, const Call& call, TaskId task);

}  // namespace guildhall::room
