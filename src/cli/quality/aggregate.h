// guildhall quality aggregate: what the right label of each item is, and who gives it.
//
// Concurrency: one thread (the engine uses several). Limits: as judgments_file.h.
#pragma once

#include "cli/quality/judgments_file.h"

namespace guildhall::cli {

struct AggregateArgs {
  JudgmentsSource source;
  std::string method = "auto";
  std::string output;    // empty: standard output
  bool gold = false;     // the stated truth is known: clamped, instead of compared with
  bool workers = false;  // the table of people instead of the items'
  bool json = false;     // both
};

// The exit status; what went wrong is on standard error.
int aggregate(const AggregateArgs& args);

}  // namespace guildhall::cli
