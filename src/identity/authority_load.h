// How Authority reads and marks rows; for its own sources only.
//
// A reader turns the columns of a result into a row and adds the proofs that it is sound. They are
// judged when the statement is done, all in one call.
//
// Concurrency: as the Tx. Limits: the callers' statements.
#pragma once

#include "identity/authority.h"

// The columns of a member; read_member knows their order.
#define GH_MEMBER_COLUMNS(m)                                                           \
  m "member, " m "role, " m "state, " m "everywhere, " m "vendor, " m "email_hash, " m \
    "profile_ref, " m "version, " m "created_at, " m "epoch, " m "mac"

namespace guildhall::identity {

inline std::unexpected<Error> bad_row() {
  return fail(Fault::internal, "bad-authority-row", "A row that grants access is not well formed.");
}

template <class T, class Read>
Result<Authority::Loaded<T>> Authority::load(store::Tx& tx, store::Sql sql, store::Params params,
                                             Read read) const {
  std::vector<T> all;
  Proofs proofs;
  Result<void> formed;
  TRY(tx.query(sql, params, [&](const store::Row& row) {
    Result<T> item = read(row, proofs, all.size());
    if (!item) {
      formed = std::unexpected(std::move(item).error());
      return false;
    }
    all.push_back(*std::move(item));
    return true;
  }));
  if (!formed) return std::unexpected(std::move(formed).error());
  Loaded<T> out;
  auto sound = TRY(judge(tx, all.size(), proofs));
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (sound[i]) out.rows.push_back(std::move(all[i]));
    out.refused = out.refused || !sound[i];
  }
  return out;
}

template <class T, class Read>
Result<std::vector<T>> Authority::load_all(store::Tx& tx, store::Sql sql, store::Params params,
                                           Read read) const {
  auto loaded = TRY(load<T>(tx, sql, params, read));
  return std::move(loaded.rows);
}

template <class T, class Read>
Authority::Found<T> Authority::load_one(store::Tx& tx, store::Sql sql, store::Params params,
                                        Read read) const {
  auto loaded = TRY(load<T>(tx, sql, params, read));
  if (loaded.refused) {
    return fail(Fault::forbidden, "authority-broken",
                "A row that grants access was not written by this room, or is an older one.");
  }
  if (loaded.rows.empty()) return std::optional<T>();
  return std::optional<T>(std::move(loaded.rows.front()));
}

template <class T>
Result<std::string> Authority::mac_of(store::Tx& tx, const T& row, std::int64_t epoch) const {
  std::string bytes = marked(canonical(room_, row), epoch);
  std::string_view one = bytes;
  auto macs = TRY(tx.sealer().mac({&one, 1}));
  return std::move(macs.front());
}

}  // namespace guildhall::identity
