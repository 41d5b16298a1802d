// A dialogue's replies as server-sent events, as they come:
//
//   nodes  {"nodes": […]}            what is new, first
//   text   {"node", "text"}          what was added to a reply
//   done   {"node", "state", "why"?} a reply's end, once it is durable
//   end    {}                        nothing more comes
//
// Concurrency: as LiveBody. A reader who leaves cancels what still comes.
// Limits: those of work/dialogue/live.h.
#pragma once

#include <memory>
#include <string>

#include "net/http.h"
#include "store/external_id.h"
#include "work/dialogue/live.h"

namespace guildhall::room {

// `nodes` is the data of the first event. `ids` outlives the body.
std::unique_ptr<net::LiveBody> dialogue_body(std::shared_ptr<work::dialogue::ReplyStream> stream,
                                             const store::ExternalIds& ids, ProjectId project,
                                             std::string nodes);

}  // namespace guildhall::room
