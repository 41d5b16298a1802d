#include "gateway/key_rows.h"

#include "gateway/terms.h"
#include "identity/canonical_bytes.h"

namespace guildhall::gateway {
namespace {

using store::Blob;
using store::Row;
using store::Tx;

#define GH_KEY_SELECT                                                                    \
  "SELECT virtual_key, project, purpose, budget, state, terms_ref, version, created_at," \
  " expires_at, key_hash, mac FROM virtual_key WHERE room = $1"

constexpr std::int64_t kActive = 1;
constexpr std::int64_t kRevoked = 2;

KeyRow read_key(const Row& row) {
  KeyRow out;
  out.key.id = row.id<VirtualKeyId>(0);
  out.key.project = row.id<ProjectId>(1);
  out.key.purpose = static_cast<Purpose>(row.integer(2));
  out.key.budget = row.id<BudgetId>(3);
  out.key.revoked = row.integer(4) != kActive;
  out.terms = row.id<ContentRef>(5);
  out.key.version = row.integer(6);
  out.key.created_at = row.integer(7);
  out.key.expires_at = row.integer(8);
  out.hash = row.bytes(9);
  out.mac = row.bytes(10);
  return out;
}

std::int64_t state_of(const KeyRow& row) { return row.key.revoked ? kRevoked : kActive; }

}  // namespace

std::string canonical(RoomId room, const KeyRow& row) {
  return identity::CanonicalBytes("virtual_key", room)
      .text(row.hash)
      .integer(row.key.id.value)
      .integer(row.key.project.value)
      .integer(static_cast<std::int64_t>(row.key.purpose))
      .integer(row.key.budget.value)
      .integer(state_of(row))
      .integer(row.terms.value)
      .integer(row.key.version)
      .integer(row.key.created_at)
      .integer(row.key.expires_at)
      .take();
}

store::ContentContext key_context(RoomId room, const VirtualKey& key) {
  return {room, key.project, store::ContentType::terms, key.id.value, key.version};
}

std::string terms_text(const KeyTerms& terms) {
  JsonWriter out;
  out.begin_object().field("name", terms.name);
  write_rates(out, terms.rates);
  out.key("models").begin_array();
  for (ModelId model : terms.models) out.integer(model.value);
  out.end_array().end_object();
  return out.take();
}

Result<void> open_terms(Tx& tx, RoomId room, KeyRow& row) {
  auto text =
      TRY(store::open_name(tx, key_context(room, row.key), row.terms, store::Reason::manage));
  auto value = TRY(parse_json(text));
  row.key.terms = {};
  if (const auto* name = find_string(value, "name")) row.key.terms.name = view(*name);
  row.key.terms.rates = read_rates(value).value_or(Rates{});
  if (const auto* models = find_array(value, "models")) {
    for (const auto& model : *models) {
      row.key.terms.models.push_back(ModelId{as_int(model).value_or(0)});
    }
  }
  return {};
}

Result<void> insert_key(Tx& tx, RoomId room, const KeyRow& row) {
  auto mac = TRY(mac_of(tx, canonical(room, row)));
  TRY(
      tx.exec("INSERT INTO virtual_key (room, key_hash, virtual_key, project, purpose, budget,"
              " state, terms_ref, version, created_at, expires_at, mac)"
              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
              {room, Blob{row.hash}, row.key.id, row.key.project,
               static_cast<std::int64_t>(row.key.purpose), row.key.budget, state_of(row), row.terms,
               row.key.version, row.key.created_at, row.key.expires_at, Blob{mac}}));
  return {};
}

Result<void> update_key(Tx& tx, RoomId room, const KeyRow& row) {
  auto mac = TRY(mac_of(tx, canonical(room, row)));
  TRY(
      tx.exec("UPDATE virtual_key SET budget = $3, state = $4, terms_ref = $5, version = $6,"
              " mac = $7 WHERE room = $1 AND key_hash = $2",
              {room, Blob{row.hash}, row.key.budget, state_of(row), row.terms, row.key.version,
               Blob{mac}}));
  return {};
}

Result<KeyRow> lock_key(Tx& tx, RoomId room, ProjectId project, VirtualKeyId id) {
  auto row = TRY(tx.first({GH_KEY_SELECT " AND project = $2 AND virtual_key = $3",
                           GH_KEY_SELECT " AND project = $2 AND virtual_key = $3 FOR UPDATE"},
                          {room, project, id}, read_key));
  if (!row) return fail(Fault::not_found, "no-virtual-key", "There is no such key.");
  TRY(check_mac(tx, canonical(room, *row), row->mac));
  return *std::move(row);
}

Result<std::optional<KeyRow>> key_by_hash(Tx& tx, RoomId room, std::string_view hash) {
  auto row = TRY(tx.first(GH_KEY_SELECT " AND key_hash = $2", {room, Blob{hash}}, read_key));
  if (row) TRY(check_mac(tx, canonical(room, *row), row->mac));
  return row;
}

Result<std::vector<KeyRow>> key_rows(Tx& tx, RoomId room, ProjectId project, VirtualKeyId after,
                                     std::int64_t limit) {
  std::vector<KeyRow> rows;
  TRY(tx.query(GH_KEY_SELECT " AND project = $2 AND virtual_key > $3 ORDER BY virtual_key LIMIT $4",
               {room, project, after, limit}, [&](const Row& row) {
                 rows.push_back(read_key(row));
                 return true;
               }));
  for (const auto& row : rows) TRY(check_mac(tx, canonical(room, row), row.mac));
  return rows;
}

}  // namespace guildhall::gateway
