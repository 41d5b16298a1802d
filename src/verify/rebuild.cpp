#include "verify/rebuild.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace guildhall::verify {
namespace {

constexpr std::size_t kWidth = 256;
constexpr std::size_t kHash = 32;

// tile/<row>/<index>, the index in groups of three digits.
std::string tile_name(std::string_view row, std::uint64_t index) {
  std::string groups = fmt::format("{:03}", index % 1000);
  for (index /= 1000; index > 0; index /= 1000)
    groups = fmt::format("x{:03}/{}", index % 1000, groups);
  return fmt::format("tile/{}/{}", row, groups);
}

std::string partial_name(const std::string& tile, std::size_t width) {
  return width == kWidth ? tile : fmt::format("{}.p/{}", tile, width);
}

// Where each entry of the bundle ends; nothing where it is not well formed.
std::optional<std::vector<std::size_t>> entry_ends(std::string_view bundle) {
  std::vector<std::size_t> ends;
  for (std::size_t at = 0; at < bundle.size();) {
    if (bundle.size() - at < 2) return std::nullopt;
    const auto high = static_cast<unsigned char>(bundle[at]);
    const auto low = static_cast<unsigned char>(bundle[at + 1]);
    at += 2 + std::size_t{high} * 256 + low;
    if (at > bundle.size()) return std::nullopt;
    ends.push_back(at);
  }
  return ends;
}

tlog::CompactRange subtrees(std::string_view hashes) {
  tlog::CompactRange range;
  for (std::size_t at = 0; at < hashes.size(); at += kHash) {
    tlog::Hash one;
    std::copy_n(hashes.begin() + static_cast<std::ptrdiff_t>(at), kHash, one.begin());
    range.append(one);
  }
  return range;
}

}  // namespace

// What the rows hold are the subtrees that the entries so far fall into, the largest in the
// highest.
tlog::Hash Rebuild::root() const {
  tlog::Hashes roots;
  for (std::size_t level = rows_.size(); level-- > 0;) {
    const auto row = subtrees(rows_[level].hashes);
    roots.insert(roots.end(), row.roots().begin(), row.roots().end());
  }
  return tlog::CompactRange(count_, std::move(roots)).root();
}

// The file of this width; where it has been replaced by the full one since, that one's bytes. How
// much of it counts is the caller's question.
Checked<std::string> Rebuild::fetch(const std::string& path, std::size_t width) {
  const std::string name = partial_name(path, width);
  auto bytes = source_.read(name);
  if (files_) files_->erase(name);
  if (!bytes && bytes.error().fault == Fault::not_found && width < kWidth && !files_)
    bytes = source_.read(path);
  if (!bytes && bytes.error().fault == Fault::not_found)
    return found(Kind::missing_file, fmt::format("{} is missing.", name));
  if (!bytes) return found(Kind::unreachable, fmt::format("{}: {}", name, bytes.error().detail));
  return std::move(*bytes);
}

// Partial files of earlier sizes may stay: what they hold is a beginning of what the tile holds
// now.
Checked<> Rebuild::earlier(const std::string& path, std::size_t width,
                           const std::function<std::string_view(std::size_t)>& prefix) {
  if (!files_) return {};
  const std::string folder = path + ".p/";
  for (auto at = files_->lower_bound(folder); at != files_->end() && at->starts_with(folder);) {
    const std::string name = *at++;
    std::size_t wide = 0;
    const char* last = name.data() + name.size();
    std::from_chars(name.data() + folder.size(), last, wide);
    if (wide == 0 || wide > width || wide == kWidth || name != partial_name(path, wide)) continue;
    auto bytes = source_.read(name);
    // A log that is served removes them as a tile fills: it may be gone since it was listed.
    const bool gone = !bytes && bytes.error().fault == Fault::not_found;
    if (!gone && (!bytes || *bytes != prefix(wide)))
      return found(Kind::wrong_tile, fmt::format("{} is not what the entries give.", name));
    files_->erase(name);
  }
  return {};
}

// The tile that is filling in this row is complete, or the last one.
Checked<> Rebuild::tile(std::size_t level) {
  Row& row = rows_[level];
  const std::size_t width = row.hashes.size() / kHash;
  const std::string path = tile_name(std::to_string(level), row.index);
  auto bytes = fetch(path, width);
  if (!bytes) return std::unexpected(std::move(bytes).error());
  // Over the network a replaced partial tile comes as the full one.
  if (!files_ && bytes->size() > row.hashes.size()) bytes->resize(row.hashes.size());
  if (*bytes != row.hashes)
    return found(Kind::wrong_tile,
                 fmt::format("{} is not what the entries give.", partial_name(path, width)));
  return earlier(path, width, [&](std::size_t wide) {
    return std::string_view(row.hashes).substr(0, wide * kHash);
  });
}

Checked<> Rebuild::add(std::size_t level, const tlog::Hash& hash) {
  Row& row = rows_[level];
  row.hashes += crypto::view(hash);
  if (row.hashes.size() < kWidth * kHash) return {};
  if (auto right = tile(level); !right) return right;
  const tlog::Hash complete = subtrees(row.hashes).root();
  row = {row.index + 1, {}};
  return add(level + 1, complete);
}

Checked<> Rebuild::bundle(std::uint64_t index, std::size_t width, std::uint64_t stop,
                          const std::function<void(const tlog::Hash&)>& at_stop) {
  const std::string path = tile_name("entries", index);
  auto bytes = fetch(path, width);
  if (!bytes) return std::unexpected(std::move(bytes).error());
  auto ends = entry_ends(*bytes);
  if (ends && !files_ && ends->size() > width) ends->resize(width);
  if (!ends || ends->size() != width)
    return found(Kind::bad_entries,
                 fmt::format("{} does not hold {} entries.", partial_name(path, width), width));
  std::size_t begin = 0;
  for (std::size_t end : *ends) {
    const auto entry = std::string_view(*bytes).substr(begin + 2, end - begin - 2);
    begin = end;
    each_(count_, entry);
    if (auto added = add(0, tlog::leaf_hash(entry)); !added) return added;
    if (++count_ == stop) at_stop(root());
  }
  return earlier(path, width, [&](std::size_t wide) {
    return std::string_view(*bytes).substr(0, (*ends)[wide - 1]);
  });
}

Checked<tlog::Hash> Rebuild::run(std::uint64_t size, std::uint64_t stop,
                                 const std::function<void(const tlog::Hash&)>& at_stop) {
  for (std::uint64_t first = 0; first < size; first += kWidth) {
    const auto width = static_cast<std::size_t>(std::min<std::uint64_t>(kWidth, size - first));
    if (auto held = bundle(first / kWidth, width, stop, at_stop); !held)
      return std::unexpected(std::move(held).error());
  }
  for (std::size_t level = 0; level < rows_.size(); ++level)
    if (!rows_[level].hashes.empty())
      if (auto held = tile(level); !held) return std::unexpected(std::move(held).error());
  return root();
}

}  // namespace guildhall::verify
