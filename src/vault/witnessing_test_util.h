// For tests: a log in memory with the draft and the published checkpoint of tlog::Log, which can be
// forked and cut off.
//
// Concurrency: any thread. Limits: none.
#pragma once

#include <algorithm>

#include "base/mutex.h"
#include "vault/witnessing.h"

namespace guildhall::vault::testing {

class MemoryLog final : public WitnessedLog {
 public:
  MemoryLog(std::string origin, const crypto::SigningKey& key)
      : origin_(std::move(origin)), key_(key) {
    published_ = sign();
  }
  std::string found_note;  // what found() gives

  void grow(int count, const std::string& salt = {}) {
    MutexLock lock(mutex_);
    while (count-- > 0) leaves_.push_back(tlog::leaf_hash(salt + std::to_string(leaves_.size())));
  }
  // The same size, other leaves; or the last `count` of them gone.
  void fork() {
    MutexLock lock(mutex_);
    for (auto& leaf : leaves_) leaf = tlog::leaf_hash(crypto::view(leaf));
    published_ = sign();
    draft_.clear();
  }
  void cut(int count) {
    MutexLock lock(mutex_);
    leaves_.resize(leaves_.size() - std::min(leaves_.size(), static_cast<std::size_t>(count)));
    published_ = sign();
    draft_.clear();
  }
  void copy_of(const MemoryLog& other) {
    auto leaves = other.leaves();
    MutexLock lock(mutex_);
    leaves_ = std::move(leaves);
    published_ = sign();
  }
  void carry_on(bool drafts) {
    MutexLock lock(mutex_);
    std::string note = sign();
    if (note == published_.substr(0, note.size())) return;
    if (!drafts) {
      published_ = note;
      draft_.clear();
    } else if (draft_.empty()) {
      draft_ = note;
    }
  }
  std::size_t size() const { return leaves().size(); }
  std::string published() const {
    MutexLock lock(mutex_);
    return published_;
  }

  std::string found() const override { return found_note; }
  Result<std::string> newest() const override {
    MutexLock lock(mutex_);
    return draft_.empty() ? published_ : draft_;
  }
  Result<tlog::Hashes> consistency(std::uint64_t from, std::uint64_t to) override {
    auto leaves = this->leaves();
    if (from > to || to > leaves.size()) return fail(Fault::invalid, "bad-size", "No such sizes.");
    return tlog::consistency_proof(
        from, to, [&](int level, std::uint64_t index) -> Result<tlog::Hash> {
          tlog::CompactRange range;
          for (std::uint64_t n = index << level; n < (index + 1) << level; ++n)
            range.append(leaves[n]);
          return range.root();
        });
  }
  Result<void> add_cosignatures(std::string_view text,
                                std::span<const tlog::NoteSignature> lines) override {
    MutexLock lock(mutex_);
    std::string note = draft_.empty() ? published_ : draft_;
    if (tlog::parse_note(note)->text != text)
      return fail(Fault::conflict, "checkpoint-moved", "A newer one is out.");
    for (const auto& line : lines)
      if (note.find(tlog::signature_line(line)) == std::string::npos)
        note += tlog::signature_line(line);
    published_ = note;
    draft_.clear();
    return {};
  }

 private:
  std::vector<tlog::Hash> leaves() const {
    MutexLock lock(mutex_);
    return leaves_;
  }
  std::string sign() const {
    tlog::CompactRange range;
    for (const auto& leaf : leaves_) range.append(leaf);
    return tlog::sign_checkpoint({origin_, range.size(), range.root()}, key_);
  }

  const std::string origin_;
  const crypto::SigningKey& key_;
  mutable Mutex mutex_;
  std::vector<tlog::Hash> leaves_;
  std::string published_, draft_;
};

}  // namespace guildhall::vault::testing
