// A share (crypto/shares.h) as people print, keep and type it: groups of eight letters of
// Crockford's base32, which has no letter that is taken for another.
//
// Six letters of a group carry bits, two check it: one wrong letter is named, as is a group that is
// missing or out of place. The whole carries a checksum besides. The bytes: version 1, the set (4),
// threshold and index (a nibble each, less one), the secret's length, the value, and 4 of the
// SHA-256 of all that.
//
// Concurrency: pure functions, any thread. Limits: those of shares.h.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/shares.h"

namespace guildhall::crypto {

Secret share_text(const Share& share);

// Takes either case, any spaces and hyphens between groups, O for 0, I and L for 1.
// Error: invalid/"bad-share", which names the group and letter at fault.
Result<Share> read_share(std::string_view text);

}  // namespace guildhall::crypto
