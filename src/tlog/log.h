// The writer of a transparency log (C2SP tlog-tiles below `dir/log`, static files that any web
// server could serve). Two steps: `append` makes leaves durable in a journal, many callers sharing
// one fdatasync; `integrate` puts what is durable into tiles, syncs those, and only then publishes
// a checkpoint. A crash anywhere leaves a consistent log, and opening it finishes the rest.
//
// After a failed write or sync nothing more is acknowledged: reopen. Nobody knows what the disk
// has.
//
// Where witnesses are prompt, `draft` takes the place of `integrate`: the new checkpoint stays
// inside until it is cosigned, so that what is out always carries their cosignatures. The journal
// keeps what is not published, and a crash loses nothing by it.
//
// Concurrency: everything from any thread. `integrate`, `draft` and `add_cosignatures` take turns;
// call one of the first two every 100 ms or so. A second process is refused. The key must outlive
// the log. Limits: kMaxLeafBytes, kMaxMarkBytes; kMaxPendingLeafBytes acknowledged and not
// integrated.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "tlog/checkpoint.h"
#include "tlog/files.h"
#include "tlog/journal.h"
#include "tlog/proof.h"
#include "tlog/tile_writer.h"

namespace guildhall::tlog {

struct LogOptions {
  Files* files = nullptr;                    // the disk where none is given; must outlive the log
  std::uint64_t segment_bytes = 8ULL << 20;  // a journal's segment is replaced when so long
  std::vector<VerifierKey> earlier_keys;     // that may have signed the checkpoint found there
};

class Log {
 public:
  // Makes the log where there is none. Errors: those of Files; invalid/"wrong-origin" where it is
  // another log; internal/"log-damaged";
  // forbidden/"bad-signature" where no key known here signed its checkpoint.
  static Result<std::unique_ptr<Log>> open(const std::filesystem::path& dir, std::string origin,
                                           const crypto::SigningKey& key, LogOptions options = {});
  ~Log();

  // Durable on return; gives the index of the first leaf. A `mark` that is not empty is kept with
  // the leaves, atomically (also without any). Errors: too_large/"leaf-too-large",
  // unavailable/"log-behind", unavailable/"log-failed", and the disk's for whom it failed under.
  Result<std::uint64_t> append(std::span<const std::string> leaves, std::string_view mark = {});
  // Publishes everything acknowledged before the call. Nothing is done where nothing is new.
  Result<> integrate();
  // As integrate, but the checkpoint is not published: newest() gives it, add_cosignatures or the
  // next integrate publishes. Nothing is done while there is one already.
  Result<> draft();

  std::uint64_t size() const;      // covered by the checkpoint
  std::uint64_t durable() const;   // acknowledged
  std::string mark() const;        // the newest durable one
  std::string checkpoint() const;  // the signed note, with its cosignatures
  std::string newest() const;      // the draft, where there is one, else the same
  const VerifierKey& key() const { return vkey_; }

  // Adds witnesses' lines to the draft or checkpoint with this text and publishes it. The lines are
  // not verified here. Error: conflict/"checkpoint-moved" where a newer one is out.
  Result<> add_cosignatures(std::string_view text, std::span<const NoteSignature> lines);

  // Against the current checkpoint. Error: not_found/"no-such-leaf".
  Result<Proof> prove(std::uint64_t index);
  Result<std::string> entry(std::uint64_t index);
  // From the empty tree on, for a witness; to the newest size or below. Error: invalid/"bad-size".
  Result<Hashes> consistency(std::uint64_t from, std::uint64_t to);

 private:
  Log(std::filesystem::path dir, std::string origin, const crypto::SigningKey& key,
      LogOptions options);

  Result<> load();
  Result<> publish(const std::string& note) REQUIRES(publishing_);
  Result<> grow(bool publishes);
  Result<> write_tree() REQUIRES(publishing_);
  Result<> publish_tree() REQUIRES(publishing_);
  Result<> rotate() REQUIRES(publishing_);
  void lead() REQUIRES(mutex_);
  Result<std::pair<std::string, std::uint64_t>> current() const;
  std::filesystem::path tiles() const { return dir_ / "log"; }

  const std::filesystem::path dir_;
  const std::string origin_;
  const crypto::SigningKey& signer_;
  const VerifierKey vkey_;
  const LogOptions options_;
  const std::unique_ptr<Files> own_files_;
  Files& files_;
  std::shared_ptr<void> lock_;

  Mutex publishing_;  // before mutex_
  TileWriter writer_ GUARDED_BY(publishing_);

  mutable Mutex mutex_;
  CondVar changed_;
  Journal journal_;  // the leader's
  bool leading_ GUARDED_BY(mutex_) = false;
  bool failed_ GUARDED_BY(mutex_) = false;
  std::uint64_t segment_bytes_ GUARDED_BY(mutex_) = 0;  // of the journal's newest
  std::string records_ GUARDED_BY(mutex_);              // encoded, not written
  std::deque<std::string> pending_ GUARDED_BY(mutex_);  // leaves from tree_size_ on
  std::size_t pending_bytes_ GUARDED_BY(mutex_) = 0;
  std::uint64_t next_ GUARDED_BY(mutex_) = 0;
  std::uint64_t durable_ GUARDED_BY(mutex_) = 0;
  std::uint64_t tickets_ GUARDED_BY(mutex_) = 0;          // appends taken in
  std::uint64_t durable_tickets_ GUARDED_BY(mutex_) = 0;  // and made durable
  std::string next_mark_ GUARDED_BY(mutex_);
  std::string mark_ GUARDED_BY(mutex_);
  std::uint64_t tree_size_ GUARDED_BY(mutex_) = 0;  // in tiles
  std::uint64_t size_ GUARDED_BY(mutex_) = 0;       // and published
  std::string draft_ GUARDED_BY(mutex_);            // empty: tree_size_ is size_
  std::string note_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::tlog
