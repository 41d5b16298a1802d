// The rows of virtual keys: every read and every write of the table, each row checked against its
// MAC where it is read. For virtual_keys.cpp.
//
// Concurrency: as the Tx. Limits: the callers'.
#pragma once

#include "gateway/virtual_keys.h"

namespace guildhall::gateway {

struct KeyRow {
  VirtualKey key;  // without its terms, until they are opened
  std::string hash;
  ContentRef terms;
  std::string mac;
};

std::string canonical(RoomId room, const KeyRow& row);
store::ContentContext key_context(RoomId room, const VirtualKey& key);
std::string terms_text(const KeyTerms& terms);
Result<void> open_terms(store::Tx& tx, RoomId room, KeyRow& row);

Result<void> insert_key(store::Tx& tx, RoomId room, const KeyRow& row);
Result<void> update_key(store::Tx& tx, RoomId room, const KeyRow& row);
// not_found/"no-virtual-key".
Result<KeyRow> lock_key(store::Tx& tx, RoomId room, ProjectId project, VirtualKeyId id);
Result<std::optional<KeyRow>> key_by_hash(store::Tx& tx, RoomId room, std::string_view hash);
Result<std::vector<KeyRow>> key_rows(store::Tx& tx, RoomId room, ProjectId project,
                                     VirtualKeyId after, std::int64_t limit);

}  // namespace guildhall::gateway
