// The transparency log of a vault that goes on: after a failed write or sync nothing is
// acknowledged until it was opened again, on what the disk really has. A full disk is tried again
// until there is space; meanwhile nothing can be opened, since no opening can be recorded.
//
// Concurrency: everything from any thread, `carry_on` from one.
// Limits: kLogRetryMs between two tries.
#pragma once

#include <memory>

#include "base/mutex.h"
#include "tlog/log.h"
#include "vault/leaf_log.h"
#include "vault/witnessing.h"

namespace guildhall::vault {

class LiveLog final : public LeafLog, public WitnessedLog {
 public:
  // `key` outlives it. Error: whatever trying again would not mend, a damaged log first of all.
  static Result<std::unique_ptr<LiveLog>> open(std::filesystem::path dir, std::string origin,
                                               const crypto::SigningKey& key);

  Result<void> append(std::span<const std::string> leaves, std::string_view mark) override
      EXCLUDES(mutex_);
  Result<std::string> mark() const override EXCLUDES(mutex_);
  std::string vkey() const override;
  // Integrates what is durable, or tries to open the log anew. With `drafts` the new checkpoint
  // waits for its cosignatures. Error: as `open`.
  Result<void> carry_on(bool drafts) EXCLUDES(mutex_);

  std::string found() const override { return found_; }
  Result<std::string> newest() const override EXCLUDES(mutex_);
  Result<tlog::Hashes> consistency(std::uint64_t from, std::uint64_t to) override EXCLUDES(mutex_);
  Result<void> add_cosignatures(std::string_view text,
                                std::span<const tlog::NoteSignature> lines) override
      EXCLUDES(mutex_);

 private:
  LiveLog(std::filesystem::path dir, std::string origin, const crypto::SigningKey& key)
      : dir_(std::move(dir)), origin_(std::move(origin)), key_(key) {}
  std::shared_ptr<tlog::Log> log() const EXCLUDES(mutex_);
  std::unexpected<Error> closed() const EXCLUDES(mutex_);
  Result<void> reopen() EXCLUDES(mutex_);

  const std::filesystem::path dir_;
  const std::string origin_;
  const crypto::SigningKey& key_;
  std::string found_;
  mutable Mutex mutex_;
  std::shared_ptr<tlog::Log> log_ GUARDED_BY(mutex_);  // null: to be opened
  Error failure_ GUARDED_BY(mutex_);                   // why it is not open
  bool broken_ GUARDED_BY(mutex_) = false;             // it failed under somebody
  std::int64_t retry_at_ms_ = 0;
};

}  // namespace guildhall::vault
