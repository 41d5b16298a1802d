// The one way content enters the store and the one way it leaves: sealed (sealer.h).
//
// Opening takes part in the caller's transaction and says why it opens. Inside a write closure
// others wait for it: seal what is hot before the closure, open after it.
//
// Concurrency: as the Tx. Allocate the ContentRef outside the closure: closures may run twice.
// Limits: kMaxContent bytes a body.
#pragma once

#include <optional>

#include "store/database.h"
#include "store/sealer.h"

namespace guildhall::store {

// Sealed before the closure.
Result<void> put_content(Tx& tx, const ContentContext& context, ContentRef ref,
                         const Sealed& sealed);
// Sealed on the way: for what is rare.
Result<void> put_content(Tx& tx, const ContentContext& context, ContentRef ref,
                         const Plaintext& plain);
// Replaces the bytes behind a ref (drafts only; everything else is immutable).
Result<void> replace_content(Tx& tx, const ContentContext& context, ContentRef ref,
                             const Sealed& sealed);
Result<Plaintext> open_content(Tx& tx, const ContentContext& context, ContentRef ref,
                               const Opening& why);
// A name or title: opened once, then held while the key is (Sealer::kept_name).
Result<std::string> open_name(Tx& tx, const ContentContext& context, ContentRef ref,
                              const Opening& why);
// Sealed on the way, and held as a name from now on: whoever wrote it need not open it.
Result<void> put_name(Tx& tx, const ContentContext& context, ContentRef ref, std::string_view name);
// Many at once: one hop to the vault, one leaf, one flush. One for one, in their order.
struct Wanted {
  ContentContext context;
  ContentRef ref;
};
Result<std::vector<Plaintext>> open_contents(Tx& tx, std::span<const Wanted> wanted,
                                             const Opening& why);
// As above, but what was altered, moved or lost is nothing, and keeps nobody from the others.
Result<std::vector<std::optional<Plaintext>>> open_sound(Tx& tx, std::span<const Wanted> wanted,
                                                         const Opening& why);
// Refuses a room with content of before it was sealed: unavailable/"unsealed-room".
Result<void> refuse_unsealed(Database& database, RoomId room);
Result<void> drop_content(Tx& tx, const ContentContext& context, ContentRef ref);

}  // namespace guildhall::store
