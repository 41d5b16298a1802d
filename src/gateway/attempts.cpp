#include "gateway/attempts.h"

#include <algorithm>

namespace guildhall::gateway {
namespace {

enum class Meaning : unsigned char { moment, target, client };

// 529 is a provider's "overloaded".
Meaning meaning_of(int status) {
  switch (status) {
    case 408:
    case 409:
    case 425:
    case 429: return Meaning::moment;
    case 401:
    case 402:
    case 403:
    case 404: return Meaning::target;
    default: return status >= 500 ? Meaning::moment : Meaning::client;
  }
}

}  // namespace

bool is_targets_fault(const AttemptEnd& end) {
  switch (end.fault) {
    case AttemptFault::none:
    case AttemptFault::resting: return false;
    case AttemptFault::no_connection:
    case AttemptFault::cut:
    case AttemptFault::timeout: return true;
    case AttemptFault::answered: return meaning_of(end.status) != Meaning::client;
  }
  return true;
}

std::int64_t Attempts::pause() {
  std::int64_t whole = std::min(kAttemptPauseMs << (here_ - 1), kMaxAttemptPauseMs);
  return whole / 2 +
         static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(whole / 2 + 1)));
}

NextStep Attempts::at_next() {
  if (made_ >= kMaxAttempts || target_ + 1 >= targets_) return {NextStep::Kind::give_up, 0};
  ++target_;
  here_ = 0;
  return {NextStep::Kind::next_target, 0};
}

NextStep Attempts::after(const AttemptEnd& end) {
  if (end.fault != AttemptFault::resting) {
    ++made_;
    ++here_;
  }
  if (end.fault == AttemptFault::none) return {NextStep::Kind::done, 0};
  if (end.streamed) return {NextStep::Kind::give_up, 0};
  if (end.fault == AttemptFault::resting || end.fault == AttemptFault::timeout) return at_next();
  if (end.fault == AttemptFault::answered) {
    auto meaning = meaning_of(end.status);
    if (meaning == Meaning::client) return {NextStep::Kind::give_up, 0};
    if (meaning == Meaning::target) return at_next();
  }
  std::int64_t asked = std::max<std::int64_t>(end.retry_after_ms.value_or(0), 0);
  if (here_ >= kMaxTargetAttempts || made_ >= kMaxAttempts || asked > kMaxAttemptPauseMs) {
    return at_next();
  }
  return {NextStep::Kind::again, std::max(pause(), asked)};
}

}  // namespace guildhall::gateway
