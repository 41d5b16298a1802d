// guildhall-dialler: resolves and connects for one peer. Descriptors: 3 to the shim, 4 the signed
// list of peers, 5 the file of what was sent today.

#include "base/boot_clock.h"
#include "connector/dialler/dialler.h"
#include "connector/role.h"

namespace guildhall::connector {
namespace {

Result<void> run_dialler(int argc, char** argv) {
  auto args = TRY(read_args(argc, argv));
  auto peer = TRY(read_peer(args, 4));
  auto profile = sandbox::kDialler;
  profile.tcp_port = static_cast<std::uint16_t>(peer.port);
  TRY(enter_box(args, profile, resolver_files()));
  Loop loop;
  Account account(peer.bytes_per_day, gateway::Descriptor(5), system_clock());
  Dialler dialler(std::move(peer), {gateway::Descriptor(3), resolve_host, boot_clock()},
                  std::move(account), loop);
  loop.run();
  return {};
}

}  // namespace
}  // namespace guildhall::connector

int main(int argc, char** argv) {
  namespace connector = guildhall::connector;
  return connector::role_status(connector::run_dialler(argc, argv), "dialler");
}
