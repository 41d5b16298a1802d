#include "tlog/tree.h"

#include <array>
#include <bit>

namespace guildhall::tlog {
namespace {

int log2_of(std::uint64_t number) { return static_cast<int>(std::bit_width(number)) - 1; }

// The complete subtrees of [begin, end), left to right. Below `begin`'s alignment and the length
// left, the largest power of two comes first: the split of RFC 6962 where begin is a split point.
Result<Hash> range_root(std::uint64_t begin, std::uint64_t end, const NodeReader& read) {
  Hashes parts;
  while (begin < end) {
    const int level = log2_of(end - begin);
    parts.push_back(TRY(read(level, begin >> level)));
    begin += std::uint64_t{1} << level;
  }
  Hash root = parts.back();
  for (std::size_t i = parts.size() - 1; i-- > 0;) root = node_hash(parts[i], root);
  return root;
}

// Where a tree of `size` > 1 leaves is split: the largest power of two below it.
std::uint64_t split_of(std::uint64_t size) { return std::bit_floor(size - 1); }

// How many of an inclusion proof's hashes lie within the part of the tree where `index` and the
// last leaf have not met, and how many of those after are left siblings (RFC 9162, 2.1.3).
struct Shape {
  int inner;
  int border;
};

Shape shape_of(std::uint64_t index, std::uint64_t size) {
  const int inner = static_cast<int>(std::bit_width(index ^ (size - 1)));
  return {inner, inner == 64 ? 0 : std::popcount(index >> inner)};
}

Hash climb_inner(Hash seed, std::span<const Hash> proof, std::uint64_t index) {
  for (std::size_t i = 0; i < proof.size(); ++i) {
    const bool right = ((index >> i) & 1) != 0;
    seed = right ? node_hash(proof[i], seed) : node_hash(seed, proof[i]);
  }
  return seed;
}

// As climb_inner, with the right siblings left out: the root as it was before they came.
Hash climb_inner_left(Hash seed, std::span<const Hash> proof, std::uint64_t index) {
  for (std::size_t i = 0; i < proof.size(); ++i)
    if (((index >> i) & 1) != 0) seed = node_hash(proof[i], seed);
  return seed;
}

Hash climb_border(Hash seed, std::span<const Hash> proof) {
  for (const Hash& left : proof) seed = node_hash(left, seed);
  return seed;
}

}  // namespace

Hash leaf_hash(std::string_view entry) {
  thread_local crypto::Sha256 hasher;
  return hasher.update(std::string_view("\0", 1)).update(entry).finish();
}

Hash node_hash(const Hash& left, const Hash& right) {
  std::array<char, 65> bytes;
  bytes[0] = 1;
  std::copy(left.begin(), left.end(), bytes.begin() + 1);
  std::copy(right.begin(), right.end(), bytes.begin() + 33);
  return crypto::sha256({bytes.data(), bytes.size()});
}

void CompactRange::append(const Hash& leaf) {
  Hash root = leaf;
  for (std::uint64_t bits = size_; (bits & 1) != 0; bits >>= 1) {
    root = node_hash(roots_.back(), root);
    roots_.pop_back();
  }
  roots_.push_back(root);
  ++size_;
}

Hash CompactRange::root() const {
  if (roots_.empty()) return crypto::sha256("");
  Hash root = roots_.back();
  for (std::size_t i = roots_.size() - 1; i-- > 0;) root = node_hash(roots_[i], root);
  return root;
}

Result<CompactRange> read_range(std::uint64_t size, const NodeReader& read) {
  Hashes roots;
  for (std::uint64_t begin = 0; begin < size;) {
    const int level = log2_of(size - begin);
    roots.push_back(TRY(read(level, begin >> level)));
    begin += std::uint64_t{1} << level;
  }
  return CompactRange(size, std::move(roots));
}

Result<Hashes> inclusion_proof(std::uint64_t index, std::uint64_t size, const NodeReader& read) {
  Hashes downward;
  std::uint64_t begin = 0;
  std::uint64_t end = size;
  while (end - begin > 1) {
    const std::uint64_t middle = begin + split_of(end - begin);
    if (index < middle) {
      downward.push_back(TRY(range_root(middle, end, read)));
      end = middle;
    } else {
      downward.push_back(TRY(range_root(begin, middle, read)));
      begin = middle;
    }
  }
  return Hashes(downward.rbegin(), downward.rend());
}

Result<Hashes> consistency_proof(std::uint64_t from, std::uint64_t to, const NodeReader& read) {
  if (from == 0 || from == to) return Hashes{};
  Hashes downward;
  std::uint64_t begin = 0;
  std::uint64_t end = to;
  while (end != from) {
    const std::uint64_t middle = begin + split_of(end - begin);
    if (from <= middle) {
      downward.push_back(TRY(range_root(middle, end, read)));
      end = middle;
    } else {
      downward.push_back(TRY(range_root(begin, middle, read)));
      begin = middle;
    }
  }
  // The old tree as a whole is known to whoever checks; a part of it is not.
  if (begin != 0) downward.push_back(TRY(range_root(begin, end, read)));
  return Hashes(downward.rbegin(), downward.rend());
}

bool verify_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                      std::span<const Hash> proof, const Hash& root) {
  if (index >= size || size > kMaxTreeSize) return false;
  const auto [inner, border] = shape_of(index, size);
  const auto cut = static_cast<std::size_t>(inner);
  if (proof.size() != cut + static_cast<std::size_t>(border)) return false;
  return climb_border(climb_inner(leaf, proof.first(cut), index), proof.subspan(cut)) == root;
}

bool verify_consistency(std::uint64_t from, std::uint64_t to, std::span<const Hash> proof,
                        const Hash& from_root, const Hash& to_root) {
  if (from == 0 || from > to || to > kMaxTreeSize) return false;
  if (from == to) return proof.empty() && from_root == to_root;
  auto [inner, border] = shape_of(from - 1, to);
  // The last complete subtree of the old tree is a node of both; where it is the whole old tree,
  // its root is not sent again.
  const int shift = std::countr_zero(from);
  inner -= shift;
  const bool whole = from == std::uint64_t{1} << shift;
  const std::size_t start = whole ? 0 : 1;
  if (proof.size() != start + static_cast<std::size_t>(inner + border)) return false;
  const Hash seed = whole ? from_root : proof.front();
  proof = proof.subspan(start);
  const auto cut = static_cast<std::size_t>(inner);
  const std::uint64_t mask = (from - 1) >> shift;
  const Hash old_root =
      climb_border(climb_inner_left(seed, proof.first(cut), mask), proof.subspan(cut));
  if (old_root != from_root) return false;
  return climb_border(climb_inner(seed, proof.first(cut), mask), proof.subspan(cut)) == to_root;
}

}  // namespace guildhall::tlog
