// What the leaves of the log say in inner keys and commitments, in the words of the API: the way
// out for lists, and the way in for what they are asked by.
//
// Concurrency: inside the caller's request. Limits: kMaxShownObjects, kMaxAnswersLookedFor.
#pragma once

#include <map>

#include "base/json.h"
#include "room/log_search.h"
#include "room/room.h"

namespace guildhall::room {

// Members by the commitments that leaves have. Whoever was erased is in none.
using WhoIsWho = std::map<std::string, MemberId, std::less<>>;
// Error: locked/"locked".
Result<WhoIsWho> who_is_who(Room& room);

// What a leaf about openings of this thing has in it: of a task also its answers, of a submission
// also its reviews. Errors: not_found/"not-found".
Result<std::vector<std::string>> words_of_task(Room& room, std::string_view id);
Result<std::vector<std::string>> words_of_submission(Room& room, std::string_view id);
Result<std::vector<std::string>> words_of_member(Room& room, std::string_view id);

// One line of a list of openings, whose leaf this is. Objects that `words` ask for come first.
Result<void> write_opening(JsonWriter& out, const Room& room, int log, const FoundLeaf& leaf,
                           const WhoIsWho& members, const LeafWords& words);

}  // namespace guildhall::room
