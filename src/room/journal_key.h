// The key under which a person's browser keeps their own unsent answers: derived from the room's
// key and the person, so that it is the same in every session and after a restart, stands in no
// table, and cannot be had without signing in.
//
// Concurrency: pure functions.
#pragma once

#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "base/secret.h"

namespace guildhall::room {

struct JournalKey {
  std::string id;   // names the key and tells nothing of it: 22 characters
  std::string key;  // 32 bytes, base64url; to its owner only, never to a log
};

// The secret that all journal keys of a room come from.
Result<Secret> journal_root(const Secret& master_key);
Result<JournalKey> journal_key(const Secret& root, MemberId member);

}  // namespace guildhall::room
