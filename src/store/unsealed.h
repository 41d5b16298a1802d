// Content of before rooms were sealed: what is left of it, and its sealing in place.
//
// Format 1 of a body was plain: the byte 1, the version as a varint, the text. A room that has any
// is refused at start (content.h). `begin_sealing` marks the room with a body of format 1
// that belongs to nothing, at the first ref of all, blinds its indexes (reindex.h), and lists in a
// table of its own what is to be sealed and as what: found from the rows that point there, so that
// it opens where it is used.
// `seal_some` seals the next of them in a transaction; `end_sealing` takes the mark away, when
// nothing that was plain is left in the store's files either (store/compact.h). Killed anywhere, it
// is begun again and goes on.
//
// Concurrency: nobody else uses the room; two that seal one at once do no harm.
// Limits: kUpkeepRows and kUpkeepBytes a transaction.
#pragma once

#include "store/database.h"

namespace guildhall::store {

// How many bodies are to be sealed: 0 where all are.
Result<std::int64_t> begin_sealing(Database& database, RoomId room);

struct SealPlace {
  ProjectId project{-1};
  ContentRef ref;
};
// Seals what comes next after `place`, and moves it on. How many: 0 at the end.
Result<std::int64_t> seal_some(Database& database, RoomId room, SealPlace& place);

// Errors: conflict/"unsealed-room" where something is left.
Result<void> end_sealing(Database& database, RoomId room, std::int64_t deed);

// What an object of content is to be opened as.
struct Catalogued {
  ContentContext context;
  ContentRef ref;
};
// For tests and audits: everything that rows point to.
Result<std::vector<Catalogued>> catalogue(Database& database, RoomId room);

}  // namespace guildhall::store
