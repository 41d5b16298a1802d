// Leaves in, tiles and entry bundles out: holds the right edge of the tree and writes what changed.
//
// Concurrency: one thread. Limits: memory of one tile per level and one bundle, 16 MiB at worst.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tlog/files.h"
#include "tlog/tile_path.h"
#include "tlog/tree.h"

namespace guildhall::tlog {

class TileWriter {
 public:
  TileWriter(Files& files, Files::Path folder) : files_(files), folder_(std::move(folder)) {}

  // Takes up a tree of `size` leaves as the disk has it. Error: internal/"log-damaged" where tiles
  // are missing or cut off.
  Result<> load(std::uint64_t size);
  // Full tiles are written as they fill.
  Result<> add(std::string_view entry);
  // Writes the partial tiles that changed, and makes everything written durable.
  Result<> flush();
  // Removes the partial tiles that full ones have replaced since the last call.
  Result<> remove_replaced();
  // Removes partial tiles wider than the loaded tree, which a crash may have left torn, up to those
  // that a tree of `size` could have.
  Result<> remove_unpublished(std::uint64_t size);

  const CompactRange& range() const { return range_; }

 private:
  struct Edge {
    std::uint64_t index = 0;  // of the tile
    std::string bytes;        // what the partial one holds
    int width = 0;
    bool changed = false;
    bool had_partial = false;
  };

  Result<> add_hash(int level, const Hash& hash);
  Result<> write_tile(const TilePath& path, std::string_view bytes);
  Result<> fill(int level, Edge& edge);
  Files::Path partials_of(int level, std::uint64_t index) const;

  Files& files_;
  Files::Path folder_;
  CompactRange range_;
  std::map<int, Edge> edges_;      // by level, kEntriesLevel among them
  std::set<Files::Path> folders_;  // known to exist
  std::set<Files::Path> unsynced_files_;
  std::set<Files::Path> unsynced_folders_;
  std::vector<Files::Path> replaced_;
};

}  // namespace guildhall::tlog
