// What every function of the gateway's domain is given: the room it works in and its ports.
//
// Concurrency: shared by all threads; everything in it is safe to call from any.
#pragma once

#include "base/clock.h"
#include "base/ids.h"
#include "base/random.h"
#include "base/secret.h"
#include "store/database.h"
#include "store/keys.h"

namespace guildhall::gateway {

struct Context {
  store::Database& db;
  store::Keys& keys;
  RoomId room;
  const Secret& index_key;  // for keyed hashes that find things
  Random& random;
  store::Sealer& sealer;
};

}  // namespace guildhall::gateway
