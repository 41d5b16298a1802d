#include "keeper/commands.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.h"
#include "base/harden.h"
#include "base/json.h"
#include "base/limits.h"
#include "keeper/command_keys.h"
#include "keeper/keyring.h"
#include "keeper/state.h"
#include "keeper/witness.h"

namespace guildhall::keeper {
namespace {

std::string cover_words(const RootFile& root) {
  if (root.cover() == Cover::none) return "keys WITHOUT a passphrase";
  if (root.cover() == Cover::passphrase) return "keys under a passphrase";
  const auto& [module, label, serial] = root.token();
  return fmt::format("keys under a token: \"{}\" ({}), by {}", label, serial, module);
}

void print_status_of(const RoomState& room, const std::vector<std::string>& others,
                     const json::value* live) {
  fmt::print("{}  term {} s\n", room.url, room.term_ms / 1'000);
  if (!others.empty()) fmt::print("  one room with {}\n", fmt::join(others, ", "));
  for (const auto& order : room.orders) {
    fmt::print("  {} {}{}\n", scope_words(order), done_word(order),
               order.confirmed ? "" : " (not confirmed yet)");
  }
  if (!live) {
    fmt::print("  no contact yet\n");
    return;
  }
  auto number = [&](std::string_view name) {
    const auto* value = find(*live, name);
    return value ? as_int(*value).value_or(0) : 0;
  };
  auto time = [&](std::string_view name) {
    return number(name) > 0 ? rfc3339(number(name)) : std::string("never");
  };
  auto numbers = [&](std::string_view name) {
    std::string text;
    const auto* list = find_array(*live, name);
    for (std::size_t i = 0; list && i < list->size(); ++i) {
      text += fmt::format(" {}", as_int((*list)[i]).value_or(0));
    }
    return text.empty() ? std::string(" none") : text;
  };
  fmt::print("  last contact {}\n  projects wanted{}, leased{} until {}\n", time("last_contact_ms"),
             numbers("wanted"), numbers("leased"), time("leased_until_ms"));
  if (const auto* witness = find(*live, "witness")) {
    const auto* size = find(*witness, "size");
    const auto* at = find(*witness, "cosigned_at_ms");
    auto at_ms = at ? as_int(*at).value_or(0) : 0;
    fmt::print("  log cosigned to {} entries, last {}\n", size ? as_int(*size).value_or(0) : 0,
               at_ms > 0 ? rfc3339(at_ms) : "before it was started");
  }
  if (const auto* alarms = find_object(*live, "alarms")) {
    for (const auto& [type, count] : *alarms) {
      fmt::print("  alarm {} ×{}\n", std::string_view(type), as_int(count).value_or(0));
    }
  }
}

}  // namespace

int run_init(const KeyOptions& options) {
  auto secret = chosen_secret(options);
  if (!secret) return report(secret.error());
  auto made = Keyring::create(options.dir, *secret, system_random(), chosen_token(options));
  if (!made) return report(made.error());
  if (auto witness = WitnessFile(options.dir).create(made->id().public_key); !witness)
    return report(witness.error());
  fmt::print(
      "A keeper is in {0}. Tell your rooms to take its word:\n\n  {1}\n\n"
      "Whoever verifies a log that it witnesses needs its key as a witness:\n\n  {2}\n\n"
      "Next: guildhall keeper add-room {0} --url URL --room-key VKEY\n"
      "Then: guildhall keeper kit {0} --shares 2/3, and keep a copy of keys.box elsewhere.\n",
      options.dir, vault::keeper_id_text(made->id()), witness_key(made->id().public_key).text());
  return 0;
}

int run_serve(const KeyOptions& options, const ServeOptions& serving) {
  if (auto hard = harden_process(); !hard) return report(hard.error());
  auto keys = open_keyring(options);
  if (!keys) return report(keys.error());
  auto with = serving;
  with.module = options.module;
  auto served = serve(options.dir, *keys, with);
  return served ? 0 : report(served.error());
}

int run_status(const KeyOptions& options) {
  auto state = FileStore(options.dir).read();
  if (!state) return report(state.error());
  auto root = RootFile::read(options.dir);
  if (!root) return report(root.error());
  fmt::print("{}; {}\n", is_served(options.dir) ? "running" : "not running", cover_words(*root));
  WitnessFile witness(options.dir);
  if (auto key = witness.own_key()) fmt::print("witness {}\n", *key);
  auto text = read_status(options.dir);
  auto live = text ? parse_json(*text) : Result<json::value>(json::value());
  for (const auto& room : state->rooms) {
    const json::value* found = nullptr;
    const auto* rooms = live ? find_array(*live, "rooms") : nullptr;
    for (std::size_t i = 0; rooms && i < rooms->size(); ++i) {
      const auto* url = find_string((*rooms)[i], "url");
      if (url && view(*url) == room.url) found = &(*rooms)[i];
    }
    print_status_of(room, state->others_of(room), found);
  }
  return 0;
}

}  // namespace guildhall::keeper
