#include "sandbox/advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "base/files.h"

namespace guildhall::sandbox {
namespace {

struct Setting {
  std::string_view name;  // as sysctl writes it
  std::string_view bad;   // the value that is in the way
  std::string_view cure;
};

constexpr Setting kSettings[] = {
    {"kernel.unprivileged_userns_clone", "0", "set it to 1"},
    {"user.max_user_namespaces", "0", "raise it, to 1000 for example"},
    {"user.max_net_namespaces", "0", "raise it"},
    {"user.max_mnt_namespaces", "0", "raise it"},
    {"user.max_pid_namespaces", "0", "raise it"},
    {"kernel.apparmor_restrict_unprivileged_userns", "1",
     "set it to 0, or load the AppArmor profile that lets Guildhall's executables have them"},
};

std::string value_of(std::string_view name) {
  std::string path = "/proc/sys/" + std::string(name);
  std::ranges::replace(path, '.', '/');
  auto text = read_file(path, 64);
  if (!text) return {};
  while (text->ends_with('\n')) text->pop_back();
  return *text;
}

}  // namespace

std::unexpected<Error> no_namespaces(std::string_view step, int error) {
  std::string why;
  for (const auto& setting : kSettings) {
    if (value_of(setting.name) != setting.bad) continue;
    why += fmt::format(" {} is {}: {}.", setting.name, setting.bad, setting.cure);
  }
  if (why.empty()) {
    why =
        " No setting known to be in the way is (kernel.unprivileged_userns_clone, "
        "user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns): inside a "
        "container, it is the container's own policy that forbids them.";
  }
  return fail(Fault::unavailable, "no-user-namespaces",
              fmt::format("This host gives no process a network and root of its own ({}: {}).{}",
                          step, std::strerror(error), why));
}

}  // namespace guildhall::sandbox
