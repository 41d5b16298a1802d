#include "store/deed.h"

namespace guildhall::store {

Result<void> record(Tx& tx, const Deed& deed) {
  Param hash = deed.hash.empty() ? Param(Null{}) : Param(Blob{deed.hash});
  TRY(
      tx.put("INSERT INTO deed (room, tick, deed, project, at, actor, verb, object, version,"
             " detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
             {deed.room, tx.tick(), deed.deed, deed.project, tx.now(), deed.actor, deed.verb,
              deed.object, deed.version, deed.detail, hash}));
  return {};
}

}  // namespace guildhall::store
