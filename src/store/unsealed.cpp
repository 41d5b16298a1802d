#include "store/unsealed.h"

#include <utility>

#include "base/limits.h"
#include "store/content.h"
#include "store/deed.h"
#include "store/reindex.h"

namespace guildhall::store {
namespace {

constexpr ContentRef kMark{0};  // before every inner key
constexpr std::string_view kMarkBody("\1\1", 2);

// What rows point to, and as what it is opened: the same words as in the modules that own the
// tables. Where several rows point to one object (a review's task to its parent's data), all mean
// the same context.
#define GH_POINTS "UPDATE content_unsealed SET type = "
#define GH_OF(table) \
  " FROM " table " t WHERE t.room = content_unsealed.room AND content_unsealed.room = $1 AND "
#define GH_ROOM "content_unsealed.project = 0 AND content_unsealed.ref = t."
#define GH_PROJECT "content_unsealed.project = t.project AND content_unsealed.ref = t."
constexpr Sql kPointers[] = {
    GH_POINTS "14, object = t.reply_ref, version = 1" GH_OF("idempotency") GH_ROOM "reply_ref",
    GH_POINTS "10, object = t.vendor, version = 1" GH_OF("vendor") GH_ROOM "name_ref",
    GH_POINTS "11, object = t.member, version = t.version" GH_OF("member") GH_ROOM "profile_ref",
    GH_POINTS "12, object = t.member, version = 1" GH_OF("credential") GH_ROOM "secret_ref",
    GH_POINTS "10, object = t.token, version = 1" GH_OF("token") GH_ROOM "name_ref",
    GH_POINTS "10, object = t.grp, version = 1" GH_OF("project_group") GH_PROJECT "name_ref",
    GH_POINTS "6, object = t.project, version = 1" GH_OF("project") GH_PROJECT "title_ref",
    GH_POINTS
    "CASE t.kind WHEN 'template' THEN 9 WHEN 'settings' THEN 8 ELSE 7 END,"
    " object = t.project, version = t.version" GH_OF("project_version") GH_PROJECT "ref",
    GH_POINTS "10, object = t.batch, version = t.name_ref" GH_OF("batch") GH_PROJECT "name_ref",
    GH_POINTS
    "1, object = CASE WHEN t.parent > 0 THEN t.parent ELSE t.task END,"
    " version = t.data_ref" GH_OF("task") GH_PROJECT "data_ref",
    GH_POINTS "3, object = t.task, version = t.gold_ref" GH_OF("task") GH_PROJECT "gold_ref",
    GH_POINTS "2, object = t.task, version = t.extra_ref" GH_OF("task") GH_PROJECT "extra_ref",
    // What an assignment pinned, where its task has been amended since.
    GH_POINTS
    "1, object = CASE WHEN o.parent > 0 THEN o.parent ELSE o.task END,"
    " version = t.data_ref FROM assignment t, task o WHERE o.room = t.room AND"
    " o.project = t.project AND o.task = t.task AND t.room = content_unsealed.room AND"
    " content_unsealed.room = $1 AND " GH_PROJECT "data_ref",
    GH_POINTS "5, object = t.assignment, version = 1" GH_OF("assignment") GH_PROJECT "draft_ref",
    // What was skipped has its reason there.
    GH_POINTS "13, object = t.assignment, version = 1" GH_OF("assignment") GH_PROJECT "answers_ref",
    GH_POINTS "4, object = t.assignment, version = t.answers_ref" GH_OF("revision") GH_PROJECT
    "answers_ref",
    GH_POINTS "13, object = t.review, version = 1" GH_OF("review") GH_PROJECT "reason_ref",
    GH_POINTS "13, object = t.look, version = 1" GH_OF("second_look") GH_PROJECT "reason_ref",
    GH_POINTS "15, object = t.delivery, version = 1" GH_OF("delivery") GH_PROJECT "filter_ref",
    GH_POINTS "16, object = t.delivery, version = 1" GH_OF("delivery") GH_PROJECT "manifest_ref",
    GH_POINTS "17, object = t.file, version = 1" GH_OF("file") GH_PROJECT "meta_ref",
    GH_POINTS "18, object = t.text_ref, version = 1" GH_OF("note") GH_PROJECT "text_ref",
    GH_POINTS "21, object = t.model, version = t.version" GH_OF("model") GH_ROOM "about_ref",
    GH_POINTS "22, object = t.budget, version = t.version" GH_OF("budget") GH_PROJECT "terms_ref",
    GH_POINTS "22, object = t.virtual_key, version = t.version" GH_OF("virtual_key") GH_PROJECT
    "terms_ref",
    GH_POINTS "22, object = t.webhook, version = 1" GH_OF("webhook") GH_PROJECT "terms_ref",
    GH_POINTS "23, object = t.exchange, version = content_unsealed.ref - t.body_ref + 1" GH_OF(
        "exchange") "content_unsealed.project = t.project AND t.body_ref > 0 AND"
    " content_unsealed.ref >= t.body_ref AND content_unsealed.ref < t.body_ref + t.parts",
    GH_POINTS "24, object = t.node, version = 1" GH_OF("dialogue_node") GH_PROJECT "content_ref",
    GH_POINTS "25, object = t.work, version = t.version" GH_OF("model_work") GH_PROJECT "about_ref",
    GH_POINTS "26, object = t.task, version = t.answer_ref" GH_OF("model_answer") GH_PROJECT
    "answer_ref",
    GH_POINTS "27, object = t.proposal, version = 1" GH_OF("proposal") GH_PROJECT "body_ref",
    GH_POINTS "18, object = t.text_ref, version = 1" GH_OF("note_reply") GH_PROJECT "text_ref",
};
// What nothing points to any more is sealed as belonging to nothing.
constexpr Sql kLoose =
    "UPDATE content_unsealed SET type = 2, object = 0, version = ref WHERE room = $1 AND type = 0";

Result<std::int64_t> count_of(Tx& tx, Sql sql, RoomId room) {
  auto found = TRY(tx.first(sql, {room}, [](const Row& row) { return row.integer(0); }));
  return found.value_or(0);
}

Result<void> make_list(Tx& tx) {
  TRY(tx.exec({"SELECT 1", "SET LOCAL statement_timeout = 0"}, {}));
  TRY(
      tx.exec("CREATE TABLE IF NOT EXISTS content_unsealed (room BIGINT NOT NULL,"
              " project BIGINT NOT NULL, ref BIGINT NOT NULL, type BIGINT NOT NULL,"
              " object BIGINT NOT NULL, version BIGINT NOT NULL, PRIMARY KEY (room, project, ref))",
              {}));
  return {};
}

// Gives each listed body the context that it is opened in.
Result<void> give_contexts(Tx& tx, RoomId room) {
  for (const auto& sql : kPointers) TRY(tx.exec(sql, {room}));
  TRY(tx.exec(kLoose, {room}));
  return {};
}

// The text in a plain body.
Result<std::string_view> plain_of(std::string_view body) {
  body.remove_prefix(1);  // the format: the query asked for it
  while (!body.empty() && (static_cast<unsigned char>(body.front()) & 0x80) != 0) {
    body.remove_prefix(1);
  }
  if (!body.empty()) return body.substr(1);
  return fail(Fault::internal, "bad-content", "Stored content has an unknown format.");
}

struct Waiting {
  ContentContext context;
  ContentRef ref;
  std::string body;
};

ContentContext read_context(RoomId room, const Row& row) {
  return {room, row.id<ProjectId>(0), static_cast<ContentType>(row.integer(2)), row.integer(3),
          row.integer(4)};
}

// The next bodies of about kUpkeepBytes.
Result<std::vector<Waiting>> next_of(Database& database, RoomId room, const SealPlace& place) {
  return database.read_as([&](Tx& tx) -> Result<std::vector<Waiting>> {
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
    TRY(
        tx.query("SELECT length(c.body) FROM content_unsealed u JOIN content c ON c.room = u.room"
                 " AND c.project = u.project AND c.ref = u.ref WHERE u.room = $1 AND"
                 " (u.project, u.ref) > ($2, $3) ORDER BY u.project, u.ref LIMIT $4",
                 {room, place.project, place.ref, kUpkeepRows}, [&](const Row& row) {
                   bytes += row.integer(0);
                   bool fits = rows == 0 || bytes <= static_cast<std::int64_t>(kUpkeepBytes);
                   rows += fits ? 1 : 0;
                   return fits;
                 }));
    std::vector<Waiting> out;
    TRY(
        tx.query("SELECT u.project, u.ref, u.type, u.object, u.version, c.body"
                 " FROM content_unsealed u JOIN content c ON c.room = u.room"
                 " AND c.project = u.project AND c.ref = u.ref WHERE u.room = $1 AND"
                 " (u.project, u.ref) > ($2, $3) ORDER BY u.project, u.ref LIMIT $4",
                 {room, place.project, place.ref, rows}, [&](const Row& row) {
                   out.push_back(
                       {read_context(room, row), row.id<ContentRef>(1), std::string(row.bytes(5))});
                   return true;
                 }));
    return out;
  });
}

// Only what is plain still: whoever seals the same room beside us has done it as well.
Result<void> replace(Tx& tx, const std::vector<std::vector<Param>>& rows) {
  TRY(tx.exec_many(
      {"UPDATE content SET body = $4 WHERE room = $1 AND project = $2 AND ref = $3"
       " AND substr(body, 1, 1) = x'01'",
       "UPDATE content c SET body = v.body FROM unnest($1::bigint[], $2::bigint[], $3::bigint[],"
       " $4::bytea[]) v(room, project, ref, body) WHERE c.room = v.room AND c.project = v.project"
       " AND c.ref = v.ref AND substring(c.body FROM 1 FOR 1) = '\\x01'::bytea"},
      rows));
  return {};
}

}  // namespace

Result<std::int64_t> begin_sealing(Database& database, RoomId room) {
  if (refuse_unsealed(database, room)) return 0;
  return database.write_as([&](Tx& tx) -> Result<std::int64_t> {
    auto marked =
        TRY(tx.exec("INSERT INTO content (room, project, ref, body) VALUES ($1, 0, $2, $3)"
                    " ON CONFLICT DO NOTHING",
                    {room, kMark, Blob{kMarkBody}}));
    TRY(make_list(tx));
    if (marked > 0) TRY(blind_indexes(tx, room));
    constexpr Sql kCount = "SELECT count(*) FROM content_unsealed WHERE room = $1";
    if (auto left = TRY(count_of(tx, kCount, room)); left > 0) return left;
    TRY(tx.exec({"INSERT INTO content_unsealed SELECT room, project, ref, 0, 0, 0 FROM content"
                 " WHERE room = $1 AND ref <> $2 AND substr(body, 1, 1) = x'01'",
                 "INSERT INTO content_unsealed SELECT room, project, ref, 0, 0, 0 FROM content"
                 " WHERE room = $1 AND ref <> $2 AND"
                 " substring(body FROM 1 FOR 1) = '\\x01'::bytea"},
                {room, kMark}));
    TRY(give_contexts(tx, room));
    return count_of(tx, kCount, room);
  });
}

Result<std::int64_t> seal_some(Database& database, RoomId room, SealPlace& place) {
  auto waiting = TRY(next_of(database, room, place));
  std::vector<ToSeal> items;
  for (const auto& one : waiting) items.push_back({ one.context, TRY(plain_of(one.body)) });
  Sealer* sealer = nullptr;
  TRY(database.read([&](Tx& tx) -> Result<void> {
    sealer = &tx.sealer();
    return {};
  }));
  auto sealed = TRY(seal_all(*sealer, items));
  std::vector<std::vector<Param>> rows;
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    rows.push_back({room, waiting[i].context.project, waiting[i].ref, Blob{sealed[i].bytes()}});
  }
  SealPlace next = place;
  if (!waiting.empty()) next = {waiting.back().context.project, waiting.back().ref};
  TRY(database.write([&](Tx& tx) -> Result<void> {
    TRY(replace(tx, rows));
    if (rows.empty()) {  // also what is gone from the content
      TRY(tx.exec("DELETE FROM content_unsealed WHERE room = $1", {room}));
      return {};
    }
    TRY(
        tx.exec("DELETE FROM content_unsealed WHERE room = $1 AND (project, ref) > ($2, $3) AND"
                " (project, ref) <= ($4, $5)",
                {room, place.project, place.ref, next.project, next.ref}));
    return {};
  }));
  place = next;
  return static_cast<std::int64_t>(rows.size());
}

Result<void> end_sealing(Database& database, RoomId room, std::int64_t deed) {
  if (TRY(begin_sealing(database, room)) > 0) {
    return fail(Fault::conflict, "unsealed-room", "Something was written while it was sealed.");
  }
  return database.write([&](Tx& tx) -> Result<void> {
    TRY(tx.exec("DROP TABLE IF EXISTS content_unsealed", {}));
    TRY(tx.exec("DELETE FROM content WHERE room = $1 AND project = 0 AND ref = $2", {room, kMark}));
    return record(tx, {.room = room, .deed = deed, .verb = "room.seal"});
  });
}

Result<std::vector<Catalogued>> catalogue(Database& database, RoomId room) {
  return database.write_as([&](Tx& tx) -> Result<std::vector<Catalogued>> {
    TRY(make_list(tx));
    TRY(
        tx.exec("INSERT INTO content_unsealed SELECT room, project, ref, 0, 0, 0 FROM content"
                " WHERE room = $1",
                {room}));
    TRY(give_contexts(tx, room));
    std::vector<Catalogued> out;
    TRY(
        tx.query("SELECT project, ref, type, object, version FROM content_unsealed WHERE room = $1"
                 " ORDER BY project, ref",
                 {room}, [&](const Row& row) {
                   out.push_back({read_context(room, row), row.id<ContentRef>(1)});
                   return true;
                 }));
    TRY(tx.exec("DROP TABLE content_unsealed", {}));
    return out;
  });
}

}  // namespace guildhall::store
