#include "work/versions.h"

namespace guildhall::work {

Result<void> put_version(store::Tx& tx, RoomId room, const NewVersion& v, std::string_view text) {
  TRY(store::put_content(tx, {room, v.project, v.kind.content, v.project.value, v.version}, v.ref,
                         Plaintext(std::string(text))));
  TRY(
      tx.exec("INSERT INTO project_version (room, project, kind, version, ref, created_at,"
              " created_by) VALUES ($1, $2, $3, $4, $5, $6, $7)",
              {room, v.project, v.kind.name, v.version, v.ref, tx.now(), v.by}));
  return {};
}

Result<std::string> open_version(store::Tx& tx, RoomId room, ProjectId project, VersionKind kind,
                                 std::int64_t version) {
  auto ref =
      TRY(tx.first("SELECT ref FROM project_version WHERE room = $1 AND project = $2 AND"
                   " kind = $3 AND version = $4",
                   {room, project, kind.name, version},
                   [](const store::Row& row) { return row.id<ContentRef>(0); }));
  if (!ref) return fail(Fault::not_found, "no-version", "There is no such version.");
  auto plain = TRY(store::open_content(tx, {room, project, kind.content, project.value, version},
                                       *ref, store::Reason::work));
  return std::string(plain.expose());
}

}  // namespace guildhall::work
