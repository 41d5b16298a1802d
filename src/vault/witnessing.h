// The log's side of its witnesses, the room's keepers: what each is asked to cosign, and what comes
// of its answer. All are asked for the same checkpoint, and the next is made when every prompt one
// has answered, so that a published checkpoint carries all their cosignatures. One that keeps it
// waiting for kWitnessPatienceMs is not waited for again until it has answered; without a prompt
// witness checkpoints are published as they are made.
//
// With each answer to a keeper goes a tally, signed, of what the vault has opened and taken in.
//
// Concurrency: any thread; the log's port is called under the lock and must not call back.
// Limits: kMaxWitnesses.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "tlog/checkpoint.h"
#include "vault/lease_frame.h"

namespace guildhall::vault {

class WitnessedLog {
 public:
  virtual ~WitnessedLog() = default;
  // The published checkpoint as it was found when the log was opened; may be empty.
  virtual std::string found() const = 0;
  virtual Result<std::string> newest() const = 0;
  virtual Result<tlog::Hashes> consistency(std::uint64_t from, std::uint64_t to) = 0;
  // Error: conflict/"checkpoint-moved" where a newer one is out.
  virtual Result<void> add_cosignatures(std::string_view text,
                                        std::span<const tlog::NoteSignature> lines) = 0;
};

class Witnessing {
 public:
  struct Ports {
    WitnessedLog& log;
    const crypto::SigningKey& log_key;
    std::function<Counts()> counts;
    const Clock& wall;
    const Clock& steady;
  };
  Witnessing(RoomId room, Ports ports);

  // By their public keys; what is known of those that stay is kept.
  void set_keepers(const std::vector<std::string>& public_keys) EXCLUDES(mutex_);

  // An answer to this keeper should be given now: there is something for it to cosign.
  bool news(std::string_view keeper) EXCLUDES(mutex_);
  // Held answers should be: once for each checkpoint that some keeper is to cosign.
  bool calls() EXCLUDES(mutex_);
  // Appends the frames for this keeper: a tally; a checkpoint where there is one to cosign.
  void append(std::string& body, std::string_view keeper) EXCLUDES(mutex_);
  // The payload of a cosignature frame. Errors: not_found/"no-such-witness"; those of
  // open_witness_word; malformed/"bad-witness-answer", those of notes;
  // conflict/"cosignature-unasked", conflict/"cosignature-refused"; those of the log.
  Result<void> take(std::string_view keeper, std::string_view payload) EXCLUDES(mutex_);

  // Whether the next checkpoint should wait for cosignatures. To be asked before each is made.
  bool holds() EXCLUDES(mutex_);

 private:
  struct Asked {
    std::string text, note, digest;
    std::uint64_t size = 0;
  };
  struct Keeper {
    std::string public_key;
    tlog::VerifierKey key;
    bool prompt = false;
    std::uint64_t size = 0;  // that it cosigned last, as far as is known
    std::string cosigned;    // the text that it cosigned last
    std::string newest;      // and the whole note, with the others' lines
    std::string told;        // as it was sent to it
    std::string refused;     // the text that it would not cosign
    Asked asked;
  };
  struct Round {       // the checkpoint that all are asked for
    std::string seen;  // as the log gave it
    std::string text, note;
    tlog::Checkpoint checkpoint;
    std::int64_t since_ms = 0;
    TimeMs made_ms = 0;
    bool out = false;                                  // with the lines that there are
    bool called = false;                               // for it
    std::map<std::string, tlog::NoteSignature> lines;  // by the keepers' keys
  };

  Keeper* find(std::string_view public_key) REQUIRES(mutex_);
  void recall(Keeper& keeper) REQUIRES(mutex_);
  void refresh() REQUIRES(mutex_);
  bool wants(const Keeper& keeper) const REQUIRES(mutex_);
  bool complete() const REQUIRES(mutex_);
  void ask(std::string& body, Keeper& keeper) REQUIRES(mutex_);
  Result<void> accept(Keeper& keeper, std::string_view lines) REQUIRES(mutex_);
  Result<void> publish() REQUIRES(mutex_);

  const RoomId room_;
  const Ports ports_;
  const TimeMs began_ms_;
  Mutex mutex_;
  std::vector<Keeper> keepers_ GUARDED_BY(mutex_);
  Round round_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::vault
