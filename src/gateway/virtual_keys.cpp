#include "gateway/virtual_keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "crypto/token.h"
#include "gateway/key_rows.h"
#include "gateway/terms.h"
#include "identity/people.h"

namespace guildhall::gateway {
namespace {

using store::Blob;
using store::Row;
using store::Tx;

constexpr std::string_view kPurposes[] = {"", "dialogue", "judge", "drafting"};

Result<void> check_key(Tx& tx, const Context& ctx, const VirtualKey& key) {
  auto bad = [](std::string what, std::string field) {
    return fail(Fault::invalid, "bad-virtual-key", std::move(what), std::move(field));
  };
  if (!is_name(key.terms.name)) return bad("A name of 1 to 128 bytes.", "/name");
  if (key.terms.models.empty() || key.terms.models.size() > kMaxKeyModels) {
    return bad(fmt::format("1 to {} models.", kMaxKeyModels), "/models");
  }
  for (ModelId model : key.terms.models) {
    auto found = model_of(tx, ctx, model);
    if (!found && found.error().type == "no-model") return bad("No such model.", "/models");
    TRY(std::move(found));
  }
  TRY(budget_of(tx, ctx, key.project, key.budget));
  return {};
}

Result<void> key_deed(Tx& tx, const Context& ctx, MemberId actor, std::int64_t deed,
                      std::string_view verb, const KeyRow& row) {
  auto hash = sha256_text(canonical(ctx.room, row));
  return store::record(tx, {ctx.room, row.key.project, deed, actor, verb, row.key.id.value,
                            row.key.version, 0, hash});
}

std::string hash_of(const Context& ctx, std::string_view secret) {
  return identity::keyed_hash(ctx.index_key, "virtual-key", secret);
}

std::unexpected<Error> bad_key() {
  return fail(Fault::unauthenticated, "bad-virtual-key", "This key is not, or no longer, valid.");
}

// The row's next version, with terms of its own.
Result<void> write_next(Tx& tx, const Context& ctx, KeyRow& row, ContentRef ref) {
  auto before = key_context(ctx.room, row.key);
  ContentRef old_ref = std::exchange(row.terms, ref);
  row.key.version += 1;
  TRY(put_terms(tx, key_context(ctx.room, row.key), ref, terms_text(row.key.terms)));
  TRY(store::drop_content(tx, before, old_ref));
  return update_key(tx, ctx.room, row);
}

}  // namespace

std::string_view word(Purpose purpose) { return kPurposes[static_cast<std::size_t>(purpose)]; }

std::optional<Purpose> purpose_of(std::string_view text) {
  for (Purpose purpose : {Purpose::dialogue, Purpose::judge, Purpose::drafting}) {
    if (word(purpose) == text) return purpose;
  }
  return std::nullopt;
}

Result<MadeKey> create_key(const Context& ctx, MemberId actor, ProjectId project,
                           const NewKey& wanted) {
  Secret secret = crypto::make_token(ctx.random);
  std::int64_t first = TRY(ctx.keys.take(3));
  auto key = TRY(ctx.db.write_as([&](Tx& tx) -> Result<VirtualKey> {
    auto count = TRY(tx.first("SELECT count(*) FROM virtual_key WHERE room = $1 AND project = $2",
                              {ctx.room, project}, [](const Row& row) { return row.integer(0); }));
    if (count.value_or(0) >= static_cast<std::int64_t>(kMaxVirtualKeys)) {
      return fail(Fault::conflict, "too-many-virtual-keys",
                  fmt::format("At most {}.", kMaxVirtualKeys));
    }
    if (wanted.expires_at != 0 && wanted.expires_at <= tx.now()) {
      return fail(Fault::invalid, "bad-expiry", "This time is over already.", "/expires_at");
    }
    KeyRow row{{VirtualKeyId{first}, project, wanted.purpose, wanted.budget, false, 1, tx.now(),
                wanted.expires_at, wanted.terms},
               hash_of(ctx, secret.expose()),
               ContentRef{first + 1},
               {}};
    TRY(check_key(tx, ctx, row.key));
    TRY(put_terms(tx, key_context(ctx.room, row.key), row.terms, terms_text(row.key.terms)));
    TRY(insert_key(tx, ctx.room, row));
    TRY(key_deed(tx, ctx, actor, first + 2, "virtual_key.create", row));
    return row.key;
  }));
  return MadeKey{std::move(key), std::move(secret)};
}

Result<VirtualKey> change_key(const Context& ctx, MemberId actor, ProjectId project,
                              VirtualKeyId id, const KeyChange& change) {
  std::int64_t first = TRY(ctx.keys.take(2));
  return ctx.db.write_as([&](Tx& tx) -> Result<VirtualKey> {
    auto row = TRY(lock_key(tx, ctx.room, project, id));
    TRY(open_terms(tx, ctx.room, row));
    if (row.key.revoked) return fail(Fault::conflict, "key-revoked", "This key is revoked.");
    row.key.terms.name = change.name.value_or(row.key.terms.name);
    row.key.terms.models = change.models.value_or(row.key.terms.models);
    row.key.terms.rates = change.rates.value_or(row.key.terms.rates);
    row.key.budget = change.budget.value_or(row.key.budget);
    TRY(check_key(tx, ctx, row.key));
    TRY(write_next(tx, ctx, row, ContentRef{first}));
    TRY(key_deed(tx, ctx, actor, first + 1, "virtual_key.change", row));
    return row.key;
  });
}

Result<void> revoke_key(const Context& ctx, MemberId actor, ProjectId project, VirtualKeyId id) {
  std::int64_t first = TRY(ctx.keys.take(2));
  return ctx.db.write([&](Tx& tx) -> Result<void> {
    auto row = TRY(lock_key(tx, ctx.room, project, id));
    TRY(open_terms(tx, ctx.room, row));
    if (row.key.revoked) return {};
    row.key.revoked = true;
    TRY(write_next(tx, ctx, row, ContentRef{first}));
    return key_deed(tx, ctx, actor, first + 1, "virtual_key.revoke", row);
  });
}

Result<std::vector<VirtualKey>> list_keys(Tx& tx, const Context& ctx, ProjectId project,
                                          VirtualKeyId after, std::int64_t limit) {
  std::vector<VirtualKey> out;
  for (auto& row : TRY(key_rows(tx, ctx.room, project, after, limit))) {
    TRY(open_terms(tx, ctx.room, row));
    out.push_back(std::move(row.key));
  }
  return out;
}

Result<VirtualKey> key_of(Tx& tx, const Context& ctx, ProjectId project, VirtualKeyId id) {
  auto rows = TRY(key_rows(tx, ctx.room, project, VirtualKeyId{id.value - 1}, 1));
  if (rows.empty() || rows.front().key.id != id) {
    return fail(Fault::not_found, "no-virtual-key", "There is no such key.");
  }
  TRY(open_terms(tx, ctx.room, rows.front()));
  return std::move(rows.front().key);
}

namespace {

// The row of a key that may be used now, without its terms.
Result<KeyRow> usable_row(Tx& tx, const Context& ctx, std::string_view secret) {
  if (!crypto::token_shape_ok(secret)) return bad_key();
  auto row = TRY(key_by_hash(tx, ctx.room, hash_of(ctx, secret)));
  if (!row || row->key.revoked) return bad_key();
  if (row->key.expires_at != 0 && row->key.expires_at <= tx.now()) return bad_key();
  return std::move(*row);
}

Result<KeyRow> usable_key(Tx& tx, const Context& ctx, std::string_view secret) {
  auto row = TRY(usable_row(tx, ctx, secret));
  TRY(open_terms(tx, ctx.room, row));
  return row;
}

}  // namespace

Result<Access> open_access(Tx& tx, const Context& ctx, std::string_view secret,
                           std::string_view model) {
  auto row = TRY(usable_key(tx, ctx, secret));
  auto found = TRY(find_model(tx, ctx, model));
  if (!found || std::ranges::find(row.key.terms.models, found->id) == row.key.terms.models.end()) {
    return fail(Fault::not_found, "no-model", "This key has no model of this name.", "/model");
  }
  auto budget = TRY(budget_of(tx, ctx, row.key.project, row.key.budget));
  return Access{std::move(row.key), std::move(budget), *std::move(found)};
}

Result<void> check_secret(Tx& tx, const Context& ctx, std::string_view secret) {
  TRY(usable_row(tx, ctx, secret));
  return {};
}

Result<std::vector<Model>> models_of_secret(Tx& tx, const Context& ctx, std::string_view secret) {
  auto row = TRY(usable_key(tx, ctx, secret));
  return models_of(tx, ctx, row.key);
}

Result<std::vector<Model>> models_of(Tx& tx, const Context& ctx, const VirtualKey& key) {
  auto all = TRY(list_models(tx, ctx));
  std::erase_if(all, [&](const Model& model) {
    return std::ranges::find(key.terms.models, model.id) == key.terms.models.end();
  });
  return all;
}

}  // namespace guildhall::gateway
