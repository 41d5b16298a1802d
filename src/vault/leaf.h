// The leaves of a room's log: one JSON object each, members in this order, no spaces:
//
//   {"at": RFC 3339, "verb": word, "who": commitment or "", "project": n, "object": n,
//    "version": n, "detail": n, "hash": base64url of SHA-256 or "", …, "salt": base64url of 16
//    bytes}
//
// Numbers are the room's inner keys: whoever has the room can say what they are, nobody else. `who`
// is HMAC-SHA-256 of the member's number under a key that lives with the room's, cut to 16 bytes:
// without it nobody can be told, or told apart from a guess. The salt keeps a hash tile from
// being tried against likely leaves. An opening has, before the salt, "reason" and
// "objects": [[type, object, version], …], all of one project; that of a file's part has the file
// as "object" and the number of its first chunk as "version".
//
// Concurrency: pure functions. Limits: kMaxLeafObjects objects a leaf, so that it fits an entry.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/content_context.h"
#include "base/random.h"
#include "base/secret.h"

namespace guildhall::vault {

struct Leaf {
  TimeMs at = 0;
  std::string_view verb;
  MemberId who;  // 0: the room itself
  ProjectId project;
  std::int64_t object = 0;
  std::int64_t version = 0;
  std::int64_t detail = 0;
  std::string_view hash = {};  // bytes
};

std::string person_commitment(const Secret& person_key, MemberId member);
std::string deed_leaf(const Leaf& leaf, const Secret& person_key, Random& random);
std::string opening_leaf(const Leaf& leaf, OpenReason reason,
                         std::span<const ContentContext> objects, const Secret& person_key,
                         Random& random);

}  // namespace guildhall::vault
