// What happens after an attempt at a target: the same one again, the next one, or the end. Pure: it
// is told what came of each attempt and answers; nothing else of an attempt (its reply's header,
// its body) is given to it, so nothing of one can colour the next.
//
// Rules. Once a byte of the reply went to the client there is no other attempt. What the client
// caused (a request that no target will take) ends it. Faults of the moment (no connection, a cut
// before the first byte, 408, 409, 429, 5xx) are repeated at the same target, at most
// kMaxTargetAttempts times, after a pause that doubles, with jitter (between half and all of it); a
// provider that asks for a longer pause gets it up to kMaxAttemptPauseMs, beyond which its target
// is passed over. Faults of the target (a credential refused, no such model there, a quota used up)
// lead to the next target at once. After a wait that ran out the request may still be worked on,
// and billed: then only the next target, never the same again.
//
// Concurrency: one thread a request. Limits: kMaxAttempts, kMaxTargetAttempts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/limits.h"
#include "base/random.h"

namespace guildhall::gateway {

// How long each part of an attempt may take.
struct Patience {
  std::int64_t connect_ms = 5'000;
  std::int64_t first_token_ms = 120'000;
  std::int64_t between_tokens_ms = 60'000;
  std::int64_t whole_ms = 600'000;
};

enum class AttemptFault : unsigned char {
  none,
  resting,        // its breaker did not admit it: nothing was sent
  no_connection,  // nothing was sent
  cut,            // after it was sent, before its end
  timeout,        // no first token, none after it, or not whole in time
  answered,       // with a status that is no success
};

struct AttemptEnd {
  AttemptFault fault = AttemptFault::none;
  int status = 0;                              // of `answered`
  std::optional<std::int64_t> retry_after_ms;  // as the provider asked
  bool streamed = false;                       // a byte of it went to the client
};

struct NextStep {
  enum class Kind : unsigned char { done, again, next_target, give_up };
  Kind kind = Kind::done;
  std::int64_t pause_ms = 0;  // before it
};

class Attempts {
 public:
  Attempts(std::size_t targets, Random& random) : targets_(targets), random_(random) {}

  std::size_t target() const { return target_; }  // where the attempt now under way goes
  NextStep after(const AttemptEnd& end);
  int made() const { return made_; }

 private:
  NextStep at_next();
  std::int64_t pause();

  std::size_t targets_;
  Random& random_;
  std::size_t target_ = 0;
  int made_ = 0;
  int here_ = 0;  // at this target
};

// Does it count against the target, for its breaker?
bool is_targets_fault(const AttemptEnd& end);

}  // namespace guildhall::gateway
