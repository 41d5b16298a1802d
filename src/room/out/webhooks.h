// Webhooks: who is told of what is done in a project. Each names a peer of the room's signed list,
// the events that it is told (hook_events.h), and has a secret that signs what is sent, shown once.
// All three are content of the project, one sealed object; the row beside it says how far it was
// told, and how the last attempts went.
//
// A webhook is told in the order of the deeds (store/database.h), from the moment it was made. What
// was told is recorded after the peer said yes, so a process that dies between the two tells it
// again, under the same id.
//
// Concurrency: functions with a Tx as the Tx; the others are one transaction, from any thread.
// Limits: kMaxWebhooks of a project, kWebhookDeeds a look, kWebhookRetryMs to kWebhookMostRetryMs,
// kWebhookGiveUpMs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "gateway/context.h"
#include "room/out/hook_events.h"

namespace guildhall::room {

inline constexpr std::string_view kWebhookSecret = "whsec_";  // and base64

struct HookPlace {
  std::int64_t tick = 0;
  std::int64_t deed = 0;
  auto operator<=>(const HookPlace&) const = default;
};

struct Webhook {
  WebhookId id;
  ProjectId project;
  bool active = true;
  TimeMs created_at = 0;
  HookPlace place;  // up to here all is told
  std::int64_t told = 0;
  TimeMs told_at = 0;
  std::int64_t tries = 0;  // that failed, since the last that did not
  TimeMs failing_since = 0;
  TimeMs next_try = 0;
  std::int64_t last_status = 0;  // of HTTP; 0: there was no answer
  std::string last_error;        // a slug; empty: the last attempt went well

  // Of its content, once it is opened.
  std::string peer;
  std::vector<std::string> events;
  Secret secret;  // as it was shown
};

// Errors: invalid/"bad-webhook", naming the field; conflict/"too-many-webhooks".
Result<Webhook> create_webhook(const gateway::Context& ctx, MemberId actor, ProjectId project,
                               std::string peer, std::vector<std::string> events);
// Errors: not_found/"no-webhook".
Result<void> remove_webhook(const gateway::Context& ctx, MemberId actor, ProjectId project,
                            WebhookId id);
// One that was disabled, or waits to be tried again, is tried now.
Result<void> resume_webhook(const gateway::Context& ctx, MemberId actor, ProjectId project,
                            WebhookId id);
// Opened, in the order of their making.
Result<std::vector<Webhook>> list_webhooks(store::Tx& tx, const gateway::Context& ctx,
                                           ProjectId project);

// ---- telling
// Those of the whole room that may be told something now, not opened.
Result<std::vector<Webhook>> due_webhooks(store::Tx& tx, const gateway::Context& ctx);
Result<void> open_webhook(store::Tx& tx, const gateway::Context& ctx, Webhook& hook);

// A deed that is told, and where it stands.
struct HookDeed {
  HookPlace place;
  TimeMs at = 0;
  const HookEvent* event = nullptr;
  std::int64_t object = 0;
  std::int64_t detail = 0;
};
// What an opened webhook is told next. Nothing: `upto` is moved to the last deed that was read.
Result<std::optional<HookDeed>> next_for(store::Tx& tx, const gateway::Context& ctx,
                                         const Webhook& hook, HookPlace& upto);

// The peer took it.
Result<void> record_told(const gateway::Context& ctx, const Webhook& hook, HookPlace place,
                         std::int64_t status);
// It did not. `for_good`: the peer wants no more.
Result<void> record_failure(const gateway::Context& ctx, const Webhook& hook, std::int64_t status,
                            std::string_view error, bool for_good);
// How long after so many failures the next attempt is made.
std::int64_t hook_pause_ms(std::int64_t tries);

}  // namespace guildhall::room
