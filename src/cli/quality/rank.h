// guildhall quality rank: who is best, from comparisons of two.
//
// Concurrency: one thread (the engine uses several). Limits: as pairs_file.h.
#pragma once

#include <span>

#include "cli/quality/pairs_file.h"

namespace guildhall::cli {

struct RankArgs {
  PairsSource source;
  std::string method = "bradley-terry";
  std::string output;  // empty: standard output
  bool json = false;
  int next = 0;  // how many pairs to ask about next, instead of the ranking
};

struct RankMethod {
  std::string_view name;
  std::string_view what;  // one line
};
std::span<const RankMethod> rank_methods();

// The exit status; what went wrong is on standard error.
int rank(const RankArgs& args);

}  // namespace guildhall::cli
