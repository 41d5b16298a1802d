// The whole check of a log, and of its continuing the checkpoint that was verified before.
//
// Concurrency: pure but for the source. Limits: those of Rebuild.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verify/finding.h"
#include "verify/source.h"

namespace guildhall::verify {

struct Wanted {
  tlog::VerifierKey log;
  std::vector<tlog::VerifierKey> witnesses;  // every one must have signed
  std::optional<std::string> since;          // the note that was verified before
};

// A checkpoint, signed by the log and every witness.
Checked<tlog::Checkpoint> open_note(std::string_view note, const Wanted& wanted);

Checked<Report> verify_log(Source& source, const Wanted& wanted);

}  // namespace guildhall::verify
