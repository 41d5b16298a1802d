// guildhall quality agreement: how far people agree, by every coefficient in use, each with its
// standard error.
//
// Concurrency: one thread (the engine uses several). Limits: as judgments_file.h.
#pragma once

#include "cli/quality/judgments_file.h"

namespace guildhall::cli {

struct AgreementArgs {
  JudgmentsSource source;
  std::string output;  // empty: standard output
  bool json = false;
  // Labels are steps of a scale: weighted coefficients too. Said by a person, since numbers may as
  // well be names.
  bool scale = false;
};

// The exit status; what went wrong is on standard error.
int agreement(const AgreementArgs& args);

}  // namespace guildhall::cli
