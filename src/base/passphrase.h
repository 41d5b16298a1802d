// A passphrase (or a token's PIN), from a file's first line or from the terminal without being
// shown.
//
// Concurrency: the command line's only thread. Limits: kMaxPasswordBytes.
#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace guildhall {

// `what` names it in an error. Errors: those of read_file; invalid/"no-passphrase" for an empty
// one, or where there is no terminal to ask at.
Result<Secret> passphrase_from(const std::string& file, const char* question,
                               const char* what = "passphrase");
// Asks twice at a terminal. Error: invalid/"passphrases-differ" as well.
Result<Secret> new_passphrase_from(const std::string& file);

}  // namespace guildhall
