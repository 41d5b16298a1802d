// The models that dialogues in this room are held with.
//
// Concurrency: as work/dialogue/models.h.
#pragma once

#include <memory>

#include "work/dialogue/models.h"

namespace guildhall::room {

std::unique_ptr<work::dialogue::Models> dialogue_models();

}  // namespace guildhall::room
