// guildhall quality anomalies: what a person should look at, with the figures it rests on. Nothing
// here is a verdict.
//
// Concurrency: one thread (the engine uses several). Limits: as judgments_file.h.
#pragma once

#include "cli/quality/judgments_file.h"

namespace guildhall::cli {

struct AnomaliesArgs {
  JudgmentsSource source;
  std::string output;  // empty: standard output
  double fdr = 0.01;   // expected share of false findings
};

// The exit status; what went wrong is on standard error.
int anomalies(const AnomaliesArgs& args);

}  // namespace guildhall::cli
