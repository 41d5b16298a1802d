// The table of system calls: which are taken from which roles, how, and why.
//
// Concurrency: constants. Limits: a call in no row ends the process.
#pragma once

#include <span>
#include <string_view>

#include "sandbox/profiles.h"

namespace guildhall::sandbox {

// Who may make a call. Who may not, is refused aloud, but where it says otherwise.
enum class Grant : unsigned char {
  all,
  by_arguments,  // filter.cpp says which
  accepts,
  connects,
  locks_memory,
  reads_files,  // else silently EACCES, here and below
  writes_files,
  nobody,
  nobody_absent,  // silently ENOSYS, so that a library takes another way
};

struct Calls {
  Grant grant;
  std::string_view names;  // separated by blanks
  std::string_view why;
};

std::span<const Calls> call_table();

// Whether the role may make such calls whatever their arguments.
bool granted(Grant grant, const Profile& profile);

}  // namespace guildhall::sandbox
