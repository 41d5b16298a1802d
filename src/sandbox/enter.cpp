#include "sandbox/enter.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "sandbox/layers.h"

namespace guildhall::sandbox {
namespace {

// Asked of the kernel now: afterwards only the vault may.
bool has_secret_memory() {
#ifdef SYS_memfd_secret
  const auto fd = static_cast<int>(syscall(SYS_memfd_secret, O_CLOEXEC));
  if (fd >= 0) close(fd);
  return fd >= 0;
#else
  return false;
#endif
}

std::uint64_t lockable_bytes() {
  rlimit limit{};
  return getrlimit(RLIMIT_MEMLOCK, &limit) == 0 ? limit.rlim_cur : 0;
}

}  // namespace

Result<Report> enter(const Profile& profile, const std::vector<Place>& files) {
  Report report{.role = std::string(profile.role), .alone_in_net = profile.alone_in_net};
  if (profile.alone_in_net) TRY(check_alone_in_net());
  TRY(check_descriptors(profile));
  report.secret_memory = has_secret_memory();
  report.lockable_memory = lockable_bytes();
  TRY(give_up_privileges());
  TRY(apply_limits(profile));
  const Landlock landlock = TRY(restrict_with_landlock(profile, files));
  report.landlock_abi = landlock.abi;
  report.landlock_tcp = landlock.tcp;
  report.landlock_scopes = landlock.scopes;
  TRY(install_filter(profile));  // last: the others need calls that it refuses
  return report;
}

std::string to_json(const Report& report) {
  JsonWriter out;
  out.begin_object().field("role", report.role);
  out.field("alone_in_net", report.alone_in_net);
  for (const char* mandatory : {"no_new_privileges", "not_dumpable", "seccomp"}) {
    out.field(mandatory, true);  // there is no report without them
  }
  out.field("landlock_abi", report.landlock_abi);
  out.field("landlock_tcp", report.landlock_tcp);
  out.field("landlock_scopes", report.landlock_scopes);
  out.field("secret_memory", report.secret_memory);
  out.field("lockable_memory", report.lockable_memory);
  return out.end_object().take();
}

void shout_insecure(std::string_view role) {
  log_line(LogLevel::error, "INSECURE: this role runs without its sandbox, as it was told to",
           {{"role", role}});
}

void shout_no_namespaces(std::string_view role) {
  log_line(
      LogLevel::warning,
      "NO NAMESPACES: this role is held by its system-call filter, Landlock and the unit alone",
      {{"role", role}});
}

}  // namespace guildhall::sandbox
