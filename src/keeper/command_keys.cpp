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

std::unexpected<Error> keeper_runs() {
  return fail(Fault::conflict, "keeper-runs",
              "Stop the keeper that runs in this folder first: it has the keys in hand.");
}

namespace {

Result<Secret> ask_pin(const KeyOptions& options) {
  return passphrase_from(options.pin_file, "The token's PIN", "PIN");
}

Result<Secret> asked_secret(const KeyOptions& options) {
  auto file = TRY(RootFile::read(options.dir));
  if (file.cover() == Cover::token) return ask_pin(options);
  if (!options.module.empty() || !options.pin_file.empty()) {
    return fail(Fault::invalid, "no-token", "This keeper's keys are not under a token.");
  }
  if (file.cover() == Cover::none) return Secret();
  return passphrase_from(options.passphrase_file, "The keeper's passphrase");
}

}  // namespace

Result<Keyring> open_keyring(const KeyOptions& options) {
  auto secret = TRY(asked_secret(options));
  auto opened = Keyring::open(options.dir, secret, options.module);
  if (!opened && opened.error().type == "bad-passphrase") {
    std::this_thread::sleep_for(std::chrono::milliseconds(kWrongPassphraseMs));
    return fail(Fault::invalid, "bad-passphrase", "The passphrase is wrong.");
  }
  return opened;
}

TokenPlace chosen_token(const KeyOptions& options) {
  return {.module = options.module, .label = options.token, .serial = {}};
}

Result<Secret> chosen_secret(const KeyOptions& options) {
  if (!options.module.empty()) return ask_pin(options);
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
