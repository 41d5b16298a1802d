// A project's guidelines: versions that are never edited, and which of them each person has seen.
//
// A version that is marked `must_read` is to be seen before work goes on: the project's row says
// which the newest of those is, and pages ask the person.
//
// Concurrency: inside the caller's transaction where they take one; otherwise one of their own.
// Limits: kMaxGuidelinesBytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "work/context.h"

namespace guildhall::work {

struct Guidelines {
  std::int64_t version = 0;
  std::string markdown;
  std::string note;
  bool must_read = false;
  TimeMs created_at = 0;
};

Result<void> check_guidelines(std::string_view markdown);
// As a version keeps them.
std::string guidelines_body(const Guidelines& guidelines);

// `draft` without version and time; both come back.
Result<Guidelines> add_guidelines(const Context& ctx, const Actor& actor, ProjectId project,
                                  Guidelines draft);
// Version 0: the newest. Version numbers start at 1.
Result<Guidelines> find_guidelines(store::Tx& tx, const Context& ctx, ProjectId project,
                                   std::int64_t version);
Result<std::vector<Guidelines>> list_guidelines(store::Tx& tx, const Context& ctx,
                                                ProjectId project);

// The actor has seen this version; an older one than they saw before changes nothing.
Result<void> see_guidelines(const Context& ctx, const Actor& actor, ProjectId project,
                            std::int64_t version);
// The newest version that a member has seen; `into` stays as it is where they saw none.
store::Tx::Query guidelines_seen(const Context& ctx, ProjectId project, MemberId member,
                                 std::int64_t& into);

}  // namespace guildhall::work
