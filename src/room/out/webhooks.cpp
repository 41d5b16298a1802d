#include "room/out/webhooks.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "gateway/terms.h"

namespace guildhall::room {
namespace {

using gateway::Context;
using store::Row;
using store::Tx;

constexpr std::int64_t kActive = 1;
constexpr std::int64_t kDisabled = 2;
constexpr std::size_t kSecretBytes = 32;

struct HookRow {
  Webhook hook;
  ContentRef terms;
};

#define GH_HOOK_SELECT                                                                       \
  "SELECT webhook, project, state, terms_ref, created_at, tick, deed, told, told_at, tries," \
  " failing_since, next_try, last_status, last_error FROM webhook WHERE room = $1"

HookRow read_hook(const Row& row) {
  HookRow out;
  out.hook.id = row.id<WebhookId>(0);
  out.hook.project = row.id<ProjectId>(1);
  out.hook.active = row.integer(2) == kActive;
  out.terms = row.id<ContentRef>(3);
  out.hook.created_at = row.integer(4);
  out.hook.place = {row.integer(5), row.integer(6)};
  out.hook.told = row.integer(7);
  out.hook.told_at = row.integer(8);
  out.hook.tries = row.integer(9);
  out.hook.failing_since = row.integer(10);
  out.hook.next_try = row.integer(11);
  out.hook.last_status = row.integer(12);
  out.hook.last_error = row.bytes(13);
  return out;
}

store::ContentContext terms_context(const Context& ctx, const Webhook& hook) {
  return {ctx.room, hook.project, store::ContentType::terms, hook.id.value, 1};
}

std::string terms_text(const Webhook& hook) {
  JsonWriter out;
  out.begin_object().field("peer", hook.peer).field("secret", hook.secret.expose());
  out.key("events").begin_array();
  for (const auto& event : hook.events) out.string(event);
  out.end_array().end_object();
  return out.take();
}

Result<void> open_terms(Tx& tx, const Context& ctx, HookRow& row) {
  auto text =
      TRY(store::open_name(tx, terms_context(ctx, row.hook), row.terms, store::Reason::manage));
  auto value = TRY(parse_json(text));
  if (const auto* peer = find_string(value, "peer")) row.hook.peer = view(*peer);
  if (const auto* secret = find_string(value, "secret")) {
    row.hook.secret = Secret(std::string(view(*secret)));
  }
  row.hook.events.clear();
  if (const auto* events = find_array(value, "events")) {
    for (const auto& event : *events) {
      if (event.is_string()) row.hook.events.emplace_back(view(event.get_string()));
    }
  }
  return {};
}

Result<HookRow> lock_hook(Tx& tx, const Context& ctx, ProjectId project, WebhookId id) {
  auto row = TRY(tx.first({GH_HOOK_SELECT " AND project = $2 AND webhook = $3",
                           GH_HOOK_SELECT " AND project = $2 AND webhook = $3 FOR UPDATE"},
                          {ctx.room, project, id}, read_hook));
  if (row) return *std::move(row);
  return fail(Fault::not_found, "no-webhook", "There is no such webhook.");
}

Result<void> check(const Webhook& hook) {
  if (!gateway::is_name(hook.peer)) {
    return fail(Fault::invalid, "bad-webhook", "Which peer is told?", "/peer");
  }
  bool known = !hook.events.empty() && std::ranges::all_of(hook.events, is_hook_event);
  if (known) return {};
  return fail(Fault::invalid, "bad-webhook", "One event or more, of the list of events.",
              "/events");
}

}  // namespace

Result<Webhook> create_webhook(const Context& ctx, MemberId actor, ProjectId project,
                               std::string peer, std::vector<std::string> events) {
  std::string bytes(kSecretBytes, '\0');
  ctx.random.fill(bytes.data(), bytes.size());
  Secret key(std::move(bytes));
  std::int64_t first = TRY(ctx.keys.take(3));
  Webhook hook;
  hook.id = WebhookId{first};
  hook.project = project;
  hook.peer = std::move(peer);
  hook.events = std::move(events);
  hook.secret = Secret(std::string(kWebhookSecret) + crypto::to_base64(key.expose()));
  TRY(check(hook));
  TRY(ctx.db.write([&](Tx& tx) -> Result<void> {
    auto count = TRY(tx.first("SELECT count(*) FROM webhook WHERE room = $1 AND project = $2",
                              {ctx.room, project}, [](const Row& row) { return row.integer(0); }));
    if (count.value_or(0) >= static_cast<std::int64_t>(kMaxWebhooks)) {
      return fail(Fault::conflict, "too-many-webhooks", fmt::format("At most {}.", kMaxWebhooks));
    }
    hook.created_at = tx.now();
    hook.place = {tx.tick(), first + 2};
    ContentRef terms{first + 1};
    auto hash = TRY(gateway::put_terms(tx, terms_context(ctx, hook), terms, terms_text(hook)));
    TRY(tx.exec(
        "INSERT INTO webhook (room, project, webhook, state, terms_ref, created_at, tick,"
        " deed, told, told_at, tries, failing_since, next_try, last_status, last_error)"
        " VALUES ($1, $2, $3, 1, $4, $5, $6, $7, 0, 0, 0, 0, 0, 0, '')",
        {ctx.room, project, hook.id, terms, hook.created_at, hook.place.tick, hook.place.deed}));
    return store::record(
        tx, {ctx.room, project, first + 2, actor, "webhook.create", hook.id.value, 1, 0, hash});
  }));
  return hook;
}

Result<void> remove_webhook(const Context& ctx, MemberId actor, ProjectId project, WebhookId id) {
  std::int64_t deed = TRY(ctx.keys.next());
  return ctx.db.write([&](Tx& tx) -> Result<void> {
    auto row = TRY(lock_hook(tx, ctx, project, id));
    TRY(tx.exec("DELETE FROM webhook WHERE room = $1 AND project = $2 AND webhook = $3",
                {ctx.room, project, id}));
    TRY(store::drop_content(tx, terms_context(ctx, row.hook), row.terms));
    return store::record(tx, {ctx.room, project, deed, actor, "webhook.remove", id.value, 1});
  });
}

Result<void> resume_webhook(const Context& ctx, MemberId actor, ProjectId project, WebhookId id) {
  std::int64_t deed = TRY(ctx.keys.next());
  return ctx.db.write([&](Tx& tx) -> Result<void> {
    TRY(lock_hook(tx, ctx, project, id));
    TRY(
        tx.exec("UPDATE webhook SET state = 1, tries = 0, failing_since = 0, next_try = 0"
                " WHERE room = $1 AND project = $2 AND webhook = $3",
                {ctx.room, project, id}));
    return store::record(tx, {ctx.room, project, deed, actor, "webhook.resume", id.value, 1});
  });
}

Result<std::vector<Webhook>> list_webhooks(Tx& tx, const Context& ctx, ProjectId project) {
  std::vector<HookRow> rows;
  TRY(tx.query(GH_HOOK_SELECT " AND project = $2 ORDER BY webhook", {ctx.room, project},
               [&](const Row& row) {
                 rows.push_back(read_hook(row));
                 return true;
               }));
  std::vector<Webhook> out;
  for (auto& row : rows) {
    TRY(open_terms(tx, ctx, row));
    out.push_back(std::move(row.hook));
  }
  return out;
}

// ---- telling
Result<std::vector<Webhook>> due_webhooks(Tx& tx, const Context& ctx) {
  std::vector<Webhook> out;
  TRY(tx.query(GH_HOOK_SELECT " AND state = $2 AND next_try <= $3 ORDER BY project, webhook",
               {ctx.room, kActive, tx.now()}, [&](const Row& row) {
                 out.push_back(read_hook(row).hook);
                 return true;
               }));
  return out;
}

Result<void> open_webhook(Tx& tx, const Context& ctx, Webhook& hook) {
  auto row = TRY(tx.first(GH_HOOK_SELECT " AND project = $2 AND webhook = $3",
                          {ctx.room, hook.project, hook.id}, read_hook));
  if (!row) return fail(Fault::not_found, "no-webhook", "There is no such webhook.");
  TRY(open_terms(tx, ctx, *row));
  hook = std::move(row->hook);
  return {};
}

Result<std::optional<HookDeed>> next_for(Tx& tx, const Context& ctx, const Webhook& hook,
                                         HookPlace& upto) {
  std::optional<HookDeed> out;
  HookPlace last = upto;
  auto sink = [&](const Row& row) {
    HookPlace place{row.integer(0), row.integer(1)};
    const auto* event = hook_event_of(row.bytes(3), row.integer(5));
    if (event != nullptr && std::ranges::find(hook.events, event->name) != hook.events.end()) {
      out = HookDeed{place, row.integer(2), event, row.integer(4), row.integer(5)};
      return false;
    }
    last = place;
    return true;
  };
  TRY(
      tx.query("SELECT tick, deed, at, verb, object, detail FROM deed WHERE"
               " room = $1 AND project = $2 AND verb <> 'assignment.claim' AND"
               " verb <> 'exchange.record' AND verb <> 'dialogue.turn' AND"
               " verb <> 'dialogue.reply' AND verb <> 'dialogue.edit' AND"
               " (tick, deed) > ($3, $4) AND tick < $5 ORDER BY tick, deed LIMIT $6",
               {ctx.room, hook.project, upto.tick, upto.deed, tx.settled(), kWebhookDeeds}, sink));
  if (!out) upto = last;
  return out;
}

Result<void> record_told(const Context& ctx, const Webhook& hook, HookPlace place,
                         std::int64_t status) {
  return ctx.db.write([&](Tx& tx) -> Result<void> {
    return tx.put(
        "UPDATE webhook SET tick = $4, deed = $5, told = told + 1, told_at = $6, tries = 0,"
        " failing_since = 0, next_try = 0, last_status = $7, last_error = ''"
        " WHERE room = $1 AND project = $2 AND webhook = $3 AND (tick, deed) < ($4, $5)",
        {ctx.room, hook.project, hook.id, place.tick, place.deed, tx.now(), status});
  });
}

Result<void> record_failure(const Context& ctx, const Webhook& hook, std::int64_t status,
                            std::string_view error, bool for_good) {
  std::int64_t deed = TRY(ctx.keys.next());
  return ctx.db.write([&](Tx& tx) -> Result<void> {
    auto row = lock_hook(tx, ctx, hook.project, hook.id);
    if (!row && row.error().type == "no-webhook") return {};
    auto now = TRY(std::move(row))
    .hook;
    TimeMs since = now.failing_since == 0 ? tx.now() : now.failing_since;
    bool given_up = for_good || tx.now() - since >= kWebhookGiveUpMs;
    TRY(
        tx.exec("UPDATE webhook SET state = $4, tries = $5, failing_since = $6, next_try = $7,"
                " last_status = $8, last_error = $9"
                " WHERE room = $1 AND project = $2 AND webhook = $3",
                {ctx.room, hook.project, hook.id, given_up ? kDisabled : kActive, now.tries + 1,
                 since, tx.now() + hook_pause_ms(now.tries + 1), status, error}));
    if (!given_up) return {};
    return store::record(
        tx, {ctx.room, hook.project, deed, {}, "webhook.disable", hook.id.value, 1, status});
  });
}

std::int64_t hook_pause_ms(std::int64_t tries) {
  std::int64_t pause_ms = kWebhookRetryMs;
  for (std::int64_t i = 1; i < tries && pause_ms < kWebhookMostRetryMs; ++i) pause_ms *= 2;
  return std::min(pause_ms, kWebhookMostRetryMs);
}

}  // namespace guildhall::room
