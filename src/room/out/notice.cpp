#include "room/out/notice.h"

#include "base/json.h"
#include "crypto/hash.h"
#include "crypto/hmac.h"
#include "work/model.h"

namespace guildhall::room {
namespace {

using store::IdType;

void write_data(JsonWriter& out, const store::ExternalIds& ids, ProjectId project,
                const HookDeed& deed) {
  out.begin_object().field("project", ids.show(project));
  const auto& event = *deed.event;
  if (!event.object_name.empty()) {
    out.field(event.object_name, ids.show(event.object, project, deed.object));
  }
  switch (event.detail) {
    case HookDetail::none: break;
    case HookDetail::task: out.field("task", ids.show(IdType::task, project, deed.detail)); break;
    case HookDetail::submission:
      out.field("submission", ids.show(IdType::submission, project, deed.detail));
      break;
    case HookDetail::project_state:
      out.field("state", work::word(static_cast<work::ProjectState>(deed.detail)));
      break;
  }
  out.end_object();
}

}  // namespace

std::string notice_signature(const Secret& secret, std::string_view id, std::int64_t seconds,
                             std::string_view body) {
  auto text = secret.expose();
  if (!text.starts_with(kWebhookSecret)) return {};
  auto bytes = crypto::from_base64(text.substr(kWebhookSecret.size()));
  if (!bytes) return {};
  Secret key(std::move(*bytes));
  auto digest = crypto::hmac_sha256(key.expose(), {id, ".", std::to_string(seconds), ".", body});
  return "v1," + crypto::to_base64(crypto::view(digest));
}

Notice make_notice(const store::ExternalIds& ids, const Webhook& hook, const HookDeed& deed,
                   TimeMs now) {
  JsonWriter out;
  out.begin_object().field("type", deed.event->name).field("timestamp", rfc3339(deed.at));
  out.key("data");
  write_data(out, ids, hook.project, deed);
  out.end_object();
  Notice notice{out.take(), {}};
  auto id = ids.show(IdType::event, hook.project, deed.place.deed);
  std::int64_t seconds = now / 1'000;
  notice.headers = {{"webhook-id", id},
                    {"webhook-timestamp", std::to_string(seconds)},
                    {"webhook-signature", notice_signature(hook.secret, id, seconds, notice.body)}};
  return notice;
}

}  // namespace guildhall::room
