#include "room/seal_files.h"

#include <fmt/format.h>

#include <fstream>
#include <vector>

#include "base/limits.h"
#include "crypto/chunked.h"
#include "crypto/row.h"
#include "store/sealed_file.h"

namespace guildhall::room {
namespace {

namespace fs = std::filesystem;

struct Blob {
  store::ContentContext context;
  std::int64_t bytes = 0;  // as its row has it: true while it is plain, padded when it is sealed
};

constexpr store::Sql kUploads = "SELECT project, file, bytes FROM file WHERE room = $1";
constexpr store::Sql kDeliveries =
    "SELECT project, delivery, bytes FROM delivery WHERE room = $1 AND manifest_ref <> 0";

constexpr store::Sql kPadUpload =
    "UPDATE file SET bytes = $4 WHERE room = $1 AND project = $2 AND file = $3";
constexpr store::Sql kPadDelivery =
    "UPDATE delivery SET bytes = $4 WHERE room = $1 AND project = $2 AND delivery = $3";

Result<void> list(store::Tx& tx, RoomId room, store::Sql sql, store::ContentType type,
                  std::vector<Blob>& out) {
  TRY(tx.query(sql, {room}, [&](const store::Row& row) {
    out.push_back({{room, row.id<ProjectId>(0), type, row.integer(1)}, row.integer(2)});
    return true;
  }));
  return {};
}

fs::path path_of(const fs::path& blobs, const Blob& blob) {
  bool upload = blob.context.type == store::ContentType::upload;
  return blobs / fmt::format("{}-{}", upload ? "file" : "delivery", blob.context.object);
}

std::uintmax_t sealed_size(std::int64_t bytes) {
  return crypto::chunked_sealed_size(crypto::padme(static_cast<std::size_t>(bytes)));
}

Result<void> seal_blob(store::Sealer& sealer, const Blob& blob, const fs::path& path) {
  std::ifstream plain(path, std::ios::binary);
  store::SealedFileWriter sealed(path, sealer, blob.context);
  TRY(sealed.open());
  std::string piece(kFilePart / 4, '\0');
  while (plain.read(piece.data(), static_cast<std::streamsize>(piece.size())), plain.gcount() > 0) {
    TRY(sealed.add(std::string_view(piece).substr(0, static_cast<std::size_t>(plain.gcount()))));
  }
  if (plain.bad() || sealed.size() != blob.bytes) {
    return fail(Fault::unavailable, "file-failed", path.string() + " cannot be read whole.");
  }
  return sealed.keep();
}

Result<void> pad_length(store::Database& db, const Blob& blob) {
  auto padded = static_cast<std::int64_t>(crypto::padme(static_cast<std::size_t>(blob.bytes)));
  if (padded == blob.bytes) return {};
  return db.write([&](store::Tx& tx) -> Result<void> {
    TRY(tx.exec(blob.context.type == store::ContentType::upload ? kPadUpload : kPadDelivery,
                {blob.context.room, blob.context.project, blob.context.object, padded}));
    return {};
  });
}

}  // namespace

Result<void> seal_files(store::Database& db, RoomId room, const fs::path& blobs) {
  std::vector<Blob> all;
  store::Sealer* sealer = nullptr;
  TRY(db.read([&](store::Tx& tx) -> Result<void> {
    sealer = &tx.sealer();
    TRY(list(tx, room, kUploads, store::ContentType::upload, all));
    return list(tx, room, kDeliveries, store::ContentType::dataset, all);
  }));
  for (const auto& blob : all) {
    auto path = path_of(blobs, blob);
    std::error_code error;
    auto size = fs::file_size(path, error);
    if (error) continue;
    if (size == static_cast<std::uintmax_t>(blob.bytes)) TRY(seal_blob(*sealer, blob, path));
    size = fs::file_size(path, error);
    if (!error && size == sealed_size(blob.bytes)) TRY(pad_length(db, blob));
  }
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(blobs, error)) {
    if (entry.path().extension() == ".part") fs::remove(entry.path(), error);  // of a killed upload
  }
  return {};
}

}  // namespace guildhall::room
