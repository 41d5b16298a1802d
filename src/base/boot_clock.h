// Milliseconds of CLOCK_BOOTTIME: time that goes on while the process is stopped or the machine
// sleeps. What a lease's term is measured by.
//
// Concurrency: any thread. Limits: none.
#pragma once

#include "base/clock.h"

namespace guildhall {

const Clock& boot_clock();

}  // namespace guildhall
