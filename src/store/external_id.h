// Inner keys as they are shown outside: a type prefix and 22 base62 characters, which are
// AES-128(type, zero, project, inner key) under the room's id key. They reveal neither order nor
// count, need no index, and an id of another type, project or room does not open as this one.
//
// They are names, not permissions: whoever opens one still asks whether the caller may see it.
//
// Concurrency: any thread.
// Limits: project keys below 2^40 (kKeyCeiling); 0.2 µs either way.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "crypto/block.h"

namespace guildhall::store {

// The numbers are inside every id ever given out: never reused, never changed.
enum class IdType : unsigned char {
  project = 1,
  task = 2,
  assignment = 3,
  submission = 4,
  member = 5,
  batch = 6,
  review = 7,
  delivery = 8,
  file = 9,
  group = 10,
  token = 11,
  activity = 12,
  note = 13,
  model = 14,
  budget = 15,
  virtual_key = 16,
  exchange = 17,
  dialogue_node = 18,
  model_work = 19,
  proposal = 20,
  webhook = 21,
  event = 22,  // a deed, as webhooks tell it
};

inline constexpr std::size_t kExternalIdChars = 26;  // prefix with its underscore, and 22

// "prj", "tsk", …
std::string_view id_prefix(IdType type);

class ExternalIds {
 public:
  explicit ExternalIds(const crypto::Block& key) : cipher_(key) {}

  struct Opened {
    ProjectId project;
    std::int64_t inner = 0;
  };

  // A thing outside every project (a member, a token) is shown with ProjectId{}.
  std::string show(IdType type, ProjectId project, std::int64_t inner) const;
  void append(std::string& out, IdType type, ProjectId project, std::int64_t inner) const;
  // Error: not_found/"not-found" for whatever is no id of this type of this room.
  Result<Opened> open(IdType type, std::string_view text) const;

  std::string show(ProjectId id) const { return show(IdType::project, id, id.value); }
  std::string show(ProjectId project, TaskId id) const {
    return show(IdType::task, project, id.value);
  }
  std::string show(ProjectId project, AssignmentId id) const {
    return show(IdType::assignment, project, id.value);
  }
  // A submission has its assignment's key, and a name of its own.
  std::string show_submission(ProjectId project, AssignmentId id) const {
    return show(IdType::submission, project, id.value);
  }
  std::string show(MemberId id) const { return show(IdType::member, {}, id.value); }
  std::string show(ProjectId project, BatchId id) const {
    return show(IdType::batch, project, id.value);
  }
  std::string show(ProjectId project, ReviewId id) const {
    return show(IdType::review, project, id.value);
  }
  std::string show(ProjectId project, DeliveryId id) const {
    return show(IdType::delivery, project, id.value);
  }
  std::string show(ProjectId project, FileId id) const {
    return show(IdType::file, project, id.value);
  }
  std::string show(ProjectId project, GroupId id) const {
    return show(IdType::group, project, id.value);
  }
  std::string show(TokenId id) const { return show(IdType::token, {}, id.value); }
  std::string show(ProjectId project, ActivityId id) const {
    return show(IdType::activity, project, id.value);
  }
  std::string show(ProjectId project, NoteId id) const {
    return show(IdType::note, project, id.value);
  }

  std::string show(ModelId id) const { return show(IdType::model, {}, id.value); }
  std::string show(ProjectId project, BudgetId id) const {
    return show(IdType::budget, project, id.value);
  }
  std::string show(ProjectId project, VirtualKeyId id) const {
    return show(IdType::virtual_key, project, id.value);
  }
  std::string show(ProjectId project, ExchangeId id) const {
    return show(IdType::exchange, project, id.value);
  }
  std::string show(ProjectId project, DialogueNodeId id) const {
    return show(IdType::dialogue_node, project, id.value);
  }
  std::string show(ProjectId project, ModelWorkId id) const {
    return show(IdType::model_work, project, id.value);
  }
  std::string show(ProjectId project, ProposalId id) const {
    return show(IdType::proposal, project, id.value);
  }
  std::string show(ProjectId project, WebhookId id) const {
    return show(IdType::webhook, project, id.value);
  }

  Result<ProjectId> open_project(std::string_view text) const;
  Result<MemberId> open_member(std::string_view text) const;
  Result<TokenId> open_token(std::string_view text) const;

 private:
  crypto::BlockCipher cipher_;
};

}  // namespace guildhall::store
