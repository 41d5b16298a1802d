// A proof that a log has an entry (tlog-proof with the entry as its extra data), checked with
// nothing but the file and the public keys.
//
// Concurrency: pure. Limits: those of proofs.
#pragma once

#include <string>
#include <string_view>

#include "verify/verifier.h"

namespace guildhall::verify {

struct Proven {
  tlog::Checkpoint checkpoint;
  std::uint64_t index = 0;
  std::string entry;
};

// Kinds: bad_proof, those of a checkpoint's signatures, not_included.
Checked<Proven> check_proof(std::string_view text, const Wanted& wanted);

}  // namespace guildhall::verify
