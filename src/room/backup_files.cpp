#include "room/backup_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/sync_file.h"
#include "crypto/hash.h"

namespace guildhall::room {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPiece = 1U << 20;

std::unexpected<Error> failed(std::string_view what, const fs::path& path) {
  return fail(Fault::unavailable, "file-failed", fmt::format("Cannot {} {}.", what, path.string()));
}

}  // namespace

Result<BackupFile> describe(const fs::path& root, const std::string& path) {
  auto whole = root / path;
  std::error_code error;
  if (fs::symlink_status(whole, error).type() != fs::file_type::regular) {
    return fail(Fault::not_found, "no-file", fmt::format("{} is missing.", path));
  }
  std::ifstream in(whole, std::ios::binary);
  crypto::Sha256 hash;
  std::string piece(kPiece, '\0');
  BackupFile out{path, 0, {}};
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    hash.update({piece.data(), static_cast<std::size_t>(in.gcount())});
    out.bytes += in.gcount();
  }
  if (!in.eof()) return failed("read", whole);
  out.sha256 = crypto::to_hex(hash.finish());
  return out;
}

Result<void> copy_into(const fs::path& from, const fs::path& root, const std::string& path) {
  auto to = root / path;
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  fs::copy_file(from, to, error);
  if (error == std::errc::no_space_on_device) {
    return fail(Fault::no_space, "disk-full", "The disk of the backup is full.");
  }
  if (error) return failed("copy", from);
  fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write, error);
  return sync_file(to);
}

Result<std::vector<std::string>> files_below(const fs::path& root) {
  std::vector<std::string> out;
  std::error_code error;
  fs::recursive_directory_iterator entries(root, error);
  for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
    auto type = entries->symlink_status(error).type();
    if (!error && type != fs::file_type::directory) {
      out.push_back(entries->path().lexically_relative(root).generic_string());
    }
  }
  if (error) return failed("list", root);
  std::ranges::sort(out);
  return out;
}

}  // namespace guildhall::room
