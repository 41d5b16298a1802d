// Inner keys: compact 64-bit numbers, one type per thing, so that a TaskId is no ProjectId.
// Inside one room every inner key is unique whatever its type (one allocator hands them all out,
// see store/keys.h). Outside, a key is shown only through store/external_id.h, which hides order
// and count.
#pragma once

#include <compare>
#include <cstdint>

namespace guildhall {

template <class Tag>
struct Id {
  std::int64_t value = 0;  // 0 is "none"
  explicit operator bool() const { return value != 0; }
  auto operator<=>(const Id&) const = default;
};

using RoomId = Id<struct RoomTag>;
using ProjectId = Id<struct ProjectTag>;
using MemberId = Id<struct MemberTag>;
using TaskId = Id<struct TaskTag>;
using BatchId = Id<struct BatchTag>;
using LaneId = Id<struct LaneTag>;
using AssignmentId = Id<struct AssignmentTag>;  // a submission is an assignment's outcome: same key
using ReviewId = Id<struct ReviewTag>;
using DeliveryId = Id<struct DeliveryTag>;
using FileId = Id<struct FileTag>;
using GroupId = Id<struct GroupTag>;
using TokenId = Id<struct TokenTag>;
using InviteId = Id<struct InviteTag>;
using ActivityId = Id<struct ActivityTag>;
using NoteId = Id<struct NoteTag>;
using ModelId = Id<struct ModelTag>;
using BudgetId = Id<struct BudgetTag>;
using VirtualKeyId = Id<struct VirtualKeyTag>;
using ExchangeId = Id<struct ExchangeTag>;
using DialogueNodeId = Id<struct DialogueNodeTag>;
using PeerRunId = Id<struct PeerRunTag>;      // one start of the processes that reach a peer
using ModelWorkId = Id<struct ModelWorkTag>;  // what a model is to do in a project
using ProposalId = Id<struct ProposalTag>;    // a task that a model made up
using WebhookId = Id<struct WebhookTag>;
using ContentRef = Id<struct ContentTag>;

}  // namespace guildhall
