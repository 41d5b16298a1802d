// The transparency log alone: durable leaves a second, and how long a proof takes.
//
//   bench-log DIR [LEAVES=1000000] [THREADS=4] [BATCH=64] [PROOFS=2000]
//
// Appends to the log in DIR (made where absent) until it has LEAVES, integrating every 100 ms, then
// makes and verifies proofs of random entries. One line of JSON.
#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "base/json.h"
#include "bench_room.h"
#include "stats.h"
#include "tlog/log.h"

namespace guildhall::bench {
namespace {

std::string leaf_of(std::uint64_t n) {
  return fmt::format(R"({{"verb":"opened","who":"{:064x}","object":{},"salt":"{:032x}"}})", n * 77,
                     n, n * 13);
}

struct Args {
  std::string dir;
  std::uint64_t leaves = 1'000'000;
  std::uint64_t threads = 4;
  std::uint64_t batch = 64;
  std::uint64_t proofs = 2'000;
};

template <class T>
T must(Result<T> result) {
  if (!result) die(result.error().detail);
  return std::move(*result);
}

// Microseconds of each append, all threads together.
Latencies fill(tlog::Log& log, const Args& args) {
  std::atomic<bool> done = false;
  std::thread integrator([&] {
    while (!done) {
      const std::int64_t began = now_us();
      if (!log.integrate()) die("integrate failed");
      sleep_until_us(began + 100'000);
    }
  });
  std::vector<Latencies> latencies(args.threads);
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < args.threads; ++t)
    threads.emplace_back([&, t] {
      for (std::uint64_t n = t; log.durable() < args.leaves; n += args.threads) {
        std::vector<std::string> leaves;
        for (std::uint64_t i = 0; i < args.batch; ++i) leaves.push_back(leaf_of(n + i));
        const std::int64_t began = now_us();
        while (true) {  // back-pressure: the tiles must keep up
          auto taken = log.append(leaves);
          if (taken) break;
          if (taken.error().type != "log-behind") die(taken.error().detail);
          sleep_until_us(now_us() + 5'000);
        }
        latencies[t].add(now_us() - began);
      }
    });
  for (auto& thread : threads) thread.join();
  done = true;
  integrator.join();
  if (!log.integrate()) die("integrate failed");
  for (std::size_t t = 1; t < latencies.size(); ++t) latencies[0].merge(latencies[t]);
  return latencies[0];
}

int run(const Args& args) {
  auto key = must(crypto::SigningKey::from_seed(Secret(std::string(32, 'b'))));
  auto log = must(tlog::Log::open(args.dir, "bench.example/log", key));
  const std::uint64_t had = log->size();
  const std::int64_t began = now_us();
  Latencies appends = had < args.leaves ? fill(*log, args) : Latencies();
  const double seconds = static_cast<double>(now_us() - began) / 1e6;
  Latencies proofs;
  for (std::uint64_t i = 0; i < args.proofs; ++i) {
    const std::uint64_t index = system_random().below(log->size());
    const std::int64_t start = now_us();
    const auto proof = must(log->prove(index));
    proofs.add(now_us() - start);
    // The control: a proof that was quick and wrong is none.
    must(tlog::verify_proof(proof, must(log->entry(index)), log->key()));
  }
  JsonWriter out;
  out.begin_object().field("leaves", log->size()).field("threads", args.threads);
  out.field("batch", args.batch);
  out.field("leaves_per_s", static_cast<double>(log->size() - had) / seconds);
  out.key("append_us").raw(appends.json()).key("proof_us").raw(proofs.json());
  out.field("key", log->key().text()).end_object();
  std::puts(out.text().c_str());
  return 0;
}

}  // namespace
}  // namespace guildhall::bench

int main(int argc, char** argv) {
  if (argc < 2) guildhall::bench::die("bench-log DIR [LEAVES] [THREADS] [BATCH] [PROOFS]");
  guildhall::bench::Args args;
  args.dir = argv[1];
  std::uint64_t* numbers[] = {&args.leaves, &args.threads, &args.batch, &args.proofs};
  for (int i = 2; i < argc && i < 6; ++i) *numbers[i - 2] = std::strtoull(argv[i], nullptr, 10);
  return guildhall::bench::run(args);
}
