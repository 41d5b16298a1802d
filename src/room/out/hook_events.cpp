#include "room/out/hook_events.h"

#include <algorithm>

#include "work/model.h"

namespace guildhall::room {
namespace {

using store::IdType;
using work::DeliveryState;
using work::Verdict;

template <class Enum>
constexpr std::int64_t number(Enum value) {
  return static_cast<std::int64_t>(value);
}

constexpr auto kSub = IdType::submission;
constexpr auto kTask = IdType::task;
constexpr std::string_view kSubName = "submission";
constexpr HookEvent kEvents[] = {
    {"submission.submitted", "submission.submit", kSub, kSubName, HookDetail::task},
    {"submission.revised", "submission.revise", kSub, kSubName, HookDetail::task},
    {"submission.accepted", "submission.review", kSub, kSubName, HookDetail::none,
     number(Verdict::accept), number(Verdict::fix)},
    {"submission.returned", "submission.review", kSub, kSubName, HookDetail::none,
     number(Verdict::give_back), number(Verdict::give_back)},
    {"submission.rejected", "submission.review", kSub, kSubName, HookDetail::none,
     number(Verdict::reject), number(Verdict::reject)},
    {"submission.rejected", "submission.reject", kSub, kSubName, HookDetail::task},
    {"task.adjudicated", "task.adjudicate", kTask, "task", HookDetail::submission},
    {"task.amended", "task.amend", kTask, "task"},
    {"task.cancelled", "task.cancel", kTask, "task"},
    {"task.requeued", "task.requeue", kTask, "task"},
    {"tasks.imported", "task.import"},
    {"delivery.ready", "delivery.finish", IdType::delivery, "delivery", HookDetail::none,
     number(DeliveryState::ready), number(DeliveryState::ready)},
    {"delivery.failed", "delivery.finish", IdType::delivery, "delivery", HookDetail::none,
     number(DeliveryState::failed), number(DeliveryState::failed)},
    {"guidelines.added", "guidelines.add"},
    {"note.opened", "note.open", IdType::note, "note"},
    {"project.changed", "project.change", IdType::project, "", HookDetail::project_state},
};

}  // namespace

const HookEvent* hook_event_of(std::string_view verb, std::int64_t detail) {
  const auto* at = std::ranges::find_if(kEvents, [&](const HookEvent& event) {
    bool means = event.to == 0 || (detail >= event.from && detail <= event.to);
    return event.verb == verb && means;
  });
  return at == std::end(kEvents) ? nullptr : at;
}

bool is_hook_event(std::string_view name) {
  return std::ranges::find(kEvents, name, &HookEvent::name) != std::end(kEvents);
}

}  // namespace guildhall::room
