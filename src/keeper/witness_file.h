// What the keeper cosigned last of each room's log, in DIR/witness.json; durable before a
// cosignature leaves. A log that is not in it starts from nothing only in the folder that the
// keeper was made in: a folder that was copied, restored or rebuilt may have forgotten what it
// cosigned, so there each log waits for trust(), the operator's word. The folder is known by the
// inode and the birth of DIR/witness.place, which no copy keeps.
//
// Concurrency: any thread and process; changes take turns by the folder's lock.
// Limits: one note for each room.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "tlog/witness.h"

namespace guildhall::keeper {

// A keeper's key as a witness.
tlog::VerifierKey witness_key(std::string_view public_key);

class WitnessFile {
 public:
  explicit WitnessFile(std::filesystem::path dir) : dir_(std::move(dir)) {}

  // For a keeper whose key has never signed anything.
  Result<void> create(std::string_view public_key) const;
  // For one whose key may have.
  Result<void> create_unknowing(std::string_view public_key) const;
  // The keeper's vkey as a witness.
  Result<std::string> own_key() const;

  // Errors: forbidden/"witness-behind" where it may not cosign before trust();
  // malformed/"bad-witness-file".
  Result<tlog::Cosigned> read(const tlog::VerifierKey& log) const;
  // What is kept, whether it may cosign or not.
  Result<tlog::Cosigned> kept(const tlog::VerifierKey& log) const;
  // As tlog::WitnessState::replace.
  Result<void> replace(const tlog::VerifierKey& log, std::uint64_t size,
                       const tlog::Cosigned& next) const;
  // The newest checkpoint that was cosigned, by the operator's word. Errors: those of
  // tlog::open_checkpoint; conflict/"checkpoint-older" where a newer one is kept,
  // conflict/"log-fork" where another of its size is.
  Result<tlog::Checkpoint> trust(const tlog::VerifierKey& log, std::string_view note) const;
  // What is kept is known to be old.
  Result<void> distrust(const tlog::VerifierKey& log) const;

 private:
  std::filesystem::path dir_;
};

}  // namespace guildhall::keeper
