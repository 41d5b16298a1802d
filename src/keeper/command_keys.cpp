#include "keeper/command_keys.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "base/limits.h"
#include "base/passphrase.h"

namespace guildhall::keeper {

int report(const Error& error) {
  fmt::print(stderr, "guildhall: {}\n", error.detail);
  return error.fault == Fault::unavailable || error.fault == Fault::no_space ? 1 : 2;
}

Result<Keyring> open_keyring(const KeyOptions& options) {
  Secret passphrase;
  if (TRY(Keyring::needs_passphrase(options.dir))) {
    passphrase = TRY(passphrase_from(options.passphrase_file, "The keeper's passphrase"));
  }
  auto opened = Keyring::open(options.dir, passphrase);
  if (!opened && opened.error().type == "bad-passphrase") {
    std::this_thread::sleep_for(std::chrono::milliseconds(kWrongPassphraseMs));
    return fail(Fault::invalid, "bad-passphrase", "The passphrase is wrong.");
  }
  return opened;
}

Result<Secret> chosen_passphrase(const KeyOptions& options) {
  if (!options.no_passphrase) return new_passphrase_from(options.passphrase_file);
  fmt::print(stderr,
             "Without a passphrase: whoever reads {} has every key of every room it keeps.\n",
             options.dir);
  return Secret();
}

std::string scope_words(const Order& order) {
  return order.whole_room ? "the whole room" : fmt::format("project {}", order.project.value);
}

std::string_view done_word(const Order& order) {
  if (order.shreds()) return "destroyed";
  return order.withdraws() ? "withdrawn" : "restored";
}

}  // namespace guildhall::keeper
