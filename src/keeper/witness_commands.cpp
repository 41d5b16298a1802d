// What a person tells a keeper as witness: one of the commands of commands.h.
#include <fmt/format.h>

#include "base/files.h"
#include "base/limits.h"
#include "keeper/command_keys.h"
#include "keeper/commands.h"
#include "keeper/state.h"
#include "keeper/witness_file.h"

namespace guildhall::keeper {

int run_trust_checkpoint(const KeyOptions& options, const std::string& url,
                         const std::string& file) {
  WitnessFile witness(options.dir);
  auto trusted = [&]() -> Result<tlog::Checkpoint> {
    auto state = TRY(FileStore(options.dir).read());
    const auto* room = state.find(url);
    if (!room) return fail(Fault::not_found, "no-such-room", "The keeper knows no such room.");
    auto log = TRY(tlog::VerifierKey::parse(room->verifier_key));
    return witness.trust(log, TRY(read_file(file, kMaxNoteText)));
  }();
  if (!trusted) return report(trusted.error());
  fmt::print("{}: cosigned on from {} entries, root {}.\n", url, trusted->size,
             tlog::hash_text(trusted->root));
  return 0;
}

}  // namespace guildhall::keeper
