// What happens between clone and exec, in the child of spawn.
//
// Concurrency: the process has one thread. Limits: kMaxHandedOver.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/spawn.h"

namespace guildhall::sandbox {

// Where a set-up failed; the child tells its parent.
enum class Step : int {
  identity,
  mounts,
  host_name,
  privileges,
  limits,
  session,
  parent,
  descriptors,
  execute,
};
std::string_view step_name(Step step);

struct Failure {
  Step step;
  int error;  // errno
};

// All that the child needs, made before it is cloned.
struct Plan {
  std::string executable;  // empty: only try, and end with status 0
  std::vector<char*> args;
  std::vector<char*> environment;
  std::vector<int> descriptors;
  Namespaces namespaces;
  std::vector<Place> places;  // parents before children
  int output = -1;
  bool terminal = false;
  bool privileged = false;
  uid_t user = 0;
  gid_t group = 0;
  int report = -1;  // a pipe, closed by exec, that takes one Failure
};

[[noreturn]] void run_child(const Plan& plan);

// Pivots into an empty root with `places`. False: errno says why.
bool enter_root(const std::vector<Place>& places);

}  // namespace guildhall::sandbox
