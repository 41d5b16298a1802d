// The models that live dialogues in this room are held with, and those that judge and draft: each
// reply is an exchange of the gateway, under the project's key for that purpose.
//
// Concurrency: as work/dialogue/models.h. Limits: those of the gateway.
#pragma once

#include <memory>

#include "room/models/gateway.h"
#include "work/dialogue/models.h"

namespace guildhall::room {

std::unique_ptr<work::dialogue::Models> models_for(ModelGateway& gateway, gateway::Purpose purpose);

}  // namespace guildhall::room
