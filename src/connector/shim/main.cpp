// guildhall-shim: TLS and HTTP of one peer. Descriptors: 3 to the translator, 4 to the dialler, 5
// the signed list of peers, 6 the peer's credential, 7 the system's authorities.

#include <sys/socket.h>

#include "base/limits.h"
#include "connector/role.h"
#include "connector/shim/shim.h"

namespace guildhall::connector {
namespace {

Result<void> run_shim(int argc, char** argv) {
  auto args = TRY(read_args(argc, argv));
  auto peer = TRY(read_peer(args, 5));
  auto credential = TRY(read_whole(6, kMaxCredential));
  while (credential.ends_with('\n')) credential.pop_back();
  auto authorities = TRY(read_whole(7, kMaxAuthorities));
  Loop loop;
  auto shim = TRY(Shim::open(std::move(peer), Secret(std::move(credential)), std::move(authorities),
                             gateway::Descriptor(3), gateway::Descriptor(4), loop));
  TRY(enter_box(args, sandbox::kShim));
  loop.run();
  return {};
}

}  // namespace
}  // namespace guildhall::connector

// libcurl 7.88 calls it on descriptors that it was told are connected; they are. The real one is
// refused to this process, and stands in libc, where only the kernel's filter can keep anybody from
// it.
extern "C" int connect(int /*fd*/, const sockaddr* /*to*/, socklen_t /*size*/) { return 0; }

int main(int argc, char** argv) {
  namespace connector = guildhall::connector;
  return connector::role_status(connector::run_shim(argc, argv), "shim");
}
