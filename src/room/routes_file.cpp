#include <fmt/format.h>

#include "base/limits.h"
#include "net/static_files.h"
#include "room/http_range.h"
#include "room/render.h"
#include "store/content.h"
#include "store/deed.h"
#include "store/sealed_file.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::kAllRoles;
using identity::kWriters;
using identity::Scope;
using net::Method;
using net::Reply;
using store::ContentType;
using store::Tx;

std::filesystem::path path_of(const Call& call, FileId id) {
  return call.room.work().blob_dir / fmt::format("file-{}", id.value);
}

store::ContentContext context_of(const Call& call, FileId id) {
  return {call.room.id(), call.project, ContentType::upload, id.value};
}

// The filename of Content-Disposition, shown back to people and never used as a path.
std::string name_of(const Call& call) {
  auto header = call.request.header("Content-Disposition");
  auto at = header.find("filename=");
  if (at == std::string_view::npos) return "file";
  auto name = header.substr(at + 9);
  if (name.starts_with('"')) {
    name.remove_prefix(1);
    name = name.substr(0, name.find('"'));
  } else {
    name = name.substr(0, name.find(';'));
  }
  return name.empty() ? "file" : std::string(name.substr(0, kMaxFileName));
}

struct Meta {
  std::string name;
  std::string media_type;
  std::string sha256;
  std::int64_t bytes = 0;
  std::int64_t padded_bytes = 0;  // what the clear column says
};

std::string meta_json(const Meta& meta) {
  JsonWriter out;
  out.begin_object().field("name", meta.name).field("media_type", meta.media_type);
  out.field("sha256", meta.sha256).field("bytes", meta.bytes).end_object();
  return out.take();
}

Result<Meta> receive(Call& call, FileId id) {
  store::SealedFileWriter file(path_of(call, id), call.room.vault(), context_of(call, id));
  TRY(file.open());
  while (true) {
    auto piece = TRY(call.request.stream->read());
    if (piece.empty()) break;
    if (static_cast<std::size_t>(file.size()) + piece.size() > kMaxUpload) {
      return fail(Fault::too_large, "file-too-large",
                  fmt::format("A file may have {} bytes.", kMaxUpload));
    }
    TRY(file.add(piece));
  }
  Meta meta{name_of(call),
            std::string(call.request.header("Content-Type")),
            {},
            file.size(),
            file.padded_size()};
  meta.sha256 = file.sha256();
  TRY(file.keep());
  return meta;
}

Result<Reply> upload(Call& call) {
  std::int64_t first = TRY(call.room.keys().take(3));
  FileId id{first};
  auto meta = TRY(receive(call, id));
  TRY(call.room.db().write([&](Tx& tx) -> Result<void> {
    TRY(store::put_content(tx, {call.room.id(), call.project, ContentType::file, id.value},
                           ContentRef{first + 1}, Plaintext(meta_json(meta))));
    TRY(
        tx.exec("INSERT INTO file (room, project, file, meta_ref, bytes, created_at, created_by)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                {call.room.id(), call.project, id, ContentRef{first + 1}, meta.padded_bytes,
                 tx.now(), call.who.member}));
    return store::record(
        tx, {call.room.id(), call.project, first + 2, call.who.member, "file.upload", id.value});
  }));
  JsonWriter out;
  out.begin_object().field("id", call.room.ids().show(call.project, id));
  out.field("name", meta.name).field("media_type", meta.media_type);
  out.field("bytes", meta.bytes).field("sha256", meta.sha256).end_object();
  return json_reply(201, out.take());
}

Result<Meta> find_meta(Tx& tx, const Call& call, FileId id) {
  auto ref =
      TRY(tx.first("SELECT meta_ref FROM file WHERE room = $1 AND project = $2 AND"
                   " file = $3",
                   {call.room.id(), call.project, id},
                   [](const store::Row& row) { return row.id<ContentRef>(0); }));
  if (!ref) return fail(Fault::not_found, "not-found", "There is nothing here.");
  auto plain = TRY(store::open_content(
      tx, {call.room.id(), call.project, ContentType::file, id.value}, *ref, store::Reason::work));
  auto body = TRY(parse_json(plain.expose()));
  return Meta{text_or(body, "name", "file"), text_or(body, "media_type", ""),
              text_or(body, "sha256", ""), int_or(body, "bytes", 0), 0};
}

// Images, sound and film may be shown inside our own page; everything is served as what it was
// called only under a policy that runs nothing.
Result<Reply> download(Call& call) {
  FileId id = call.id<FileId>("file");
  auto meta = TRY(call.room.db().read_as([&](Tx& tx) { return find_meta(tx, call, id); }));
  auto file = TRY(store::SealedFile::open(path_of(call, id), call.room.vault(),
                                          context_of(call, id), meta.bytes));
  Reply reply;
  bool media = meta.media_type.starts_with("image/") || meta.media_type.starts_with("audio/") ||
               meta.media_type.starts_with("video/");
  reply.content_type =
      media || meta.media_type == "application/pdf" ? meta.media_type : "application/octet-stream";
  reply.header("ETag", fmt::format("\"{}\"", meta.sha256));
  net::add_upload_headers(reply, meta.name);
  return ranged(call.request, std::move(reply), std::move(file),
                {store::Reason::work, call.who.member});
}

}  // namespace

void add_file_routes(Routes& routes) {
  routes.push_back({Method::post,
                    "/projects/{project}/files",
                    allow(kWriters).writing().in(Scope::project),
                    upload,
                    "Upload a file",
                    "File",
                    201,
                    BodyKind::stream,
                    {},
                    Repeats::secret});
  routes.push_back({Method::get, "/files/{file}", allow(kAllRoles).in(Scope::project), download,
                    "A file, as an attachment", ""});
}

}  // namespace guildhall::room
