#include "store/content.h"

#include "base/limits.h"

namespace guildhall::store {
namespace {

Result<void> check_size(std::size_t bytes) {
  if (bytes <= kMaxContent) return {};
  return fail(Fault::too_large, "content-too-large", "A stored object may not exceed 16 MiB.");
}

Result<std::string> read_body(Tx& tx, const ContentContext& context, ContentRef ref) {
  auto body = TRY(tx.first("SELECT body FROM content WHERE room = $1 AND project = $2 AND ref = $3",
                           {context.room, context.project, ref},
                           [](const Row& row) { return std::string(row.bytes(0)); }));
  if (!body) return fail(Fault::internal, "content-missing", "Stored content is missing.");
  return *std::move(body);
}

bool is_damage(const Error& error) {
  return error.type == "seal-broken" || error.type == "bad-content" ||
         error.type == "content-missing";
}

}  // namespace

Result<void> put_content(Tx& tx, const ContentContext& context, ContentRef ref,
                         const Sealed& sealed) {
  return tx.put("INSERT INTO content (room, project, ref, body) VALUES ($1, $2, $3, $4)",
                {context.room, context.project, ref, Blob{sealed.bytes()}});
}

Result<void> put_content(Tx& tx, const ContentContext& context, ContentRef ref,
                         const Plaintext& plain) {
  TRY(check_size(plain.size()));
  return put_content(tx, context, ref, TRY(tx.sealer().seal(context, plain.expose())));
}

Result<void> replace_content(Tx& tx, const ContentContext& context, ContentRef ref,
                             const Sealed& sealed) {
  TRY(tx.exec("UPDATE content SET body = $4 WHERE room = $1 AND project = $2 AND ref = $3",
              {context.room, context.project, ref, Blob{sealed.bytes()}}));
  return {};
}

Result<Plaintext> open_content(Tx& tx, const ContentContext& context, ContentRef ref,
                               const Opening& why) {
  auto body = TRY(read_body(tx, context, ref));
  return tx.sealer().open(context, body, why);
}

Result<std::string> open_name(Tx& tx, const ContentContext& context, ContentRef ref,
                              const Opening& why) {
  if (auto kept = tx.sealer().kept_name(context.project, ref)) return *std::move(kept);
  auto since = tx.sealer().forgettings();
  auto plain = TRY(open_content(tx, context, ref, why));
  tx.sealer().keep_name(context.project, ref, plain.expose(), since);
  return std::string(plain.expose());
}

Result<void> put_name(Tx& tx, const ContentContext& context, ContentRef ref,
                      std::string_view name) {
  auto since = tx.sealer().forgettings();
  TRY(put_content(tx, context, ref, TRY(tx.sealer().seal(context, name))));
  tx.sealer().keep_name(context.project, ref, name, since);
  return {};
}

Result<std::vector<Plaintext>> open_contents(Tx& tx, std::span<const Wanted> wanted,
                                             const Opening& why) {
  std::vector<std::string> bodies;
  bodies.reserve(wanted.size());
  std::vector<ToOpen> items;
  for (const auto& one : wanted) {
    bodies.push_back(TRY(read_body(tx, one.context, one.ref)));
    items.push_back({one.context, bodies.back()});
  }
  return open_all(tx.sealer(), items, why);
}

Result<std::vector<std::optional<Plaintext>>> open_sound(Tx& tx, std::span<const Wanted> wanted,
                                                         const Opening& why) {
  std::vector<std::optional<Plaintext>> out;
  if (auto all = open_contents(tx, wanted, why)) {
    for (auto& one : *all) out.emplace_back(std::move(one));
    return out;
  } else if (!is_damage(all.error())) {
    return std::unexpected(all.error());
  }
  // Somewhere among them: by halves, so that one of many costs few calls.
  if (wanted.size() == 1) {
    out.emplace_back();
    return out;
  }
  for (auto half : {wanted.first(wanted.size() / 2), wanted.subspan(wanted.size() / 2)}) {
    for (auto& one : TRY(open_sound(tx, half, why))) out.push_back(std::move(one));
  }
  return out;
}

// The oldest body tells: a room is sealed from its first object on, or has a mark (unsealed.h).
Result<void> refuse_unsealed(Database& database, RoomId room) {
  return database.read([&](Tx& tx) -> Result<void> {
    auto sealed =
        TRY(tx.first("SELECT body FROM content WHERE room = $1 ORDER BY project, ref LIMIT 1",
                     {room}, [](const Row& row) { return Sealer::is_sealed(row.bytes(0)); }));
    if (sealed.value_or(true)) return {};
    return fail(
        Fault::conflict, "unsealed-room",
        "This room was made by a version that did not seal: `guildhall room seal DIR` seals it.");
  });
}

Result<void> drop_content(Tx& tx, const ContentContext& context, ContentRef ref) {
  TRY(tx.exec("DELETE FROM content WHERE room = $1 AND project = $2 AND ref = $3",
              {context.room, context.project, ref}));
  return {};
}

}  // namespace guildhall::store
