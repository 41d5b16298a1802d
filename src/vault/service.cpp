#include "vault/service.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <csignal>
#include <thread>
#include <vector>

#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "crypto/locked_key.h"
#include "tlog/log.h"
#include "vault/channels.h"
#include "vault/embedded_keys.h"
#include "vault/vault.h"

namespace guildhall::vault {
namespace {

class TreeLog final : public LeafLog {
 public:
  explicit TreeLog(tlog::Log& log) : log_(log) {}
  Result<void> append(std::span<const std::string> leaves, std::string_view mark) override {
    TRY(log_.append(leaves, mark));
    return {};
  }
  std::string mark() const override { return log_.mark(); }

 private:
  tlog::Log& log_;
};

// No log: nothing can be opened.
class NoLog final : public LeafLog {
 public:
  Result<void> append(std::span<const std::string>, std::string_view) override {
    return fail(Fault::unavailable, "log-failed", "This vault seals only; another has the log.");
  }
  std::string mark() const override { return {}; }
};

Result<RoomId> read_room(const std::filesystem::path& dir) {
  auto value = TRY(parse_json(TRY(read_file(dir / "room.json"))));
  const auto* room = find(value, "room");
  if (room && as_int(*room)) return RoomId{*as_int(*room)};
  return fail(Fault::invalid, "bad-room-dir", "room.json is damaged.");
}

Result<crypto::SigningKey> signing_key(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    auto made = crypto::SigningKey::generate(system_random());
    TRY(replace_file(file, made.seed().expose()));
    return made;
  }
  return crypto::SigningKey::from_seed(Secret(TRY(read_file(file))));
}

void serve_channel(Vault& vault, int fd) {
  std::string frame;
  while (receive_frame(fd, frame)) {
    if (!send_frame(fd, vault.answer(frame))) return;
  }
}

// Integrates until it is told to stop, and once more then.
void carry_on(tlog::Log& log, const std::atomic<bool>& stopping) {
  bool last = false;
  while (!last) {
    last = stopping;
    if (auto done = log.integrate(); !done) {
      log_line(LogLevel::error, "the log cannot be carried on", {{"type", done.error().type}});
      std::abort();  // nothing may be acknowledged after it
    }
    if (!last) std::this_thread::sleep_for(std::chrono::milliseconds(kIntegrateMs));
  }
}

void serve_channels(Vault& vault, int channels) {
  std::vector<std::thread> threads;
  for (int i = 0; i < channels; ++i) {
    threads.emplace_back([&vault, i] { serve_channel(vault, kFirstChannel + i); });
  }
  for (auto& thread : threads) thread.join();
}

std::string origin_of(RoomId room) { return fmt::format("guildhall/room-{}", room.value); }

Result<crypto::SigningKey> log_key(const std::filesystem::path& dir) {
  auto folder = dir / "vault";
  mkdir(folder.c_str(), 0700);
  return signing_key(folder / "log.key");
}

}  // namespace

Result<std::string> log_vkey(const std::filesystem::path& dir) {
  auto room = TRY(read_room(dir));
  auto key = TRY(log_key(dir));
  return tlog::VerifierKey{.name = origin_of(room), .public_key = key.public_key()}.text();
}

Result<void> run_service(const ServiceOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  // A Ctrl-C at the terminal is for the room: the vault ends after it.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_IGN);
  auto room = TRY(read_room(options.dir));
  auto embedded = TRY(EmbeddedKeys::open(options.dir / "room.keys", system_random()));
  Keyring keys(*embedded);
  embedded->fill(keys);
  if (options.seal_only) {
    NoLog none;
    Vault vault(room, {keys, none, system_clock(), system_random()}, options.budget);
    serve_channels(vault, options.channels);
    return {};
  }
  auto key = TRY(log_key(options.dir));
  auto log = TRY(tlog::Log::open(options.dir / "vault", origin_of(room), key));
  TreeLog leaves(*log);
  Vault vault(room, {keys, leaves, system_clock(), system_random()}, options.budget);
  std::atomic<bool> stopping = false;
  std::thread carrier([&] { carry_on(*log, stopping); });
  serve_channels(vault, options.channels);
  stopping = true;
  carrier.join();
  return {};
}

}  // namespace guildhall::vault
