#include "room/vault_child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "vault/channels.h"

namespace guildhall::room {
namespace {

std::unexpected<Error> failed() {
  return fail(Fault::unavailable, "vault-failed", "The vault could not be started.");
}

std::string vault_executable() {
  std::error_code error;
  auto own = std::filesystem::read_symlink("/proc/self/exe", error);
  return (own.parent_path() / "guildhall-vault").string();
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// Between fork and exec: only calls that are safe there. The channels become descriptors 3, 4, …
[[noreturn]] void become_vault(const char* path, char** argv, char** environment,
                               const std::vector<int>& theirs) {
  // Twice: first out of the way of one another, then into place.
  int high[vault::kMaxChannels];
  int count = static_cast<int>(theirs.size());
  for (int i = 0; i < count; ++i) high[i] = fcntl(theirs[i], F_DUPFD, 256);
  for (int i = 0; i < count; ++i) {
    if (high[i] < 0 || dup2(high[i], vault::kFirstChannel + i) < 0) _exit(127);
  }
  if (syscall(SYS_close_range, static_cast<unsigned>(vault::kFirstChannel + count), ~0U, 0U) != 0) {
    _exit(127);
  }
  execve(path, argv, environment);
  _exit(127);
}

}  // namespace

int run_vault(const std::filesystem::path& room_dir, std::vector<std::string> options) {
  std::vector<std::string> arguments{"guildhall-vault", room_dir.string()};
  arguments.insert(arguments.end(), options.begin(), options.end());
  auto argv = pointers(arguments);
  char* environment[] = {nullptr};
  pid_t child = fork();
  if (child == 0) {
    execve(vault_executable().c_str(), argv.data(), environment);
    _exit(127);
  }
  int status = 0;
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

VaultChild::~VaultChild() {
  int status = 0;
  while (pid_ > 0 && waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
}

Result<VaultChild> VaultChild::start(const std::filesystem::path& room_dir, VaultUse use,
                                     int channels, const std::string& passphrase_file) {
  std::vector<int> ours, theirs;
  for (int i = 0; i < channels; ++i) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return failed();
    ours.push_back(pair[0]);
    theirs.push_back(pair[1]);
  }
  std::string path = vault_executable();
  std::vector<std::string> arguments{"guildhall-vault", room_dir.string(), "--channels",
                                     std::to_string(channels)};
  if (use == VaultUse::seal_only) arguments.emplace_back("--seal-only");
  if (!passphrase_file.empty()) {
    arguments.emplace_back("--passphrase-file");
    arguments.push_back(passphrase_file);
  }
  auto argv = pointers(arguments);
  char* environment[] = {nullptr};
  pid_t child = fork();
  if (child == 0) become_vault(path.c_str(), argv.data(), environment, theirs);
  for (int fd : theirs) close(fd);
  if (child < 0) return failed();
  return VaultChild(std::move(ours), child);
}

}  // namespace guildhall::room
