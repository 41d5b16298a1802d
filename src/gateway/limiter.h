// Requests and tokens a minute, for a virtual key and for a model, shared by all processes: a limit
// is a pot (pots.h) for each minute of the clock, so there is never limit times processes. What a
// request turns out not to have used of its tokens comes back within the minute; its one request
// does not.
//
// Concurrency: as Pots. Limits: kLimitWindowMs. A limit says at most so much in each minute of the
// clock: up to twice as much around its turn.
#pragma once

#include "gateway/models.h"
#include "gateway/pots.h"

namespace guildhall::gateway {

// One request's share of a rate.
struct Share {
  Hold hold;
  // So many tokens were used.
  void used(std::int64_t tokens) {
    if (hold) (void)hold.used({1, tokens});  // the window is forgotten, not billed
  }
};

// `whose` is a key's or a model's inner key. Errors: too_many/"rate-limited": again after
// rate_retry_ms; too_large/"over-rate" where one request is more than a minute's tokens.
Result<Share> take_share(Pots& pots, ProjectId project, std::int64_t whose, const Rates& rates,
                         std::int64_t tokens, TimeMs now);

// Until the minute is over.
std::int64_t rate_retry_ms(TimeMs now);

}  // namespace guildhall::gateway
