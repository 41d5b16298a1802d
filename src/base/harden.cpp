#include "base/harden.h"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace guildhall {

Result<void> harden_process() {
  const rlimit none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
      prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) {
    return fail(Fault::internal, "not-hardened",
                "The process could not be kept from writing its memory to a core dump.");
  }
  return {};
}

}  // namespace guildhall
