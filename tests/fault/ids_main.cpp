// fault-ids DIR: the inner key of every id on standard input, a line each, for tests that look for
// things in the log, which has no other names.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <string>

#include "crypto/hmac.h"
#include "room/room_dir.h"
#include "store/external_id.h"

namespace guildhall {
namespace {

Result<void> run(const std::string& folder) {
  auto dir = TRY(room::open_room_dir(folder));
  auto key = TRY(crypto::hkdf("", dir.master_key.expose(), "guildhall ids v1", 16));
  crypto::Block block{};
  std::copy_n(key.expose().begin(), block.size(), block.begin());
  store::ExternalIds ids(block);
  for (std::string line; std::getline(std::cin, line);) {
    bool found = false;
    for (int type = 1; type <= static_cast<int>(store::IdType::exchange) && !found; ++type) {
      auto opened = ids.open(static_cast<store::IdType>(type), line);
      if (opened) fmt::print("{}\n", opened->inner);
      found = opened.has_value();
    }
    if (!found) return fail(Fault::not_found, "not-found", "No id of this room: " + line);
  }
  return {};
}

}  // namespace
}  // namespace guildhall

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  auto done = guildhall::run(argv[1]);
  if (!done) fmt::print(stderr, "{}\n", done.error().detail);
  return done ? 0 : 1;
}
