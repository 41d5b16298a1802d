#include "store/reindex.h"

#include <string>
#include <vector>

#include "base/limits.h"

namespace guildhall::store {
namespace {

struct Entry {
  ProjectId project;
  std::string hash;
  std::int64_t object = 0;
};

Result<std::vector<Entry>> blinded(Tx& tx, std::string_view sort, std::vector<Entry> entries) {
  std::vector<ToFind> items;
  for (const auto& entry : entries) items.push_back({entry.project, sort, entry.hash});
  auto found = TRY(find_all(tx.sealer(), items));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i].hash = found[i].substr(0, entries[i].hash.size());
  }
  return entries;
}

// Of a table that has few rows: people, vendors.
Result<void> blind_few(Tx& tx, RoomId room, std::string_view sort, Sql list, Sql put) {
  std::vector<Entry> entries;
  TRY(tx.query(list, {room}, [&](const Row& row) {
    entries.push_back({{}, std::string(row.bytes(1)), row.integer(0)});
    return true;
  }));
  for (const auto& entry : TRY(blinded(tx, sort, std::move(entries)))) {
    TRY(tx.exec(put, {room, entry.object, Blob{entry.hash}}));
  }
  return {};
}

// The next keys after `place`, in their order.
Result<std::vector<Entry>> some_keys(Tx& tx, RoomId room, const Entry& place) {
  std::vector<Entry> out;
  TRY(
      tx.query("SELECT project, key_hash, task FROM task_key WHERE room = $1 AND"
               " (project, key_hash) > ($2, $3) ORDER BY project, key_hash LIMIT $4",
               {room, place.project, Blob{place.hash}, kUpkeepRows}, [&](const Row& row) {
                 out.push_back({row.id<ProjectId>(0), std::string(row.bytes(1)), row.integer(2)});
                 return true;
               }));
  return out;
}

Result<void> blind_task_keys(Tx& tx, RoomId room) {
  TRY(tx.exec({"CREATE TABLE task_key_blind (project BIGINT, key_hash BLOB, task BIGINT)",
               "CREATE TABLE task_key_blind (project BIGINT, key_hash BYTEA, task BIGINT)"},
              {}));
  Entry place{ProjectId{-1}, {}, 0};
  for (auto some = TRY(some_keys(tx, room, place)); !some.empty();
       some = TRY(some_keys(tx, room, place))) {
    place = some.back();
    std::vector<std::vector<Param>> rows;
    auto blind = TRY(blinded(tx, "task-key", std::move(some)));
    for (const auto& entry : blind) rows.push_back({entry.project, Blob{entry.hash}, entry.object});
    TRY(tx.exec_many({"INSERT INTO task_key_blind (project, key_hash, task) VALUES ($1, $2, $3)",
                      "INSERT INTO task_key_blind SELECT * FROM"
                      " unnest($1::bigint[], $2::bytea[], $3::bigint[])"},
                     rows));
  }
  TRY(tx.exec("DELETE FROM task_key WHERE room = $1", {room}));
  TRY(
      tx.exec("INSERT INTO task_key (room, project, key_hash, task) SELECT $1, project, key_hash,"
              " task FROM task_key_blind ORDER BY project, key_hash",
              {room}));
  TRY(tx.exec("DROP TABLE task_key_blind", {}));
  return {};
}

}  // namespace

Result<void> blind_indexes(Tx& tx, RoomId room) {
  TRY(blind_few(tx, room, "email",
                "SELECT member, email_hash FROM member WHERE room = $1 AND email_hash IS NOT NULL",
                "UPDATE member SET email_hash = $3 WHERE room = $1 AND member = $2"));
  TRY(blind_few(tx, room, "vendor", "SELECT vendor, name_hash FROM vendor WHERE room = $1",
                "UPDATE vendor SET name_hash = $3 WHERE room = $1 AND vendor = $2"));
  return blind_task_keys(tx, room);
}

}  // namespace guildhall::store
