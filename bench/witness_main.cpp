// From a deed to a published checkpoint that covers it and that a keeper has cosigned.
//
//   bench-witness DIR [RATE=2000] [SECONDS=20] [KEEPERS=1]
//
// In one process, over loopback HTTP: a log on the disk that deeds are appended to at RATE a
// second, integrated as the vault does; the vault's side of the exchange; the keeper's session,
// witness and files. A reader looks at the published file every 2 ms, as anybody could, and
// verifies it. With no keeper nothing may count as covered: the control. One line of JSON.
#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <mutex>
#include <thread>

#include "base/files.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/listen.h"
#include "keeper/dial.h"
#include "keeper/witness.h"
#include "net/server.h"
#include "stats.h"
#include "vault/live_log.h"

namespace guildhall::bench {
namespace {

constexpr RoomId kRoom{7};
constexpr const char* kOrigin = "bench.example/log";

[[noreturn]] void give_up(std::string_view what) {
  fmt::print(stderr, "bench-witness: {}\n", what);
  std::exit(1);
}

template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error().detail);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

class SteadyClock final : public Clock {
 public:
  TimeMs now_ms() const override { return monotonic_ms(); }
};

// A room without keys: the keeper is there for its log only.
struct NoKeys final : vault::KeySink, vault::LeaseStore {
  void hold(ProjectId, crypto::LockedKey, std::int64_t) override {}
  void drop(ProjectId) override {}
  Result<void> save_keeper(const vault::KeeperRecord&) override { return {}; }
  Result<void> save_key_id(ProjectId, std::string_view) override { return {}; }
};

struct Site final : net::App {
  Site(const std::filesystem::path& dir, const std::vector<vault::KeeperRecord>& keepers)
      : log(must(vault::LiveLog::open(dir, kOrigin, key))),
        leases(kRoom, key, keepers, clock, system_random(), none, none),
        witnessing(kRoom, {*log, key, [] { return vault::Counts{}; }, system_clock(), clock}) {
    std::vector<std::string> keys;
    for (const auto& keeper : keepers) keys.push_back(keeper.id.public_key);
    witnessing.set_keepers(keys);
  }
  crypto::SigningKey key = crypto::SigningKey::generate(system_random());
  SteadyClock clock;
  NoKeys none;
  std::unique_ptr<vault::LiveLog> log;
  vault::Leases leases;
  vault::Witnessing witnessing;
  std::atomic<bool> ending = false;

  net::Admission admit(net::Method, std::string_view) const override {
    return {false, kMaxExchangeBody};
  }
  net::Reply handle(net::Request& request) override {
    net::Reply reply;
    auto frames = must(vault::read_frames(request.body));
    std::string keeper(vault::keeper_of(frames));
    for (const auto& frame : frames) {
      if (frame.is(vault::FrameType::cosignature)) must(witnessing.take(keeper, frame.payload));
    }
    std::int64_t until_ms = monotonic_ms() + vault::wait_of(frames);
    while (monotonic_ms() < until_ms && !witnessing.news(keeper) && !ending) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    witnessing.append(reply.body, keeper);
    reply.body += must(vault::exchange(leases, kRoom, key, 0, request.body));
    return reply;
  }
  // As the vault's process does.
  void carry_on() {
    while (!ending) {
      must(log->carry_on(witnessing.holds()));
      std::this_thread::sleep_for(std::chrono::milliseconds(kIntegrateMs));
    }
  }
};

// A keeper as `guildhall keeper serve` runs it.
struct Keeper {
  Keeper(const std::filesystem::path& folder, std::string address)
      : dir(folder),
        url(std::move(address)),
        keys(must(keeper::Keyring::create(dir, Secret()))),
        store(dir) {
    must(keeper::WitnessFile(dir).create(keys.id().public_key));
  }
  void start(const tlog::VerifierKey& log) {
    must(store.update([&](keeper::State& state) -> Result<void> {
      keeper::RoomState room;
      room.url = url;
      room.verifier_key = log.text();
      state.rooms = {room};
      return {};
    }));
    witness =
        std::make_unique<keeper::Witness>(keeper::Witness::Options{dir, log, {}, kLogSilentMs},
                                          keys.signing_key(), system_clock(), clock);
    session = std::make_unique<keeper::Session>(url, log.public_key, keys, store, system_clock(),
                                                clock, witness.get());
    line = must(keeper::open_line(*must(store.read()).find(url)));
    dialler = std::make_unique<keeper::Dialler>(*session, *line, clock);
    thread = std::thread([this] { dialler->run(); });
  }
  void stop() {
    dialler->stop();
    thread.join();
  }
  std::filesystem::path dir;
  std::string url;
  keeper::Keyring keys;
  keeper::FileStore store;
  SteadyClock clock;
  std::unique_ptr<keeper::Witness> witness;
  std::unique_ptr<keeper::Session> session;
  std::unique_ptr<keeper::Line> line;
  std::unique_ptr<keeper::Dialler> dialler;
  std::thread thread;
};

// Deeds that wait to be covered: up to which entry, and since when.
struct Waiting {
  std::uint64_t upto = 0;
  std::uint64_t count = 0;
  std::int64_t since_us = 0;
};

struct Run {
  std::mutex mutex;
  std::deque<Waiting> waiting;
  Latencies latencies;
  std::uint64_t checkpoints = 0;
};

void feed(Site& site, Run& run, std::uint64_t rate, std::uint64_t seconds) {
  std::uint64_t done = 0;
  const std::int64_t began = now_us();
  while (done < rate * seconds) {
    const std::int64_t at = now_us();
    const auto due =
        std::min(rate * seconds, static_cast<std::uint64_t>(at - began) * rate / 1'000'000);
    if (due > done) {
      std::vector<std::string> leaves(due - done, std::string(220, 'd'));
      {
        std::scoped_lock lock(run.mutex);
        run.waiting.push_back({due, due - done, at});
      }
      must(site.log->append(leaves, {}));
      done = due;
    }
    sleep_until_us(at + 10'000);
  }
}

void watch(const std::filesystem::path& file, const std::vector<tlog::VerifierKey>& keys, Run& run,
           const std::atomic<bool>& stopping) {
  std::string seen;
  while (!stopping) {
    auto note = read_file(file);
    const std::int64_t at = now_us();
    if (note && *note != seen) {
      seen = *note;
      auto opened = tlog::open_checkpoint(seen, keys.front(), std::span(keys).subspan(1));
      std::scoped_lock lock(run.mutex);
      if (opened && keys.size() > 1) {
        ++run.checkpoints;
        while (!run.waiting.empty() && run.waiting.front().upto <= opened->size) {
          const auto& deeds = run.waiting.front();
          for (std::uint64_t i = 0; i < deeds.count; ++i) run.latencies.add(at - deeds.since_us);
          run.waiting.pop_front();
        }
      }
    }
    sleep_until_us(at + 2'000);
  }
}

int run(int argc, char** argv) {
  if (argc < 2) give_up("DIR [RATE] [SECONDS] [KEEPERS]");
  auto number = [&](int at, std::uint64_t usual) {
    return argc > at ? std::strtoull(argv[at], nullptr, 10) : usual;
  };
  const std::filesystem::path dir = argv[1];
  const auto rate = number(2, 2'000);
  const auto seconds = number(3, 20);
  auto fd = must(listen_on("127.0.0.1:0"));
  const auto url = fmt::format("http://127.0.0.1:{}", must(bound_port(fd)));
  std::filesystem::create_directories(dir);
  std::vector<std::unique_ptr<Keeper>> keepers;
  std::vector<vault::KeeperRecord> records;
  for (std::uint64_t i = 0; i < number(4, 1); ++i) {
    keepers.push_back(std::make_unique<Keeper>(dir / fmt::format("keeper-{}", i), url));
    records.push_back({keepers.back()->keys.id(), 0, false, {}});
  }
  Site site(dir, records);
  net::ServerOptions options;
  options.listen_fd = fd;
  auto server = must(net::Server::start(options, site));
  std::vector<tlog::VerifierKey> keys{{kOrigin, tlog::KeyType::ed25519, site.key.public_key()}};
  std::thread carrier([&] { site.carry_on(); });
  for (auto& one : keepers) {
    one->start(keys.front());
    keys.push_back(keeper::witness_key(one->keys.id().public_key));
  }
  Run result;
  std::atomic<bool> stopping = false;
  std::thread reader([&] { watch(dir / "log" / "checkpoint", keys, result, stopping); });
  const std::int64_t cpu = cpu_us();
  feed(site, result, rate, seconds);
  std::this_thread::sleep_for(std::chrono::seconds(2));
  stopping = true;
  reader.join();
  const double cores = static_cast<double>(cpu_us() - cpu) / 1e6 / static_cast<double>(seconds + 2);
  for (auto& one : keepers) one->stop();
  site.ending = true;
  carrier.join();
  server->stop();
  JsonWriter out;
  out.begin_object().field("rate", rate).field("seconds", seconds);
  out.field("keepers", keepers.size()).field("deeds", rate * seconds);
  out.field("covered", result.latencies.count()).field("checkpoints", result.checkpoints);
  out.field("cores_percent", static_cast<std::int64_t>(cores * 100));
  fmt::print("{},\"covered_after\":{}}}\n", out.take(), result.latencies.json());
  return 0;
}

}  // namespace
}  // namespace guildhall::bench

int main(int argc, char** argv) { return guildhall::bench::run(argc, argv); }
