#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/confirm.h"
#include "base/limits.h"
#include "keeper/command_keys.h"
#include "keeper/serve.h"
#include "tlog/note.h"

namespace guildhall::keeper {
namespace {

constexpr int kUnconfirmed = 3;

void pause_ms(std::int64_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

bool is_confirmed(const State& state, const std::string& url, const Order& wanted) {
  const auto* room = state.find(url);
  if (!room) return true;
  for (const auto& order : room->orders) {
    if (order.same_scope(wanted)) return order.kind == wanted.kind && order.confirmed;
  }
  return !wanted.withdraws();  // a confirmed restore leaves no trace
}

// Waits for the rooms' signed words, which the running keeper fetches.
int await_rooms(const KeyOptions& options, const std::vector<std::string>& urls,
                const Order& order) {
  FileStore store(options.dir);
  std::int64_t until_ms = monotonic_ms() + (is_served(options.dir) ? kKeeperConfirmMs : 0);
  for (;;) {
    auto state = store.read();
    if (!state) return report(state.error());
    bool all = std::ranges::all_of(
        urls, [&](const std::string& url) { return is_confirmed(*state, url, order); });
    if (!all && monotonic_ms() < until_ms) {
      pause_ms(kKeeperWatchMs);
      continue;
    }
    for (const auto& url : urls) {
      bool done = is_confirmed(*state, url, order);
      fmt::print("{}: {} {}{}\n", url, scope_words(order), done_word(order),
                 done ? ", and the room's vault says so" : "; the room has not confirmed it yet");
      if (!done && order.withdraws()) {
        fmt::print("  Its leases end by themselves within {} s.\n",
                   state->find(url)->term_ms / 1'000);
      }
    }
    if (!all && !is_served(options.dir)) {
      fmt::print(
          "No keeper is running here: start `guildhall keeper serve {}` to tell the rooms.\n",
          options.dir);
    }
    return all ? 0 : kUnconfirmed;
  }
}

int give_and_wait(const KeyOptions& options, const Scope& scope, vault::StatementKind kind) {
  FileStore store(options.dir);
  auto given = give(store, scope, kind);
  if (!given) return report(given.error());
  return await_rooms(options, given->urls, given->order);
}

bool is_meant(const Scope& scope) {
  auto number = std::to_string(*scope.project);
  return is_typed(fmt::format("This destroys the key of project {0}. Nothing of it can ever be "
                              "opened again, by\nanybody. Type {0} to go on: ",
                              number),
                  number);
}

Result<void> destroy(const FileStore& store, const std::vector<std::string>& urls,
                     const Order& order, Keyring& keys) {
  auto state = TRY(store.read());
  for (const auto& url : urls) {
    auto room_key = TRY(tlog::VerifierKey::parse(state.find(url)->verifier_key));
    TRY(keys.shred(room_key.public_key, order.project));
  }
  return {};
}

}  // namespace

int run_withdraw(const KeyOptions& options, const Scope& scope) {
  return give_and_wait(options, scope, vault::StatementKind::withdrawal);
}

// Withdrawing asks for nothing, so that nothing stands in its way; restoring takes the passphrase
// or the token's PIN.
int run_restore(const KeyOptions& options, const Scope& scope) {
  auto keys = open_keyring(options);
  if (!keys) return report(keys.error());
  return give_and_wait(options, scope, vault::StatementKind::restore);
}

// A running keeper destroys the key itself: its memory has it, and its next write would bring it
// back.
int run_shred(const KeyOptions& options, const Scope& scope, bool yes) {
  auto alone = std::make_optional<ServeLock>(options.dir);
  auto keys = open_keyring(options);
  if (!keys) return report(keys.error());
  if (!yes && !is_meant(scope)) {
    return report({Fault::invalid, "not-meant", "Nothing was destroyed.", {}});
  }
  FileStore store(options.dir);
  auto given = give(store, scope, vault::StatementKind::shredding);
  if (!given) return report(given.error());
  if (alone->held()) {
    if (auto gone = destroy(store, given->urls, given->order, *keys); !gone) {
      return report(gone.error());
    }
  }
  alone.reset();
  fmt::print(
      "Older copies of keys.box still have the key, and so has a second keeper: destroy the one,\n"
      "and shred at the other. The rooms' receipts come to {}/receipts.\n",
      options.dir);
  return await_rooms(options, given->urls, given->order);
}

}  // namespace guildhall::keeper
