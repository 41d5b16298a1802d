#include "vault/service.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "base/boot_clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "base/passphrase.h"
#include "crypto/locked_key.h"
#include "vault/channels.h"
#include "vault/embedded_keys.h"
#include "vault/lease_file.h"
#include "vault/leased_keys.h"
#include "vault/live_log.h"
#include "vault/log_key.h"
#include "vault/vault.h"
#include "vault/witnessing.h"

namespace guildhall::vault {
namespace {

constexpr const char* kKeysFile = "room.keys";
constexpr const char* kKeepersFile = "room.keepers";

// No log: nothing can be opened.
class NoLog final : public LeafLog {
 public:
  Result<void> append(std::span<const std::string>, std::string_view) override {
    return fail(Fault::unavailable, "log-failed", "This vault seals only; another has the log.");
  }
  Result<std::string> mark() const override { return std::string(); }
};

struct RoomFile {
  RoomId room;
  std::filesystem::path machine_key;  // empty: none
  Secret machine = {};                // what lies there, once it was read
};

Result<RoomFile> read_room(const std::filesystem::path& dir) {
  auto value = TRY(parse_json(TRY(read_file(dir / "room.json"))));
  const auto* room = find(value, "room");
  const auto* machine = find_string(value, "machine_key");
  if (!room || !as_int(*room)) return fail(Fault::invalid, "bad-room-dir", "room.json is damaged.");
  return RoomFile{RoomId{*as_int(*room)}, machine ? std::string(view(*machine)) : std::string()};
}

Result<void> read_machine_key(RoomFile& file) {
  if (!file.machine_key.empty()) file.machine = TRY(machine_key(file.machine_key));
  return {};
}

void serve_channel(Vault& vault, int fd) {
  std::string frame;
  while (receive_frame(fd, frame)) {
    if (!send_frame(fd, vault.answer(frame))) return;
    std::string().swap(frame);  // freed, and so wiped: it may hold plaintext
  }
}

// What carries the log on: with witnesses, each checkpoint waits for their word.
struct Carrier {
  LiveLog& log;
  KeeperDesk& desk;
  Witnessing* witnessing = nullptr;

  // Until it is told to stop, and once more then.
  void run(const std::atomic<bool>& stopping) {
    bool last = false;
    while (!last) {
      last = stopping;
      if (auto done = log.carry_on(witnessing && !last && witnessing->holds()); !done) {
        log_line(LogLevel::error, "the log is damaged", {{"type", done.error().type}});
        std::abort();  // nothing may be acknowledged after it
      }
      if (witnessing && witnessing->calls()) desk.call_keepers();
      if (!last) std::this_thread::sleep_for(std::chrono::milliseconds(kIntegrateMs));
    }
  }
};

void serve_channels(Vault& vault, int channels) {
  std::vector<std::thread> threads;
  for (int i = 0; i < channels; ++i) {
    threads.emplace_back([&vault, i] { serve_channel(vault, kFirstChannel + i); });
  }
  for (auto& thread : threads) thread.join();
}

std::string origin_of(RoomId room) { return fmt::format("guildhall/room-{}", room.value); }

// Where a log lies, who signs it and what it is called.
struct LogPlace {
  RoomId room;
  std::filesystem::path folder;
  crypto::SigningKey key;
  std::string origin;
};

Result<LogPlace> log_place(const std::filesystem::path& dir, const RoomFile& file, int number) {
  std::string tail = number == 1 ? "" : fmt::format("-{}", number);
  auto folder = dir / ("vault" + tail);
  mkdir(folder.c_str(), 0700);
  auto origin = origin_of(file.room) + tail;
  auto key = TRY(open_log_key(folder, origin, file.machine));
  return LogPlace{file.room, folder, std::move(key), std::move(origin)};
}

// Several processes may serve one room: each vault has a log of its own, the one of its number or
// the first that is free.
Result<void> with_log(
    const ServiceOptions& options, const RoomFile& file,
    const std::function<Result<void>(LiveLog&, const LogPlace&, bool first)>& use) {
  const int first = std::max(options.node, 1);
  const int last = options.node > 0 ? options.node : kMaxRoomLogs;
  for (int number = first; number <= last; ++number) {
    auto place = TRY(log_place(options.dir, file, number));
    auto log = LiveLog::open(place.folder, place.origin, place.key);
    if (!log && log.error().type == "log-in-use") continue;
    if (!log) return std::unexpected(std::move(log).error());
    return use(**log, place, number == 1);
  }
  return fail(Fault::conflict, "log-in-use",
              options.node > 0 ? fmt::format("Another process serves this room as node {}: say "
                                             "--node and another number.",
                                             options.node)
                               : "Too many processes serve this room.");
}

// The vault with a log of its own, until its last channel ends.
void serve_with_log(const ServiceOptions& options, Vault& vault, Carrier& carrier,
                    const std::function<void()>& tick) {
  std::atomic<bool> stopping = false;
  std::thread carries([&] { carrier.run(stopping); });
  std::thread ticks([&] {
    while (tick && !stopping) {
      tick();
      std::this_thread::sleep_for(std::chrono::milliseconds(kLeaseTickMs));
    }
  });
  serve_channels(vault, options.channels);
  stopping = true;
  carries.join();
  ticks.join();
}

// What the box forbids, the passphrase and the machine's key, has been read.
Result<void> confine(const ServiceOptions& options) {
  return options.confine ? options.confine() : Result<void>();
}

Result<void> serve_from_file(const ServiceOptions& options, const RoomFile& room_file) {
  const RoomId room = room_file.room;
  auto file = options.dir / kKeysFile;
  Secret passphrase;
  bool asks = TRY(EmbeddedKeys::needs_passphrase(file));
  if (asks) {
    passphrase = TRY(passphrase_from(options.passphrase_file, "The passphrase of the room's keys"));
  }
  TRY(confine(options));
  auto embedded = TRY(EmbeddedKeys::open(file, system_random(), std::move(passphrase)));
  Keyring keys(*embedded);
  embedded->fill(keys);
  std::string_view held_by = asks ? "file" : "open-file";
  if (options.seal_only) {
    NoLog none;
    auto key = crypto::SigningKey::generate(system_random());  // signs nothing: it has no keeper
    KeeperDesk desk({room, key, none, system_clock(), system_random()}, held_by);
    Vault vault(room, {keys, none, desk, false, system_clock(), system_random()}, options.budget);
    serve_channels(vault, options.channels);
    return {};
  }
  return with_log(
      options, room_file, [&](LiveLog& log, const LogPlace& place, bool first) -> Result<void> {
        KeeperDesk desk({room, place.key, log, system_clock(), system_random()}, held_by);
        Vault vault(room, {keys, log, desk, first, system_clock(), system_random()},
                    options.budget);
        Carrier carrier{log, desk};
        serve_with_log(options, vault, carrier, {});
        return {};
      });
}

// The keepers tell the room's processes apart by their logs' keys. Each has counters, challenges
// and leases of its own.
Result<void> serve_on_lease(const ServiceOptions& options, const RoomFile& room_file,
                            const std::vector<KeeperId>& keepers) {
  const RoomId room = room_file.room;
  TRY(confine(options));
  return with_log(
      options, room_file, [&](LiveLog& log, const LogPlace& place, bool first) -> Result<void> {
        auto file = TRY(LeaseFile::open(place.folder / "leases.json", keepers));
        KeeperDesk desk({room, place.key, log, system_clock(), system_random()}, "keeper");
        LeasedKeys leased(room, place.key, *file, system_random(), boot_clock(),
                          [&desk] { desk.changed(); });
        Keyring keys(leased);
        leased.fill(keys);
        Vault vault(room, {keys, log, desk, first, system_clock(), system_random()},
                    options.budget);
        Witnessing witnessing(room, {log, place.key, [&vault] { return vault.counts(); },
                                     system_clock(), boot_clock()});
        std::vector<std::string> witnesses;
        for (const auto& keeper : keepers) witnesses.push_back(keeper.public_key);
        witnessing.set_keepers(witnesses);
        desk.attach(leased, witnessing);
        Carrier carrier{log, desk, &witnessing};
        serve_with_log(options, vault, carrier, [&leased] { leased.tick(); });
        return {};
      });
}

}  // namespace

Result<std::string> log_vkey(const std::filesystem::path& dir, int node) {
  auto file = TRY(read_room(dir));
  TRY(read_machine_key(file));
  auto place = TRY(log_place(dir, file, node));
  return tlog::VerifierKey{.name = place.origin, .public_key = place.key.public_key()}.text();
}

Result<void> init_keys(const std::filesystem::path& dir, const std::string& passphrase_file) {
  return EmbeddedKeys::create(dir / kKeysFile, TRY(new_passphrase_from(passphrase_file)));
}

Result<void> run_service(const ServiceOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  // A Ctrl-C at the terminal is for the room: the vault ends after it.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_IGN);
  auto file = TRY(read_room(options.dir));
  if (!options.seal_only) TRY(read_machine_key(file));
  auto keepers = TRY(read_keepers(options.dir / kKeepersFile));
  if (keepers.empty()) return serve_from_file(options, file);
  if (options.seal_only) {
    return fail(Fault::locked, "locked", "This room's keys are with its keeper: start it first.");
  }
  auto numbered = options;
  numbered.node = std::max(options.node, 1);
  return serve_on_lease(numbered, file, keepers);
}

}  // namespace guildhall::vault
