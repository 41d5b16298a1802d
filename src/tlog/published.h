// A log as it was published: its newest checkpoint when it was opened, and whatever that covers,
// read from the static files alone.
//
// Concurrency: one thread each, any number beside the writer. The checkpoint's signatures are not
// verified: this serves what lies there; who is handed it verifies.
// Limits: memory of one bundle and of the tiles of one proof.
#pragma once

#include "tlog/checkpoint.h"
#include "tlog/files.h"
#include "tlog/proof.h"
#include "tlog/tile_reader.h"

namespace guildhall::tlog {

class PublishedLog {
 public:
  // `folder` is the one with `checkpoint` and `tile/`. Errors: not_found/"no-log"; those of Files,
  // notes and checkpoints.
  static Result<PublishedLog> open(Files& files, const Files::Path& folder);

  const Checkpoint& checkpoint() const { return checkpoint_; }
  const std::string& note() const { return note_; }
  std::uint64_t size() const { return checkpoint_.size; }
  std::uint64_t bundles() const { return (size() + kTileWidth - 1) / kTileWidth; }

  // The bytes of a bundle, for read_bundle. Errors: internal/"log-damaged".
  Result<std::string> bundle(std::uint64_t index) { return reader_.bytes(kEntriesLevel, index); }
  // With the entry as its extra data, so that one file proves it. Error: not_found/"no-such-leaf".
  Result<Proof> prove(std::uint64_t index);

 private:
  PublishedLog(Files& files, const Files::Path& folder, std::string note, Checkpoint checkpoint)
      : note_(std::move(note)),
        checkpoint_(std::move(checkpoint)),
        reader_(files, folder, checkpoint_.size) {}

  std::string note_;
  Checkpoint checkpoint_;
  TileReader reader_;
};

}  // namespace guildhall::tlog
