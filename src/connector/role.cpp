#include "connector/role.h"

#include <unistd.h>

#include <cerrno>

#include "base/limits.h"
#include "base/log.h"
#include "crypto/hash.h"

namespace guildhall::connector {
Result<RoleArgs> read_args(int argc, char** argv) {
  RoleArgs out;
  for (int i = 1; i < argc; ++i) {
    std::string_view name = argv[i];
    bool has_value = i + 1 < argc;
    if (name == "--insecure-no-sandbox") {
      out.insecure = true;
    } else if (name == "--peer" && has_value) {
      out.peer = argv[++i];
    } else if (name == "--signer" && has_value) {
      out.signers.push_back(crypto::from_hex(argv[++i]).value_or(""));
    } else {
      return fail(Fault::invalid, "bad-arguments",
                  "This is started by guildhall-launcher, and not by people.");
    }
  }
  return out;
}

Result<std::string> read_whole(int fd, std::size_t most) {
  std::string out;
  ssize_t got = 1;
  while (got > 0 && out.size() <= most) {
    char bytes[16'384];
    got = read(fd, bytes, sizeof bytes);
    if (got < 0 && errno == EINTR)
      got = 1;
    else if (got > 0)
      out.append(bytes, static_cast<std::size_t>(got));
  }
  close(fd);
  if (got < 0) return fail(Fault::unavailable, "file-failed", "A file could not be read.");
  if (out.size() > most) return fail(Fault::too_large, "file-too-large", "A file is too large.");
  return out;
}

Result<gateway::Peer> read_peer(const RoleArgs& args, int note_fd) {
  auto list = TRY(gateway::open_peers(TRY(read_whole(note_fd, kMaxPeersFile)), args.signers));
  const auto* peer = list.find(args.peer);
  if (peer) return *peer;
  return fail(Fault::not_found, "no-peer", "The list of peers does not have this one.");
}

Result<void> enter_box(const RoleArgs& args, const sandbox::Profile& profile,
                       const std::vector<sandbox::Place>& files) {
  if (args.insecure) {
    sandbox::shout_insecure(profile.role);
    return {};
  }
  TRY(sandbox::enter(profile, files));
  return {};
}

int role_status(const Result<void>& ran, std::string_view role) {
  if (ran) return 0;
  log_line(LogLevel::error, "this role could not start",
           {{"role", role}, {"type", ran.error().type}});
  return 2;
}

}  // namespace guildhall::connector
