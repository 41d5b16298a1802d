#include "gateway/models.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "gateway/terms.h"
#include "identity/people.h"

namespace guildhall::gateway {
namespace {

using store::Blob;
using store::Row;
using store::Tx;

struct ModelRow {
  ModelId id;
  ContentRef terms;
  std::int64_t version = 1;
  TimeMs created_at = 0;
};

#define GH_MODEL_SELECT "SELECT model, about_ref, version, created_at FROM model WHERE room = $1"

ModelRow read_model(const Row& row) {
  return {row.id<ModelId>(0), row.id<ContentRef>(1), row.integer(2), row.integer(3)};
}

store::ContentContext model_context(const Context& ctx, const ModelRow& row) {
  return {ctx.room, {}, store::ContentType::model, row.id.value, row.version};
}

Result<Model> open_model(Tx& tx, const Context& ctx, const ModelRow& row) {
  auto text = TRY(store::open_name(tx, model_context(ctx, row), row.terms, store::Reason::manage));
  auto terms = TRY(read_model_terms(TRY(parse_json(text))));
  return Model{row.id, row.version, row.created_at, std::move(terms)};
}

Result<ModelRow> lock_model(Tx& tx, const Context& ctx, ModelId id) {
  auto row = TRY(
      tx.first({GH_MODEL_SELECT " AND model = $2", GH_MODEL_SELECT " AND model = $2 FOR UPDATE"},
               {ctx.room, id}, read_model));
  if (row) return *row;
  return fail(Fault::not_found, "no-model", "There is no such model.");
}

Result<std::string> name_index(Tx& tx, const Context& ctx, std::string_view name) {
  return identity::blind_index(tx, ctx.index_key, "model", name);
}

template <class T>
Result<T> name_taken(Result<T> written) {
  if (written || written.error().type != "already-exists") return written;
  return fail(Fault::conflict, "model-exists", "There is a model of this name.", "/name");
}

}  // namespace

Result<Model> create_model(const Context& ctx, MemberId actor, const ModelTerms& terms) {
  TRY(read_model_terms(TRY(parse_json(to_text(terms)))));
  std::int64_t first = TRY(ctx.keys.take(3));
  return name_taken(ctx.db.write_as([&](Tx& tx) -> Result<Model> {
    auto count = TRY(tx.first("SELECT count(*) FROM model WHERE room = $1", {ctx.room},
                              [](const Row& row) { return row.integer(0); }));
    if (count.value_or(0) >= static_cast<std::int64_t>(kMaxModels)) {
      return fail(Fault::conflict, "too-many-models", fmt::format("At most {}.", kMaxModels));
    }
    ModelRow row{ModelId{first}, ContentRef{first + 1}, 1, tx.now()};
    auto name_hash = TRY(name_index(tx, ctx, terms.name));
    auto hash = TRY(put_terms(tx, model_context(ctx, row), row.terms, to_text(terms)));
    TRY(
        tx.exec("INSERT INTO model (room, model, name_hash, about_ref, version, created_at)"
                " VALUES ($1, $2, $3, $4, 1, $5)",
                {ctx.room, row.id, Blob{name_hash}, row.terms, row.created_at}));
    TRY(store::record(tx, {ctx.room, {}, first + 2, actor, "model.create", first, 1, 0, hash}));
    return Model{row.id, 1, row.created_at, terms};
  }));
}

Result<Model> change_model(const Context& ctx, MemberId actor, ModelId id,
                           const json::object& changes) {
  std::int64_t first = TRY(ctx.keys.take(2));
  return name_taken(ctx.db.write_as([&](Tx& tx) -> Result<Model> {
    auto before = TRY(lock_model(tx, ctx, id));
    auto terms = TRY(patch(TRY(open_model(tx, ctx, before)).terms, changes));
    ModelRow row{id, ContentRef{first}, before.version + 1, before.created_at};
    auto name_hash = TRY(name_index(tx, ctx, terms.name));
    TRY(
        tx.exec("UPDATE model SET name_hash = $3, about_ref = $4, version = $5"
                " WHERE room = $1 AND model = $2",
                {ctx.room, id, Blob{name_hash}, row.terms, row.version}));
    auto hash = TRY(put_terms(tx, model_context(ctx, row), row.terms, to_text(terms)));
    TRY(store::drop_content(tx, model_context(ctx, before), before.terms));
    TRY(store::record(
        tx, {ctx.room, {}, first + 1, actor, "model.change", id.value, row.version, 0, hash}));
    return Model{id, row.version, row.created_at, std::move(terms)};
  }));
}

Result<void> remove_model(const Context& ctx, MemberId actor, ModelId id) {
  std::int64_t deed = TRY(ctx.keys.next());
  return ctx.db.write([&](Tx& tx) -> Result<void> {
    auto row = TRY(lock_model(tx, ctx, id));
    TRY(tx.exec("DELETE FROM model WHERE room = $1 AND model = $2", {ctx.room, id}));
    TRY(store::drop_content(tx, model_context(ctx, row), row.terms));
    return store::record(tx, {ctx.room, {}, deed, actor, "model.remove", id.value, row.version});
  });
}

Result<std::vector<Model>> list_models(Tx& tx, const Context& ctx) {
  std::vector<ModelRow> rows;
  TRY(tx.query(GH_MODEL_SELECT " ORDER BY model", {ctx.room}, [&](const Row& row) {
    rows.push_back(read_model(row));
    return true;
  }));
  std::vector<Model> out;
  for (const auto& row : rows) out.push_back(TRY(open_model(tx, ctx, row)));
  std::ranges::sort(out, {}, [](const Model& model) { return model.terms.name; });
  return out;
}

Result<std::optional<Model>> find_model(Tx& tx, const Context& ctx, std::string_view name) {
  auto hash = TRY(name_index(tx, ctx, name));
  auto row =
      TRY(tx.first(GH_MODEL_SELECT " AND name_hash = $2", {ctx.room, Blob{hash}}, read_model));
  if (!row) return std::optional<Model>();
  return std::optional(TRY(open_model(tx, ctx, *row)));
}

Result<Model> model_of(Tx& tx, const Context& ctx, ModelId id) {
  auto row = TRY(tx.first(GH_MODEL_SELECT " AND model = $2", {ctx.room, id}, read_model));
  if (!row) return fail(Fault::not_found, "no-model", "There is no such model.");
  return open_model(tx, ctx, *row);
}

}  // namespace guildhall::gateway
