// `guildhall log`: who opened what in a room, asked of the room and not believed: every line is
// printed only with a proof that the log, signed by the key given here, has it.
//
// What is proved: that this opening, of this time, reason, number of objects and person's
// commitment, is in the log. Which member a commitment stands for, and which things the leaf's
// numbers are, is the room's word; so is that these are all (docs/verify.md).
//
// Concurrency: one thread. Limits: the room's, per page.
#pragma once

#include <string>
#include <vector>

#include "verify/finding.h"

namespace guildhall::verify {

struct LogQuery {
  std::string room;     // URL
  std::string token;    // of an owner or auditor
  std::string ca_file;  // authorities for https
  std::string params;   // of the list of openings: "task=…", "member=…&from=…"
  std::vector<tlog::VerifierKey> keys;
  std::vector<tlog::VerifierKey> witnesses;
  bool json = false;
};

// "task=ID" and so on by what the id names; empty for what openings are not asked by.
std::string about(const std::string& id);
std::string escaped(std::string_view text);  // for a query

// Prints; gives how many lines.
Checked<std::uint64_t> print_openings(const LogQuery& query);

}  // namespace guildhall::verify
