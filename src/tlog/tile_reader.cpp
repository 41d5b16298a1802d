#include "tlog/tile_reader.h"

#include "tlog/bundle.h"

namespace guildhall::tlog {
namespace {

std::unexpected<Error> damaged() {
  return fail(Fault::internal, "log-damaged", "A tile of the log is missing or cut off.");
}

constexpr std::size_t kKept = 24;  // more than one proof reads

}  // namespace

Hash hash_at(std::string_view tile, std::size_t index) {
  Hash hash;
  const std::string_view bytes = tile.substr(index * hash.size(), hash.size());
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

Result<std::string> TileReader::bytes(int level, std::uint64_t index) {
  const int width = tile_width(level, index, size_);
  if (width == 0) return damaged();
  auto read = files_.read(folder_ / to_text({level, index, width}));
  if (!read && read.error().fault == Fault::not_found)
    read = files_.read(folder_ / to_text({level, index}));
  if (!read) return read.error().fault == Fault::not_found ? damaged() : std::move(read);
  std::string bytes = std::move(*read);
  std::size_t length = static_cast<std::size_t>(width) * sizeof(Hash);
  if (level == kEntriesLevel) {
    const auto entries = TRY(read_bundle(bytes));
    if (entries.size() < static_cast<std::size_t>(width)) return damaged();
    length = 0;
    for (int i = 0; i < width; ++i) length += 2 + entries[static_cast<std::size_t>(i)].size();
  }
  if (bytes.size() < length) return damaged();
  bytes.resize(length);
  return bytes;
}

Result<const std::string*> TileReader::tile(int level, std::uint64_t index) {
  for (const auto& [path, bytes] : kept_)
    if (path.level == level && path.index == index) return &bytes;
  std::string read = TRY(bytes(level, index));
  if (kept_.size() == kKept) kept_.erase(kept_.begin());
  kept_.emplace_back(TilePath{level, index}, std::move(read));
  return &kept_.back().second;
}

Result<Hash> TileReader::node(int level, std::uint64_t index) {
  const int row = level / kTileHeight;
  const int height = level % kTileHeight;
  const std::uint64_t first = index << height;  // of the hashes of that row that lie below
  const std::string* bytes = TRY(tile(row, first / kTileWidth));
  CompactRange range;
  for (std::uint64_t i = 0; i < std::uint64_t{1} << height; ++i) {
    const auto at = static_cast<std::size_t>((first + i) % kTileWidth);
    if ((at + 1) * sizeof(Hash) > bytes->size()) return damaged();
    range.append(hash_at(*bytes, at));
  }
  return range.root();
}

Result<std::string> TileReader::entry(std::uint64_t index) {
  const std::string* bytes = TRY(tile(kEntriesLevel, index / kTileWidth));
  const auto entries = TRY(read_bundle(*bytes));
  const auto at = static_cast<std::size_t>(index % kTileWidth);
  if (at >= entries.size()) return damaged();
  return std::string(entries[at]);
}

}  // namespace guildhall::tlog
