// An offline proof that an entry is in the log (C2SP tlog-proof@v1): the entry's index, its path to
// the root, and the checkpoint with its signatures. What an expert is handed with accepted work.
//
// Concurrency: pure. Limits: those of notes; 63 hashes; kMaxLeafBytes of extra data.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tlog/checkpoint.h"

namespace guildhall::tlog {

struct Proof {
  std::optional<std::string> extra;  // bytes that nobody signed
  std::uint64_t index = 0;
  Hashes path;
  std::string checkpoint;  // the whole signed note, verbatim
};

std::string to_text(const Proof& proof);
// Looks at the form only. Error: malformed/"bad-proof".
Result<Proof> parse_proof(std::string_view text);

// That the log, and every one of `witnesses`, signed a tree with `entry` at proof.index. Gives the
// checkpoint. Errors: those of open_checkpoint; forbidden/"not-included".
Result<Checkpoint> verify_proof(const Proof& proof, std::string_view entry, const VerifierKey& log,
                                std::span<const VerifierKey> witnesses = {});

}  // namespace guildhall::tlog
