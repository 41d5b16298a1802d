#include "base/harden.h"

#include <doctest/doctest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace guildhall {

TEST_CASE("harden: no core dump, not dumpable") {
  const pid_t child = fork();  // the test itself stays as it is
  REQUIRE(child >= 0);
  if (child == 0) {
    rlimit core{};
    const bool before = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0;
    const bool hardened = harden_process().has_value();
    const bool after = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 &&
                       getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0;
    _exit(before && hardened && after ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace guildhall
