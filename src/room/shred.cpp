#include "room/shred.h"

#include <fmt/format.h>

#include "base/confirm.h"
#include "base/limits.h"
#include "room/log_files.h"
#include "room/room_dir.h"
#include "room/vault_child.h"
#include "room/vault_client.h"
#include "tlog/files.h"

namespace guildhall::room {
namespace {

bool is_meant(const ShredOptions& options) {
  auto number = std::to_string(options.project);
  return options.yes ||
         is_typed(
             fmt::format("This destroys the key of project {0}. Nothing of it can ever be "
                         "opened again, by\nanybody, but with a copy of room.keys from before. "
                         "Type {0} to go on: ",
                         number),
             number);
}

// A vault that runs has the key in its memory, whichever of the room's logs it writes.
Result<void> refuse_running(const std::filesystem::path& dir) {
  auto files = tlog::disk_files();
  for (int number = 1; number <= kMaxRoomLogs; ++number) {
    auto folder = log_folder(dir, number).parent_path();
    std::error_code error;
    if (!std::filesystem::exists(folder / "lock", error)) continue;
    auto lock = files->lock(folder / "lock");
    if (!lock && lock.error().type == "log-in-use") {
      return fail(Fault::conflict, "room-runs", "Stop the room first.");
    }
  }
  return {};
}

Result<void> shred(const ShredOptions& options) {
  auto dir = TRY(open_room_dir(options.dir));
  if (has_keepers(options.dir)) {
    return fail(Fault::conflict, "not-here",
                "This room's keys are with its keeper: guildhall keeper shred, there.");
  }
  TRY(refuse_running(dir.path));
  auto child = TRY(VaultChild::start(dir.path, VaultUse::whole, 1, options.passphrase_file));
  VaultClient vault(child.channels());
  return vault.shred(ProjectId{options.project});
}

}  // namespace

int run_shred(const ShredOptions& options) {
  auto done = is_meant(options) ? shred(options)
                                : fail(Fault::invalid, "not-meant", "Nothing was destroyed.");
  if (!done) {
    fmt::print(stderr, "guildhall: {}\n", done.error().detail);
    return done.error().fault == Fault::unavailable ? 1 : 2;
  }
  fmt::print(
      "The key of project {} is destroyed; the room's log says so (key.shred).\n"
      "Copies of {}/room.keys from before still have it: destroy them too.\n",
      options.project, options.dir);
  return 0;
}

}  // namespace guildhall::room
