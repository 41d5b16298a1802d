// Nodes and entries of a tree of a given size, read from its tiles. A partial tile that has been
// replaced since is read from the full one.
//
// Concurrency: one thread per reader, any number of readers beside the writer.
// Limits: memory of the few tiles that one proof touches.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tlog/files.h"
#include "tlog/tile_path.h"
#include "tlog/tree.h"

namespace guildhall::tlog {

Hash hash_at(std::string_view tile, std::size_t index);

class TileReader {
 public:
  TileReader(Files& files, Files::Path folder, std::uint64_t size)
      : files_(files), folder_(std::move(folder)), size_(size) {}

  // For a NodeReader. Errors: those of Files; internal/"log-damaged".
  Result<Hash> node(int level, std::uint64_t index);
  Result<std::string> entry(std::uint64_t index);
  // The tile's bytes, as far as the tree of this size goes.
  Result<std::string> bytes(int level, std::uint64_t index);

 private:
  Result<const std::string*> tile(int level, std::uint64_t index);

  Files& files_;
  Files::Path folder_;
  std::uint64_t size_;
  std::vector<std::pair<TilePath, std::string>> kept_;
};

}  // namespace guildhall::tlog
