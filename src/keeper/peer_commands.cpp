// The list of servers that a room may reach, signed by its keeper: one of the commands of
// commands.h. What is signed is shown first: whoever can write a room's folder can wish for
// anything.
#include <fmt/format.h>

#include "base/confirm.h"
#include "base/files.h"
#include "base/limits.h"
#include "gateway/peers/peers.h"
#include "keeper/command_keys.h"
#include "keeper/commands.h"

namespace guildhall::keeper {
namespace {

void show(const gateway::PeerList& list) {
  fmt::print("Room {}, list {}. It may reach:\n", list.room.value, list.serial);
  if (list.peers.empty()) fmt::print("  nothing\n");
  for (const auto& peer : list.peers) {
    fmt::print("  {:16} {}  {} MiB a day", peer.name, peer.url, peer.bytes_per_day >> 20);
    for (const auto& block : peer.allow) fmt::print("  {}", block);
    fmt::print("\n");
  }
}

}  // namespace

int run_sign_peers(const KeyOptions& options, const std::string& list, const std::string& to,
                   bool yes) {
  auto done = [&]() -> Result<void> {
    auto text = TRY(read_file(list, kMaxPeersFile));
    show(TRY(gateway::read_unsigned_peers(text)));
    if (!yes && !is_typed("Type \"sign\" to sign it: ", "sign")) {
      return fail(Fault::invalid, "not-confirmed", "Nothing was signed.");
    }
    auto keys = TRY(open_keyring(options));
    return replace_file(to, TRY(gateway::sign_peers_text(text, keys.signing_key())), 0644);
  }();
  if (!done) return report(done.error());
  fmt::print("Signed: {}\n", to);
  return 0;
}

}  // namespace guildhall::keeper
