// The layers that enter() puts on, one by one: apart so that a test can leave one out and show what
// gets through then.
//
// Concurrency: as enter(). Limits: as enter().
#pragma once

#include <vector>

#include "base/result.h"
#include "sandbox/place.h"
#include "sandbox/profiles.h"

namespace guildhall::sandbox {

Result<void> check_alone_in_net();
Result<void> check_descriptors(const Profile& profile);
Result<void> give_up_privileges();
Result<void> apply_limits(const Profile& profile);

struct Landlock {
  int abi = 0;
  bool tcp = false;
  bool scopes = false;
};
// A kernel without Landlock is no error: abi is 0.
Result<Landlock> restrict_with_landlock(const Profile& profile, const std::vector<Place>& files);

// Also installs the handler that reports refusals.
Result<void> install_filter(const Profile& profile);

}  // namespace guildhall::sandbox
