// The load of bench-http-load straight on the work engine: threads that claim and submit through
// work::claim and work::submit, without HTTP, permission, reading and checking. What HTTP costs is
// the ratio of the two.
//
//   bench-store-load DIR --people FILE [--store URL] [--threads 64] [--seconds 10] [--warm-up 2]
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstring>
#include <thread>

#include "bench_room.h"
#include "stats.h"
#include "work/submission.h"

namespace guildhall::bench {
namespace {

struct Shared {
  room::Room& room;
  ProjectId project;
  std::atomic<std::int64_t> measure_from{0};
  std::atomic<std::int64_t> end{0};
};

struct Own {
  Latencies claims, submissions;
  std::int64_t cycles = 0;
};

void work_on(Shared& shared, const Person& person, Own& own) {
  const auto& ctx = shared.room.work();
  work::Actor actor{person.member};
  std::int64_t at = now_us();
  while (at < shared.end) {
    auto claimed = must(work::claim(ctx, actor, shared.project, work::TaskKind::work), "claim");
    if (!claimed.assignment) return;
    std::int64_t between = now_us();
    work::SubmitIn in;
    in.proof = {shared.project, claimed.assignment->id, claimed.assignment->token};
    in.answers_json =
        R"({"choice":"a","strength":2,"justification":"The first names its evidence."})";
    in.active_ms = 60'000;
    in.request_hash.assign(32, '\0');
    std::memcpy(in.request_hash.data(), &between, sizeof between);
    must(work::submit(ctx, actor, in), "submit");
    std::int64_t done = now_us();
    if (at >= shared.measure_from && done < shared.end) {
      own.claims.add(between - at);
      own.submissions.add(done - between);
      ++own.cycles;
    }
    at = done;
  }
}

}  // namespace
}  // namespace guildhall::bench

int main(int argc, char** argv) {
  namespace bench = guildhall::bench;
  CLI::App app("Claim and submit on the store");
  std::string dir, store, file;
  std::size_t threads = 64;
  double seconds = 10;
  double warm_up = 2;
  app.add_option("dir", dir)->required();
  app.add_option("--people", file)->required();
  app.add_option("--store", store);
  app.add_option("--threads", threads);
  app.add_option("--seconds", seconds);
  app.add_option("--warm-up", warm_up);
  CLI11_PARSE(app, argc, argv);
  auto people = bench::read_people(file);
  auto room = bench::open_room(dir, store);
  bench::Shared shared{*room, people.inner};
  shared.measure_from = bench::now_us() + static_cast<std::int64_t>(warm_up * 1e6);
  shared.end = shared.measure_from + static_cast<std::int64_t>(seconds * 1e6);
  std::vector<bench::Own> own(threads);
  std::vector<std::thread> all;
  auto before = room->db().stats();
  for (std::size_t i = 0; i < threads; ++i) {
    all.emplace_back([&, i] { bench::work_on(shared, people.all[i % people.all.size()], own[i]); });
  }
  for (auto& thread : all) thread.join();
  auto after = room->db().stats();
  bench::Own sum;
  for (const auto& one : own) {
    sum.claims.merge(one.claims);
    sum.submissions.merge(one.submissions);
    sum.cycles += one.cycles;
  }
  fmt::print(R"({{"cycles_per_s":{:.0f},"cycles":{},"claim":{},"submission":{},)"
             R"("transactions_a_commit":{:.1f}}})"
             "\n",
             static_cast<double>(sum.cycles) / seconds, sum.cycles, sum.claims.json(),
             sum.submissions.json(),
             static_cast<double>(after.transactions - before.transactions) /
                 static_cast<double>(std::max<std::int64_t>(1, after.commits - before.commits)));
  return 0;
}
