// keeper-vault PUBLIC_KEEPER_ID...: a vault in memory behind HTTP, for tests/keeper/run.py. Prints
// the port and its verifier key, then a line with the milliseconds of CLOCK_MONOTONIC whenever what
// it holds changes. Commands on standard input: `want N`, `wish WHOLE N`, `restart`, `quit`; and of
// its log: `grow N`, `fork`, `cut N`, `mute` (say no more of it), `forget` (what the keepers
// cosigned), `views` (each keeper sees another log from now on), `open N`, `bulk N`, `refuse N`,
// `deeds N` (count so many), `publish FILE` (write the published checkpoint).
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/fields.h"
#include "base/files.h"
#include "base/limits.h"
#include "net/server.h"
#include "tlog/note.h"
#include "vault/exchange.h"
#include "vault/witnessing_test_util.h"

namespace guildhall {
namespace {

constexpr RoomId kRoom{7};
constexpr const char* kOrigin = "room.example/log";

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

// One view of the log, and who is shown it.
struct View {
  View(const crypto::SigningKey& key, const Clock& clock, std::string seed)
      : salt(std::move(seed)),
        log(kOrigin, key),
        witnessing(kRoom, {log, key, [this] { return counts(); }, system_clock(), clock}) {}
  std::string salt;
  vault::testing::MemoryLog log;
  std::atomic<std::uint64_t> opened = 0, bulk = 0, refused = 0, deeds = 0;
  vault::Witnessing witnessing;

  vault::Counts counts() const {
    return {.openings = opened, .bulk = bulk, .refused = refused, .deeds = deeds};
  }
};

struct Vault final : net::App {
  crypto::SigningKey log_key = crypto::SigningKey::generate(system_random());
  MonotonicClock clock;
  Sink sink;
  Store store;
  std::mutex mutex;
  std::shared_ptr<vault::Leases> leases;
  std::vector<std::shared_ptr<View>> views;  // the first keeper's, and the others'
  std::atomic<bool> ending = false, mute = false;

  std::vector<std::string> keepers(bool first, bool others) const {
    std::vector<std::string> keys;
    for (const auto& keeper : store.keepers) {
      bool is_first = keeper.id == store.keepers.front().id;
      if (is_first ? first : others) keys.push_back(keeper.id.public_key);
    }
    return keys;
  }
  void show(bool forgets) {
    auto view = std::make_shared<View>(log_key, clock, "");
    std::scoped_lock lock(mutex);
    if (!views.empty()) {
      view->log.copy_of(views[0]->log);
      if (!forgets) view->log.found_note = views[0]->log.published();
    }
    view->witnessing.set_keepers(keepers(true, true));
    views = {view};
  }
  void split() {
    auto other = std::make_shared<View>(log_key, clock, "other ");
    std::scoped_lock lock(mutex);
    other->log.copy_of(views[0]->log);
    other->log.found_note = views[0]->log.published();
    views[0]->witnessing.set_keepers(keepers(true, false));
    other->witnessing.set_keepers(keepers(false, true));
    views.push_back(other);
  }
  std::vector<std::shared_ptr<View>> all() {
    std::scoped_lock lock(mutex);
    return views;
  }
  std::shared_ptr<View> view_of(std::string_view keeper) {
    auto known = all();
    bool first = !store.keepers.empty() && keeper == store.keepers[0].id.public_key;
    return first ? known.front() : known.back();
  }
  std::optional<std::pair<std::uint8_t, ProjectId>> wished;

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
    std::string keeper(vault::keeper_of(*frames));
    for (const auto& frame : *frames) {
      if (frame.is(vault::FrameType::cosignature)) {
        (void)view_of(keeper)->witnessing.take(keeper, frame.payload);
      }
    }
    std::int64_t until_ms = monotonic_ms() + vault::wait_of(*frames);
    auto waits = [&] {
      return !current()->urgent() && !ending && wish().empty() &&
             (mute || !view_of(keeper)->witnessing.news(keeper));
    };
    while (monotonic_ms() < until_ms && waits()) usleep(2'000);
    if (!mute) view_of(keeper)->witnessing.append(reply.body, keeper);
    auto answer = vault::exchange(*current(), kRoom, log_key, 0, request.body).value_or("");
    if (auto payload = wish(); !payload.empty()) {
      vault::append_frame(reply.body, vault::FrameType::wish, payload);
    }
    reply.body += answer;
    return reply;
  }
  // The owner's, until its scope is withdrawn.
  std::string wish() {
    std::scoped_lock lock(mutex);
    if (!wished) return {};
    auto [whole, project] = *wished;
    if (!leases->withdrawn(project)) {
      return FieldWriter().u8(whole).i64(project.value).take();
    }
    wished.reset();
    return {};
  }
};

void obey_log(View& view, std::string_view command) {
  auto blank = command.find(' ');
  int number = blank == command.npos ? 0 : std::atoi(command.data() + blank);
  auto more = static_cast<std::uint64_t>(number);
  if (command.starts_with("grow")) view.log.grow(number, view.salt);
  if (command.starts_with("fork")) view.log.fork();
  if (command.starts_with("cut")) view.log.cut(number);
  if (command.starts_with("open")) view.opened += more;
  if (command.starts_with("bulk")) view.bulk += more;
  if (command.starts_with("refuse")) view.refused += more;
  if (command.starts_with("deeds")) view.deeds += more;
}

void obey(Vault& vault) {
  char line[256];
  while (std::fgets(line, sizeof line, stdin)) {
    std::string_view command(line);
    if (command.starts_with("quit")) return;
    if (command.starts_with("restart")) {
      vault.show(false);
      vault.restart();
    }
    for (const auto& view : vault.all()) obey_log(*view, command);
    if (command.starts_with("forget")) vault.show(true);
    if (command.starts_with("views")) vault.split();
    if (command.starts_with("mute")) vault.mute = true;
    if (command.starts_with("publish ")) {
      std::string file(command.substr(8, command.find('\n') - 8));
      (void)replace_file(file, vault.all()[0]->log.published());
    }
    if (command.starts_with("wish ")) {
      std::scoped_lock lock(vault.mutex);
      vault.wished.emplace(static_cast<std::uint8_t>(line[5] - '0'),
                           ProjectId{std::stoll(line + 7)});
    }
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
  vault.show(true);
  auto server = net::Server::start(options, vault);
  if (!server) return 1;
  tlog::VerifierKey verifier{kOrigin, tlog::KeyType::ed25519, vault.log_key.public_key()};
  fmt::print("{} {}\n", bound_port(*fd).value_or(0), verifier.text());
  vault.restart();
  std::jthread ticker([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      vault.current()->tick();
      for (const auto& view : vault.all()) view->log.carry_on(view->witnessing.holds());
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
