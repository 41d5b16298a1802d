// Entry bundles (C2SP tlog-tiles): up to 256 entries, each behind its length as two bytes.
//
// Concurrency: pure. Limits: kMaxLeafBytes per entry, 256 entries per bundle.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace guildhall::tlog {

// The entry must not be longer than kMaxLeafBytes.
void append_entry(std::string& bundle, std::string_view entry);
// All entries, as views into `bundle`. Error: malformed/"bad-entry-bundle" (cut off, too many).
Result<std::vector<std::string_view>> read_bundle(std::string_view bundle);

}  // namespace guildhall::tlog
