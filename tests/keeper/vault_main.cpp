// keeper-vault PUBLIC_KEEPER_ID...: a vault in memory behind HTTP, for tests/keeper/run.py. Prints
// the port and its verifier key, then a line with the milliseconds of CLOCK_MONOTONIC whenever what
// it holds changes. Commands on standard input: `want N`, `restart`, `quit`.
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/limits.h"
#include "net/server.h"
#include "tlog/note.h"
#include "vault/exchange.h"

namespace guildhall {
namespace {

constexpr RoomId kRoom{7};

class MonotonicClock final : public Clock {
 public:
  TimeMs now_ms() const override { return monotonic_ms(); }
};

struct Sink final : vault::KeySink {
  std::map<ProjectId, std::string> held;
  void tell() const {
    std::string line = fmt::format("{} held", monotonic_ms());
    for (const auto& [project, key_id] : held) line += fmt::format(" {}", project.value);
    fmt::print("{}\n", line);
    std::fflush(stdout);
  }
  void hold(ProjectId project, crypto::LockedKey key, std::int64_t) override {
    auto id = vault::key_id_of(key.expose());
    if (std::exchange(held[project], id) != id) tell();
  }
  void drop(ProjectId project) override {
    held.erase(project);
    tell();
  }
};

struct Store final : vault::LeaseStore {
  std::vector<vault::KeeperRecord> keepers;
  std::map<ProjectId, std::string> key_ids;
  Result<void> save_keeper(const vault::KeeperRecord& keeper) override {
    for (auto& known : keepers) {
      if (known.id == keeper.id) known = keeper;
    }
    return {};
  }
  Result<void> save_key_id(ProjectId project, std::string_view key_id) override {
    key_ids[project] = key_id;
    return {};
  }
};

struct Vault final : net::App {
  crypto::SigningKey log_key = crypto::SigningKey::generate(system_random());
  MonotonicClock clock;
  Sink sink;
  Store store;
  std::mutex mutex;
  std::shared_ptr<vault::Leases> leases;
  std::atomic<bool> ending = false;

  void restart() {
    std::scoped_lock lock(mutex);
    sink.held.clear();
    leases = std::make_shared<vault::Leases>(kRoom, log_key, store.keepers, clock, system_random(),
                                             sink, store);
    for (const auto& [project, key_id] : store.key_ids) leases->want(project, key_id);
    sink.tell();
  }
  std::shared_ptr<vault::Leases> current() {
    std::scoped_lock lock(mutex);
    return leases;
  }
  net::Admission admit(net::Method, std::string_view) const override {
    return {false, kMaxExchangeBody};
  }
  net::Reply handle(net::Request& request) override {
    net::Reply reply;
    reply.content_type = "application/octet-stream";
    auto frames = vault::read_frames(request.body);
    if (!frames || request.path != "/api/v1/keeper/exchange") {
      reply.status = 400;
      return reply;
    }
    std::int64_t until_ms = monotonic_ms() + vault::wait_of(*frames);
    while (monotonic_ms() < until_ms && !current()->urgent() && !ending) usleep(2'000);
    reply.body = vault::exchange(*current(), kRoom, log_key, 0, request.body).value_or("");
    return reply;
  }
};

void obey(Vault& vault) {
  char line[256];
  while (std::fgets(line, sizeof line, stdin)) {
    std::string_view command(line);
    if (command.starts_with("quit")) return;
    if (command.starts_with("restart")) vault.restart();
    if (command.starts_with("want ")) {
      ProjectId project{std::stoll(line + 5)};
      vault.store.key_ids.try_emplace(project);
      vault.current()->want(project, vault.store.key_ids[project]);
    }
  }
}

int run(int argc, char** argv) {
  Vault vault;
  for (int i = 1; i < argc; ++i) {
    auto id = vault::parse_keeper_id(argv[i]);
    if (!id) return 2;
    vault.store.keepers.push_back({*id, 0, false, {}});
  }
  auto fd = listen_on("127.0.0.1:0");
  if (!fd) return 1;
  net::ServerOptions options;
  options.listen_fd = *fd;
  auto server = net::Server::start(options, vault);
  if (!server) return 1;
  tlog::VerifierKey verifier{"room.example/log", tlog::KeyType::ed25519,
                             vault.log_key.public_key()};
  fmt::print("{} {}\n", bound_port(*fd).value_or(0), verifier.text());
  vault.restart();
  std::jthread ticker([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      vault.current()->tick();
      usleep(10'000);
    }
  });
  obey(vault);
  vault.ending = true;
  (*server)->stop();
  return 0;
}

}  // namespace
}  // namespace guildhall

int main(int argc, char** argv) { return guildhall::run(argc, argv); }
