// Counts sign-in attempts per e-mail address and per network address in fixed windows, and says
// when it is enough. An attempt is counted before the password is looked at, so that a crowd of
// parallel attempts is no way around; a right password clears the e-mail address's count.
//
// Concurrency: any thread. Counts are of one process: with n servers a guesser has n times the
// attempts, which Argon2's price still makes useless.
// Limits: kMaxSignInAttempts, kMaxSignInAttemptsPeer, kSignInWindowMs, kMaxSignInCounters (when
// full, ended windows go, and then whoever is new is refused: forgetting would reopen the door).
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"

namespace guildhall::identity {

class SignInLimiter {
 public:
  // Error: too_many/"too-many-attempts".
  Result<void> count(std::string_view email_hash, std::string_view peer, TimeMs now)
      EXCLUDES(mutex_);
  void succeeded(std::string_view email_hash) EXCLUDES(mutex_);

 private:
  struct Counter {
    TimeMs since = 0;
    int attempts = 0;
  };
  bool admit(std::string key, int most, TimeMs now) REQUIRES(mutex_);

  Mutex mutex_;
  std::unordered_map<std::string, Counter> counters_ GUARDED_BY(mutex_);
};

// What of a network address is counted: an IPv4 address whole, of an IPv6 address the first 64
// bits, since whoever has one of those has all of them.
std::string peer_network(std::string_view address);

}  // namespace guildhall::identity
