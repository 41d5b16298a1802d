// Where tiles and entry bundles lie below a log's address (C2SP tlog-tiles): `tile/<L>/<N>` and
// `tile/entries/<N>`, with `.p/<W>` behind a partial one. A full tile has 256 hashes; N is written
// in groups of three digits, all but the last with an `x` before them.
//
// Concurrency: pure. Limits: levels 0 to 63; a path has one text, others are refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace guildhall::tlog {

inline constexpr int kTileHeight = 8;
inline constexpr int kTileWidth = 1 << kTileHeight;
inline constexpr int kEntriesLevel = -1;

struct TilePath {
  int level = 0;  // kEntriesLevel: a bundle of entries
  std::uint64_t index = 0;
  int width = kTileWidth;  // 1 to 255 for a partial one

  bool operator==(const TilePath&) const = default;
};

std::string to_text(const TilePath& path);
std::optional<TilePath> parse_tile_path(std::string_view text);

// How wide the tile is in a tree of `size` leaves: 0 where it is not there at all.
int tile_width(int level, std::uint64_t index, std::uint64_t size);

}  // namespace guildhall::tlog
