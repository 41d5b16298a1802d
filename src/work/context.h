// What every function of the work domain is given: the room it works in and its ports.
//
// Concurrency: shared by all threads; everything in it is safe to call from any.
#pragma once

#include <filesystem>

#include "base/ids.h"
#include "base/random.h"
#include "base/secret.h"
#include "store/database.h"
#include "store/external_id.h"
#include "store/keys.h"

namespace guildhall::work {

class ProjectCache;

struct Context {
  store::Database& db;
  store::Keys& keys;
  RoomId room;
  const store::ExternalIds& ids;
  const Secret& index_key;  // for keyed hashes that find things
  Random& random;
  ProjectCache& projects;
  std::filesystem::path blob_dir;
  store::Sealer& sealer;
};

// Who acts. Permission was settled at the route; this is for the record and for what depends on
// the person.
struct Actor {
  MemberId member;
  std::int64_t vendor = 0;
};

}  // namespace guildhall::work
