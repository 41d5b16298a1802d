// How a task lies in the store: its key's text and its data are one content object, its right
// answers another, what came along (suggestions, earlier submissions) a third. And how a task is
// found by its key: by a keyed hash.
//
// The version that a content object is bound to is its own ref. Every amendment has a new ref, and
// an assignment that pinned an older one still knows what to open it as. Reviews and
// adjudications show their parent's data: they open it as the parent's.
//
// Concurrency: pure, or inside the caller's transaction. Limits: kMaxContent.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "store/content.h"
#include "work/context.h"

namespace guildhall::work {

struct TaskBody {
  std::string_view key;   // empty: none
  std::string_view data;  // JSON text
};

// The views point into `body`. A key holds no NUL (checked at import).
TaskBody split_task_body(std::string_view body);
std::string make_task_body(std::string_view key, std::string_view data_json);

// {"answers": …, "reason"?: "…"}
std::string make_gold_body(std::string_view answers_json, const std::string* reason);

// For ContentType::task, gold and extra.
store::ContentContext task_content(RoomId room, ProjectId project, store::ContentType type,
                                   TaskId task, ContentRef ref);
Result<Plaintext> open_task_content(store::Tx& tx, const Context& ctx, ProjectId project,
                                    store::ContentType type, TaskId task, ContentRef ref,
                                    store::Reason reason);

using KeyDigest = std::array<char, 16>;
KeyDigest task_key_digest(const Secret& index_key, ProjectId project, std::string_view key);
// By which keys are found: their digests, hashed once more under the project's key by the vault,
// one for one. locked/"locked" while that key is away.
Result<std::vector<KeyDigest>> blind_task_keys(const Context& ctx, ProjectId project,
                                               std::span<const KeyDigest> digests);

// 0 where there is no task of this key.
Result<TaskId> find_task_by_key(store::Tx& tx, const Context& ctx, ProjectId project,
                                std::string_view key);

}  // namespace guildhall::work
