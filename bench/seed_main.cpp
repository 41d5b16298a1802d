// Fills a room: one open preference project, experts with tokens, answers if asked for.
//
//   bench-seed DIR --people FILE [--store URL] [--tasks N] [--bytes N] [--experts N]
//              [--answered N] [--settings JSON]
//
// FILE gets the project's id and a line per expert (bench_room.h). --answered N: the first N
// experts have answered every task.
#include <CLI/CLI.hpp>

#include "fill.h"
#include "stats.h"

int main(int argc, char** argv) {
  namespace bench = guildhall::bench;
  CLI::App app("Fill a room");
  std::string dir, store, file;
  bench::NewWork work;
  int experts = 64;
  int answered = 0;
  app.add_option("dir", dir)->required();
  app.add_option("--people", file)->required();
  app.add_option("--store", store);
  app.add_option("--tasks", work.tasks);
  app.add_option("--bytes", work.bytes);
  app.add_option("--experts", experts);
  app.add_option("--answered", answered);
  app.add_option("--settings", work.settings);
  CLI11_PARSE(app, argc, argv);
  auto began = bench::now_us();
  auto room = bench::open_room(dir, store);
  bench::People people;
  people.inner = bench::add_project(*room, work);
  people.project = room->ids().show(people.inner);
  for (int i = 0; i < experts; ++i) people.all.push_back(bench::add_expert(*room, people.inner));
  for (int i = 0; i < answered && i < experts; ++i) {
    bench::answer_tasks(*room, people.inner, people.all[static_cast<std::size_t>(i)].member, 1.0);
  }
  bench::write_people(file, people);
  std::fprintf(stderr, "seeded %lld tasks, %d experts in %.1f s\n",
               static_cast<long long>(work.tasks), experts,
               static_cast<double>(bench::now_us() - began) / 1e6);
  return 0;
}
