// How a role that the launcher started comes to know which peer it is for: its arguments, and the
// signed list on a descriptor, which it checks for itself.
//
//   guildhall-ROLE --peer NAME --signer HEX… [--insecure-no-sandbox]
//
// Concurrency: once, first in main(). Limits: kMaxPeersFile, kMaxCredential.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "gateway/peers/peers.h"
#include "sandbox/enter.h"

namespace guildhall::connector {

struct RoleArgs {
  std::string peer;
  std::vector<std::string> signers;
  bool insecure = false;
};
// Error: invalid/"bad-arguments".
Result<RoleArgs> read_args(int argc, char** argv);

// Of the list on this descriptor, which is closed. Errors: those of open_peers;
// not_found/"no-peer".
Result<gateway::Peer> read_peer(const RoleArgs& args, int note_fd);
// All that a descriptor gives, at most `most` bytes; it is closed.
Result<std::string> read_whole(int fd, std::size_t most);

// Enters the sandbox, or says loudly that it does not.
Result<void> enter_box(const RoleArgs& args, const sandbox::Profile& profile,
                       const std::vector<sandbox::Place>& files = {});

// What main() gives: 0, or 2 with the type of the error on standard error.
int role_status(const Result<void>& ran, std::string_view role);

}  // namespace guildhall::connector
