#include "room/log_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/limits.h"
#include "tlog/bundle.h"
#include "tlog/tile_path.h"
#include "tlog/tree.h"

namespace guildhall::room {
namespace {

namespace fs = std::filesystem;
using net::FileBody;
using net::Reply;
using tlog::TilePath;

constexpr std::int64_t kHashBytes = sizeof(tlog::Hash);

std::unexpected<Error> nothing() {
  return fail(Fault::not_found, "not-found", "There is nothing here.");
}

// A regular file, whole; a link is none.
std::optional<FileBody> open_file(const fs::path& path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct stat info{};
  if (fd < 0) return std::nullopt;
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    ::close(fd);
    return std::nullopt;
  }
  return FileBody{fd, 0, info.st_size};
}

Reply file_reply(FileBody file, std::string_view type, std::string_view cache) {
  Reply reply;
  reply.content_type = type;
  reply.header("Cache-Control", std::string(cache));
  reply.file = file;
  return reply;
}

Result<Reply> tile(const fs::path& folder, const TilePath& path) {
  constexpr std::string_view kBytes = "application/octet-stream";
  const bool full = path.width == tlog::kTileWidth;
  if (auto file = open_file(folder / to_text(path))) {
    return file_reply(*file, kBytes, full ? "public, max-age=31536000, immutable" : "no-cache");
  }
  if (full) return nothing();
  const fs::path whole = folder / tlog::to_text({path.level, path.index});
  if (path.level != tlog::kEntriesLevel) {
    auto file = open_file(whole);
    if (!file) return nothing();
    file->length = std::min(file->length, path.width * kHashBytes);
    return file_reply(*file, kBytes, "no-cache");
  }
  auto bundle = read_file(whole, kMaxBundleBytes);
  if (!bundle) return nothing();
  auto entries = TRY(tlog::read_bundle(*bundle));
  if (entries.size() < static_cast<std::size_t>(path.width)) return nothing();
  const auto last = entries[static_cast<std::size_t>(path.width - 1)];
  Reply reply = file_reply({}, kBytes, "no-cache");
  reply.file.reset();
  reply.body = bundle->substr(0, static_cast<std::size_t>(last.end() - bundle->data()));
  return reply;
}

// Takes the log's number off the path: 1 where it has none, 0 for one that no log can have.
int take_number(std::string_view& path) {
  const std::size_t slash = path.find('/');
  if (path.empty() || path.front() < '0' || path.front() > '9') return 1;
  for (int number = 2; number <= kMaxRoomLogs; ++number) {
    if (path.substr(0, slash) != std::to_string(number)) continue;
    path.remove_prefix(std::min(slash, path.size() - 1) + 1);
    return number;
  }
  return 0;
}

}  // namespace

fs::path log_folder(const fs::path& room_dir, int number) {
  return room_dir / (number == 1 ? "vault" : fmt::format("vault-{}", number)) / "log";
}

Result<Reply> LogFiles::serve(const net::Request& request) const {
  std::string_view path = request.path;
  path.remove_prefix(kLogPrefix.size());
  const int number = take_number(path);
  const auto parsed = tlog::parse_tile_path(path);
  if (number == 0 || (!parsed && path != "checkpoint")) return nothing();
  if (request.method != net::Method::get && request.method != net::Method::head) {
    return fail(Fault::not_allowed, "method-not-allowed", "Not by this method.");
  }
  const fs::path folder = log_folder(room_dir_, number);
  if (parsed) return tile(folder, *parsed);
  auto file = open_file(folder / "checkpoint");
  if (!file) return nothing();
  return file_reply(*file, "text/plain; charset=utf-8", "no-cache");
}

}  // namespace guildhall::room
