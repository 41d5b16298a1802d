#include "work/guidelines.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "store/deed.h"
#include "work/project.h"
#include "work/versions.h"

namespace guildhall::work {
namespace {

using store::Tx;

Result<Guidelines> read_guidelines(std::string_view body) {
  auto value = TRY(parse_json(body));
  Guidelines guidelines;
  if (const auto* text = find_string(value, "markdown")) guidelines.markdown = view(*text);
  if (const auto* note = find_string(value, "note")) guidelines.note = view(*note);
  const auto* must_read = find(value, "must_read");
  guidelines.must_read = must_read && must_read->is_bool() && must_read->as_bool();
  return guidelines;
}

Error no_version() { return {Fault::not_found, "no-version", "There is no such version.", {}}; }

}  // namespace

Result<void> check_guidelines(std::string_view markdown) {
  if (markdown.size() > kMaxGuidelinesBytes) {
    return fail(Fault::too_large, "guidelines-too-large",
                fmt::format("Guidelines may have {} bytes.", kMaxGuidelinesBytes), "/markdown");
  }
  return {};
}

std::string guidelines_body(const Guidelines& guidelines) {
  JsonWriter out;
  out.begin_object().field("markdown", guidelines.markdown).field("note", guidelines.note);
  out.field("must_read", guidelines.must_read).end_object();
  return out.take();
}

Result<Guidelines> add_guidelines(const Context& ctx, const Actor& actor, ProjectId id,
                                  Guidelines draft) {
  TRY(check_guidelines(draft.markdown));
  std::int64_t first = TRY(ctx.keys.take(2));
  return ctx.db.write_as([&](Tx& tx) -> Result<Guidelines> {
    // The version is counted up in place, so that two writers at once get two versions.
    auto version =
        TRY(tx.first("UPDATE project SET guidelines_version = guidelines_version + 1,"
                     " guidelines_must = CASE WHEN $3 = 1 THEN guidelines_version + 1"
                     " ELSE guidelines_must END"
                     " WHERE room = $1 AND project = $2 RETURNING guidelines_version",
                     {ctx.room, id, draft.must_read ? 1 : 0},
                     [](const store::Row& row) { return row.integer(0); }));
    if (!version) return fail(Fault::not_found, "no-project", "There is no such project.");
    TRY(put_version(tx, ctx.room,
                    {id, kGuidelinesVersion, *version, ContentRef{first}, actor.member},
                    guidelines_body(draft)));
    TRY(store::record(
        tx, {ctx.room, id, first + 1, actor.member, "guidelines.add", id.value, *version}));
    auto added = draft;
    added.version = *version;
    added.created_at = tx.now();
    return added;
  });
}

Result<Guidelines> find_guidelines(Tx& tx, const Context& ctx, ProjectId id, std::int64_t version) {
  if (version == 0) version = TRY(ctx.projects.find(tx, id))
  .guidelines_version;
  auto at =
      TRY(tx.first("SELECT created_at FROM project_version WHERE room = $1 AND project = $2"
                   " AND kind = $3 AND version = $4",
                   {ctx.room, id, kGuidelinesVersion.name, version},
                   [](const store::Row& row) { return row.integer(0); }));
  auto body = TRY(open_version(tx, ctx.room, id, kGuidelinesVersion, version));
  auto guidelines = TRY(read_guidelines(body));
  guidelines.version = version;
  guidelines.created_at = at.value_or(0);
  return guidelines;
}

Result<std::vector<Guidelines>> list_guidelines(Tx& tx, const Context& ctx, ProjectId id) {
  auto newest = TRY(ctx.projects.find(tx, id))
  .guidelines_version;
  std::vector<Guidelines> all;
  for (std::int64_t version = newest; version > 0; --version) {
    all.push_back(TRY(find_guidelines(tx, ctx, id, version)));
  }
  return all;
}

Result<void> see_guidelines(const Context& ctx, const Actor& actor, ProjectId id,
                            std::int64_t version) {
  std::int64_t deed = TRY(ctx.keys.next());
  return ctx.db.write([&](Tx& tx) -> Result<void> {
    if (version < 1 || version > TRY(ctx.projects.find(tx, id)).guidelines_version) {
      return std::unexpected(no_version());
    }
    auto changed =
        TRY(tx.exec("INSERT INTO guidelines_seen (room, project, member, version, seen_at)"
                    " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (room, project, member)"
                    " DO UPDATE SET version = excluded.version, seen_at = excluded.seen_at"
                    " WHERE guidelines_seen.version < excluded.version",
                    {ctx.room, id, actor.member, version, tx.now()}));
    if (changed == 0) return {};
    return store::record(tx,
                         {ctx.room, id, deed, actor.member, "guidelines.see", id.value, version});
  });
}

Tx::Query guidelines_seen(const Context& ctx, ProjectId id, MemberId member, std::int64_t& into) {
  return {"SELECT version FROM guidelines_seen WHERE room = $1 AND project = $2 AND member = $3",
          {ctx.room, id, member},
          [&into](const store::Row& row) {
            into = row.integer(0);
            return false;
          }};
}

}  // namespace guildhall::work
