// A notice: what a webhook is sent of one deed, after Standard Webhooks
// (https://github.com/standard-webhooks/standard-webhooks, the specification).
//
//   webhook-id          the deed's external id: the same at every attempt
//   webhook-timestamp   seconds, of the attempt
//   webhook-signature   v1, and the base64 of HMAC-SHA256 over id.timestamp.body under the secret
//
//   {"type": event, "timestamp": of the deed, "data": {"project", what it is about, "state"}}
//
// Ids, names of events, times and states: no content, no title, nobody's name.
//
// Concurrency: pure. Limits: none.
#pragma once

#include "gateway/frames.h"
#include "room/out/webhooks.h"

namespace guildhall::room {

struct Notice {
  std::string body;
  gateway::HeaderList headers;
};
Notice make_notice(const store::ExternalIds& ids, const Webhook& hook, const HookDeed& deed,
                   TimeMs now);

// `v1,…` under the secret as it was shown. Empty: that is no such secret.
std::string notice_signature(const Secret& secret, std::string_view id, std::int64_t seconds,
                             std::string_view body);

}  // namespace guildhall::room
