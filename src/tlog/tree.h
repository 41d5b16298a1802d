// The Merkle tree of RFC 6962 over SHA-256: hashes, a root kept as leaves come (compact range),
// inclusion and consistency proofs, made and checked. A proof runs from the leaf to the root.
//
// Concurrency: free functions are pure; a CompactRange belongs to one thread.
// Limits: sizes below 2^63, so that no index overflows; memory O(log size).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/hash.h"

namespace guildhall::tlog {

using Hash = crypto::Digest;
using Hashes = std::vector<Hash>;

inline constexpr std::uint64_t kMaxTreeSize = std::uint64_t{1} << 62;

Hash leaf_hash(std::string_view entry);
Hash node_hash(const Hash& left, const Hash& right);

// The roots of the complete subtrees that a tree falls into, left to right: as many as its size
// has bits set. All that is needed to append and to know the root.
class CompactRange {
 public:
  CompactRange() = default;
  // `roots` as roots() gave them at `size`.
  CompactRange(std::uint64_t size, Hashes roots) : size_(size), roots_(std::move(roots)) {}

  void append(const Hash& leaf);
  std::uint64_t size() const { return size_; }
  const Hashes& roots() const { return roots_; }
  Hash root() const;  // SHA-256 of nothing when empty

 private:
  std::uint64_t size_ = 0;
  Hashes roots_;
};

// Gives the root of the complete subtree of 2^level leaves that is number `index` of its level.
using NodeReader = std::function<Result<Hash>(int level, std::uint64_t index)>;

// The compact range, and so the root, of the first `size` leaves.
Result<CompactRange> read_range(std::uint64_t size, const NodeReader& read);
// index < size. Errors are the reader's.
Result<Hashes> inclusion_proof(std::uint64_t index, std::uint64_t size, const NodeReader& read);
// from <= to; empty where from is 0 or to.
Result<Hashes> consistency_proof(std::uint64_t from, std::uint64_t to, const NodeReader& read);

bool verify_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                      std::span<const Hash> proof, const Hash& root);
// Never from 0: every tree follows from the empty one, so that there is nothing to check.
bool verify_consistency(std::uint64_t from, std::uint64_t to, std::span<const Hash> proof,
                        const Hash& from_root, const Hash& to_root);

}  // namespace guildhall::tlog
