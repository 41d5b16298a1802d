#include "tlog/tile_writer.h"

#include "tlog/bundle.h"
#include "tlog/tile_reader.h"

namespace guildhall::tlog {
namespace {

std::string text_of(const Hash& hash) { return std::string(crypto::view(hash)); }

}  // namespace

Files::Path TileWriter::partials_of(int level, std::uint64_t index) const {
  return folder_ / (to_text({level, index, kTileWidth}) + ".p");
}

Result<> TileWriter::load(std::uint64_t size) {
  edges_.clear();
  TileReader reader(files_, folder_, size);
  range_ = TRY(
      read_range(size, [&](int level, std::uint64_t index) { return reader.node(level, index); }));
  const auto load_edge = [&](int level, std::uint64_t nodes) -> Result<> {
    Edge edge{nodes / kTileWidth, {}, static_cast<int>(nodes % kTileWidth)};
    if (edge.width > 0) edge.bytes = TRY(reader.bytes(level, edge.index));
    edge.had_partial = edge.width > 0;
    edges_[level] = std::move(edge);
    return {};
  };
  TRY(load_edge(kEntriesLevel, size));
  for (int level = 0; level * kTileHeight < 64 && size >> (level * kTileHeight) > 0; ++level)
    TRY(load_edge(level, size >> (level * kTileHeight)));
  return {};
}

Result<> TileWriter::write_tile(const TilePath& path, std::string_view bytes) {
  const Files::Path file = folder_ / to_text(path);
  std::vector<Files::Path> missing;
  for (auto at = file.parent_path(); !folders_.contains(at); at = at.parent_path()) {
    missing.push_back(at);
    if (at == folder_ || at == at.parent_path()) break;
  }
  for (auto at = missing.rbegin(); at != missing.rend(); ++at) {
    TRY(files_.make_folder(*at));
    unsynced_folders_.insert(at->parent_path());
    folders_.insert(*at);
  }
  TRY(files_.write(file, bytes));
  unsynced_files_.insert(file);
  unsynced_folders_.insert(file.parent_path());
  return {};
}

// The tile is full: it is written, and the next one begins.
Result<> TileWriter::fill(int level, Edge& edge) {
  TRY(write_tile({level, edge.index, kTileWidth}, edge.bytes));
  if (edge.had_partial) replaced_.push_back(partials_of(level, edge.index));
  edge = Edge{edge.index + 1, {}, 0};
  return {};
}

Result<> TileWriter::add_hash(int level, const Hash& hash) {
  Edge& edge = edges_[level];
  edge.bytes += text_of(hash);
  edge.changed = true;
  if (++edge.width < kTileWidth) return {};
  CompactRange tile;
  for (std::size_t at = 0; at < edge.bytes.size(); at += hash.size())
    tile.append(hash_at(edge.bytes, at / hash.size()));
  TRY(fill(level, edge));
  return add_hash(level + 1, tile.root());
}

Result<> TileWriter::add(std::string_view entry) {
  const Hash leaf = leaf_hash(entry);
  Edge& bundle = edges_[kEntriesLevel];
  append_entry(bundle.bytes, entry);
  bundle.changed = true;
  if (++bundle.width == kTileWidth) TRY(fill(kEntriesLevel, bundle));
  range_.append(leaf);
  return add_hash(0, leaf);
}

Result<> TileWriter::flush() {
  for (auto& [level, edge] : edges_) {
    if (!edge.changed || edge.width == 0) continue;
    TRY(write_tile({level, edge.index, edge.width}, edge.bytes));
    edge.changed = false;
    edge.had_partial = true;
  }
  TRY(files_.sync_all(unsynced_files_, unsynced_folders_));
  unsynced_files_.clear();
  unsynced_folders_.clear();
  return {};
}

Result<> TileWriter::remove_replaced() {
  for (const Files::Path& folder : replaced_) {
    for (const std::string& name : TRY(files_.list(folder))) TRY(files_.remove(folder / name));
    TRY(files_.remove(folder));
    folders_.erase(folder);
  }
  replaced_.clear();
  return {};
}

Result<> TileWriter::remove_unpublished(std::uint64_t size) {
  for (int level = kEntriesLevel; level <= 7; ++level) {
    const int shift = std::max(level, 0) * kTileHeight;
    const std::uint64_t published = range_.size() >> shift;
    for (std::uint64_t index = published / kTileWidth; index <= (size >> shift) / kTileWidth;
         ++index) {
      const Files::Path folder = partials_of(level, index);
      for (const std::string& name : TRY(files_.list(folder))) {
        auto path = parse_tile_path(to_text({level, index}) + ".p/" + name);
        const bool whole =
            path && index * kTileWidth + static_cast<unsigned>(path->width) <= published;
        if (!whole) TRY(files_.remove(folder / name));
      }
    }
  }
  return {};
}

}  // namespace guildhall::tlog
