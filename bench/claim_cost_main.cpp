// What a claim costs in rooms of different size, interleaved in one run.
//
//   bench-claim-cost --room DIR,PEOPLE[,STORE] … [--rounds 300] [--forget-cursor]
//
// In each room the first expert of the people's file has done nothing and the second most of it
// (bench-claim-cost --prepare 0.9 gives them so much first). Each round claims once in every
// room for either of them and gives the task back. Two times are told: the whole call, durable,
// and the closure alone, which is what the size could change. --forget-cursor is the control: it
// drops the person's cursor before each claim, and the cost of the second must grow.
//
// Concurrency: one caller.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "fill.h"
#include "stats.h"
#include "work/assignment.h"

namespace guildhall::bench {
namespace {

// Passes everything on and notes how long the last write closure ran.
class TimedDatabase final : public store::Database {
 public:
  explicit TimedDatabase(store::Database& real) : real_(real) {}
  store::Dialect dialect() const override { return real_.dialect(); }
  store::StoreStats stats() const override { return real_.stats(); }
  std::unique_ptr<store::Turn> turn(RoomId room) override { return real_.turn(room); }
  Result<void> read(const store::TxBody& body) override { return real_.read(body); }
  Result<void> write(const store::TxBody& body) override {
    return real_.write([&](store::Tx& tx) {
      auto began = now_us();
      auto result = body(tx);
      last_us_ = now_us() - began;
      return result;
    });
  }
  std::int64_t last_us() const { return last_us_; }

 private:
  store::Database& real_;
  std::int64_t last_us_ = 0;
};

struct Measured {
  Latencies whole, closure;
};

struct Place {
  std::string name;
  std::unique_ptr<room::Room> room;
  People people;
  std::unique_ptr<TimedDatabase> timed;
  std::unique_ptr<work::Context> ctx;
  Measured fresh, most;
};

Place open_place(const std::string& text) {
  auto comma = text.find(',');
  if (comma == std::string::npos) die("--room DIR,PEOPLE[,STORE]");
  auto second = text.find(',', comma + 1);
  Place place;
  place.name = text.substr(0, comma);
  place.people = read_people(text.substr(comma + 1, second - comma - 1));
  place.room = open_room(place.name, second == std::string::npos ? "" : text.substr(second + 1));
  place.timed = std::make_unique<TimedDatabase>(place.room->db());
  const auto& real = place.room->work();
  place.ctx.reset(new work::Context{*place.timed, real.keys, real.room, real.ids, real.index_key,
                                    real.random, real.projects, real.blob_dir, real.sealer});
  return place;
}

void forget_cursor(Place& place, MemberId member) {
  must(place.room->db().write([&](store::Tx& tx) -> Result<void> {
    TRY(tx.exec("DELETE FROM lane_cursor WHERE room = $1 AND project = $2 AND member = $3",
                {place.room->id(), place.people.inner, member}));
    return {};
  }),
       "forget the cursor");
}

void claim_once(Place& place, MemberId member, Measured& into, bool keep) {
  auto began = now_us();
  auto claimed =
      must(work::claim(*place.ctx, {member}, place.people.inner, work::TaskKind::work), "claim");
  auto whole = now_us() - began;
  if (!claimed.assignment) die("nothing is left to claim");
  if (keep) {
    into.whole.add(whole);
    into.closure.add(place.timed->last_us());
  }
  work::LeaseProof proof{place.people.inner, claimed.assignment->id, claimed.assignment->token};
  must(work::skip(*place.ctx, {member}, proof, "other", "", 0), "skip");
}

void print(const Place& place, std::string_view who, Measured& measured) {
  fmt::print(R"({{"room":"{}","who":"{}","claim":{},"closure":{}}})"
             "\n",
             place.name, who, measured.whole.json(), measured.closure.json());
}

}  // namespace
}  // namespace guildhall::bench

int main(int argc, char** argv) {
  namespace bench = guildhall::bench;
  CLI::App app("The cost of a claim");
  std::vector<std::string> rooms;
  int rounds = 300;
  double prepare = 0;
  bool forget = false;
  app.add_option("--room", rooms)->required();
  app.add_option("--rounds", rounds);
  app.add_option("--prepare", prepare, "The second expert first answers this share");
  app.add_flag("--forget-cursor", forget);
  CLI11_PARSE(app, argc, argv);
  std::vector<bench::Place> places;
  for (const auto& text : rooms) places.push_back(bench::open_place(text));
  for (auto& place : places) {
    if (prepare > 0) {
      bench::answer_tasks(*place.room, place.people.inner, place.people.all.at(1).member, prepare);
    }
  }
  for (int round = -rounds / 10; round < rounds; ++round) {  // the first tenth warms up
    for (auto& place : places) {
      for (std::size_t who : {0U, 1U}) {
        auto member = place.people.all.at(who).member;
        if (forget) bench::forget_cursor(place, member);
        bench::claim_once(place, member, who == 0 ? place.fresh : place.most, round >= 0);
      }
    }
  }
  for (auto& place : places) {
    bench::print(place, "fresh", place.fresh);
    bench::print(place, "most", place.most);
  }
  return 0;
}
