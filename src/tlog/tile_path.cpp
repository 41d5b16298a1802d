#include "tlog/tile_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace guildhall::tlog {
namespace {

constexpr std::size_t kMaxGroups = 7;  // 10^21 is more than any index

std::string index_text(std::uint64_t index) {
  std::string text = fmt::format("{:03}", index % 1'000);
  while ((index /= 1'000) > 0) text = fmt::format("x{:03}/{}", index % 1'000, text);
  return text;
}

std::optional<int> read_number(std::string_view digits) {
  int number = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  if (!whole || number < 0 || std::to_string(number) != digits) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> read_index(std::string_view text) {
  if (text.size() > kMaxGroups * 5) return std::nullopt;
  std::uint64_t index = 0;
  while (true) {
    const bool more = text.starts_with('x');
    if (more) text.remove_prefix(1);
    const std::string_view group = text.substr(0, 3);
    if (group.size() != 3 ||
        !std::ranges::all_of(group, [](char c) { return c >= '0' && c <= '9'; }))
      return std::nullopt;
    unsigned digits = 0;
    std::from_chars(group.data(), group.data() + 3, digits);
    if (index > (UINT64_MAX - digits) / 1'000) return std::nullopt;
    index = index * 1'000 + digits;
    text.remove_prefix(3);
    if (!more) break;
    if (!text.starts_with('/')) return std::nullopt;
    text.remove_prefix(1);
  }
  return text.empty() ? std::optional(index) : std::nullopt;
}

}  // namespace

std::string to_text(const TilePath& path) {
  std::string text =
      path.level == kEntriesLevel ? "tile/entries/" : fmt::format("tile/{}/", path.level);
  text += index_text(path.index);
  if (path.width != kTileWidth) text += fmt::format(".p/{}", path.width);
  return text;
}

std::optional<TilePath> parse_tile_path(std::string_view text) {
  const std::string_view whole = text;
  TilePath path;
  if (!text.starts_with("tile/")) return std::nullopt;
  text.remove_prefix(5);
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  if (text.substr(0, slash) == "entries") {
    path.level = kEntriesLevel;
  } else {
    auto level = read_number(text.substr(0, slash));
    if (!level || *level > 63) return std::nullopt;
    path.level = *level;
  }
  text.remove_prefix(slash + 1);
  if (const std::size_t dot = text.find(".p/"); dot != std::string_view::npos) {
    auto width = read_number(text.substr(dot + 3));
    if (!width || *width < 1 || *width >= kTileWidth) return std::nullopt;
    path.width = *width;
    text = text.substr(0, dot);
  }
  auto index = read_index(text);
  if (!index) return std::nullopt;
  path.index = *index;
  if (to_text(path) != whole) return std::nullopt;  // leading groups of zeros
  return path;
}

int tile_width(int level, std::uint64_t index, std::uint64_t size) {
  const int shift = std::max(level, 0) * kTileHeight;
  const std::uint64_t nodes = shift >= 64 ? 0 : size >> shift;
  if (index >= (nodes + kTileWidth - 1) / kTileWidth) return 0;
  return static_cast<int>(std::min<std::uint64_t>(kTileWidth, nodes - index * kTileWidth));
}

}  // namespace guildhall::tlog
