#include "work/task_body.h"

#include <algorithm>

#include "base/json.h"
#include "crypto/hmac.h"

namespace guildhall::work {

TaskBody split_task_body(std::string_view body) {
  auto end = body.find('\0');
  if (end == std::string_view::npos) return {{}, body};
  return {body.substr(0, end), body.substr(end + 1)};
}

std::string make_task_body(std::string_view key, std::string_view data_json) {
  std::string body;
  body.reserve(key.size() + 1 + data_json.size());
  body += key;
  body += '\0';
  body += data_json;
  return body;
}

std::string make_gold_body(std::string_view answers_json, const std::string* reason) {
  JsonWriter out;
  out.begin_object().key("answers").raw(answers_json);
  if (reason != nullptr) out.field("reason", *reason);
  out.end_object();
  return out.take();
}

store::ContentContext task_content(RoomId room, ProjectId project, store::ContentType type,
                                   TaskId task, ContentRef ref) {
  return {room, project, type, task.value, ref.value};
}

Result<Plaintext> open_task_content(store::Tx& tx, const Context& ctx, ProjectId project,
                                    store::ContentType type, TaskId task, ContentRef ref,
                                    store::Reason reason) {
  return store::open_content(tx, task_content(ctx.room, project, type, task, ref), ref, reason);
}

KeyDigest task_key_digest(const Secret& index_key, ProjectId project, std::string_view key) {
  char number[8];
  for (int i = 0; i < 8; ++i) number[i] = static_cast<char>(project.value >> (8 * i));
  auto full = crypto::hmac_sha256(index_key.expose(), {"task-key", {number, 8}, key});
  KeyDigest digest;
  std::copy_n(full.begin(), digest.size(), reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

Result<std::vector<KeyDigest>> blind_task_keys(const Context& ctx, ProjectId project,
                                               std::span<const KeyDigest> digests) {
  std::vector<store::ToFind> items;
  for (const auto& digest : digests) {
    items.push_back({project, "task-key", {digest.data(), digest.size()}});
  }
  std::vector<KeyDigest> out;
  for (const auto& found : TRY(store::find_all(ctx.sealer, items))) {
    std::copy_n(found.begin(), out.emplace_back().size(), out.back().begin());
  }
  return out;
}

Result<TaskId> find_task_by_key(store::Tx& tx, const Context& ctx, ProjectId project,
                                std::string_view key) {
  auto plain = task_key_digest(ctx.index_key, project, key);
  auto digest = TRY(blind_task_keys(ctx, project, {&plain, 1}))
  .front();
  auto found =
      TRY(tx.first("SELECT task FROM task_key WHERE room = $1 AND project = $2 AND key_hash = $3",
                   {ctx.room, project, store::Blob{{digest.data(), digest.size()}}},
                   [](const store::Row& row) { return row.id<TaskId>(0); }));
  return found.value_or(TaskId{});
}

}  // namespace guildhall::work
