// keeper-keys DIR: every key that the keeper in DIR holds, in hex, a line each. For tests that look
// for them where they must not be; the keeper has no passphrase.
#include <fmt/format.h>

#include "crypto/hash.h"
#include "keeper/keyring.h"
#include "keeper/state.h"
#include "tlog/note.h"

namespace guildhall {
namespace {

int run(const std::filesystem::path& dir) {
  auto keys = keeper::Keyring::open(dir, Secret());
  auto state = keeper::FileStore(dir).read();
  if (!keys || !state) return 1;
  for (const auto& room : state->rooms) {
    auto key = tlog::VerifierKey::parse(room.verifier_key);
    if (!key) return 1;
    // Projects of a small room are numbered from 65,536 on.
    for (std::int64_t project = 0; project < 200'000; ++project) {
      auto found = keys->find(key->public_key, ProjectId{project});
      if (!found.empty()) fmt::print("{}\n", crypto::to_hex(found.expose()));
    }
  }
  return 0;
}

}  // namespace
}  // namespace guildhall

int main(int argc, char** argv) { return argc == 2 ? guildhall::run(argv[1]) : 2; }
