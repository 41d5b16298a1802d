// What a webhook may be told: a closed list of events, each a deed (store/deed.h) of a kind. A
// notice says the event's name, its time and ids; never a word that a person wrote.
//
// Concurrency: pure. Limits: none.
#pragma once

#include <string_view>

#include "store/external_id.h"

namespace guildhall::room {

// What an event's deed has in `detail`, as far as it is told.
enum class HookDetail : unsigned char { none, task, submission, project_state };

struct HookEvent {
  std::string_view name;
  std::string_view verb;
  store::IdType object = store::IdType::project;
  std::string_view object_name;  // empty: the event is about none
  HookDetail detail = HookDetail::none;
  std::int64_t from = 0;  // of `detail`, where the deed means several events
  std::int64_t to = 0;    // 0: any
};

// Nothing: this deed is told to nobody.
const HookEvent* hook_event_of(std::string_view verb, std::int64_t detail);
bool is_hook_event(std::string_view name);

}  // namespace guildhall::room
