// Load on a running room: experts who claim a task, submit an answer, and claim the next, over
// kept-alive connections, from one thread.
//
//   bench-http-load HOST:PORT --people FILE [--connections 64] [--seconds 10] [--warm-up 2]
//                   [--rate CYCLES_PER_S] [--no-key]
//
// Without --rate each connection sends its next request when the last is answered. With it cycles
// begin at fixed times whatever the server does, and a latency counts from when its request
// should have been sent. Prints one line of JSON; exit 1 when a reply was an error.
//
// Concurrency: one thread, epoll.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstring>
#include <deque>
#include <map>

#include "http_client.h"
#include "stats.h"

namespace guildhall::bench {
namespace {

constexpr std::string_view kAnswer =
    R"("answers":{"choice":"a","strength":2,"justification":"The first names its evidence."},)"
    R"("active_ms":60000})";

struct Options {
  std::string address;
  std::string people;
  int connections = 64;
  double seconds = 10;
  double warm_up = 2;
  double rate = 0;
  bool key = true;
};

struct Worker {
  enum class At : unsigned char { waiting, claiming, submitting, over };
  HttpClient client;
  std::string token;
  At at = At::waiting;
  std::int64_t due_us = 0;  // when the pending request should have been sent
};

struct Totals {
  Latencies claims, submissions;
  std::int64_t cycles = 0;
  std::int64_t all_cycles = 0;  // warm-up too: what the server must have kept
  std::int64_t none_left = 0;
  std::map<std::string, int> errors;
};

class Load {
 public:
  Load(const Options& options, const People& people);
  void run();
  int report();

 private:
  void send_claim(Worker& worker, std::int64_t due_us);
  void send_submission(Worker& worker, std::string_view reply);
  void take_reply(Worker& worker);
  void start_due();
  bool measuring() const { return now_ >= measure_from_ && now_ < end_; }

  const Options& options_;
  std::string project_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::deque<Worker*> idle_;  // in turn: a connection that never asks is cut by the server
  Poller poller_;
  Totals totals_;
  std::int64_t now_ = 0;
  std::int64_t measure_from_ = 0;
  std::int64_t end_ = 0;
  std::int64_t interval_ns_ = 0;
  std::int64_t started_ = 0;  // cycles begun in a paced run
  std::int64_t first_due_ = 0;
  std::int64_t keys_ = 0;
  int busy_ = 0;
  std::string body_;
};

Load::Load(const Options& options, const People& people)
    : options_(options), project_(people.project) {
  for (int i = 0; i < options.connections; ++i) {
    auto worker = std::make_unique<Worker>();
    worker->token = people.all[static_cast<std::size_t>(i) % people.all.size()].token;
    if (!worker->client.connect(options.address)) die("cannot connect");
    poller_.add(worker->client.descriptor(), worker.get());
    workers_.push_back(std::move(worker));
  }
}

void Load::send_claim(Worker& worker, std::int64_t due_us) {
  worker.at = Worker::At::claiming;
  worker.due_us = due_us;
  worker.client.post(fmt::format("/api/v1/projects/{}/assignments", project_), worker.token, {},
                     {});
}

void Load::send_submission(Worker& worker, std::string_view reply) {
  auto id = text_member(reply, "id");
  auto token = text_member(reply, "token");
  if (id.empty() || token.empty()) die("a claim's reply without id or token");
  body_ = fmt::format(R"({{"token":"{}",)", token);
  body_ += kAnswer;
  worker.at = Worker::At::submitting;
  worker.due_us = now_;
  std::string key = options_.key ? fmt::format("{}-{}", measure_from_, ++keys_) : std::string();
  worker.client.post(fmt::format("/api/v1/assignments/{}/submission", id), worker.token, body_,
                     key);
}

void Load::take_reply(Worker& worker) {
  auto status = worker.client.status();
  bool claim = worker.at == Worker::At::claiming;
  if (status == 204 && claim) {
    ++totals_.none_left;
    worker.at = Worker::At::over;
    --busy_;
    return;
  }
  if (status != 201) {
    ++totals_.errors[fmt::format("{} {} {}", claim ? "claim" : "submission", status,
                                 text_member(worker.client.body(), "type"))];
    worker.at = Worker::At::over;
    --busy_;
    return;
  }
  if (measuring()) (claim ? totals_.claims : totals_.submissions).add(now_ - worker.due_us);
  if (claim) return send_submission(worker, worker.client.body());
  ++totals_.all_cycles;
  if (measuring()) ++totals_.cycles;
  if (now_ < end_ && interval_ns_ == 0) return send_claim(worker, now_);
  worker.at = Worker::At::waiting;
  --busy_;
  idle_.push_back(&worker);
}

void Load::start_due() {
  while (!idle_.empty() && now_ < end_) {
    std::int64_t due = first_due_ + started_ * interval_ns_ / 1'000;
    if (due > now_) return;
    ++started_;
    ++busy_;
    Worker* worker = idle_.front();
    idle_.pop_front();
    send_claim(*worker, due);
  }
}

void Load::run() {
  now_ = now_us();
  measure_from_ = now_ + static_cast<std::int64_t>(options_.warm_up * 1e6);
  end_ = measure_from_ + static_cast<std::int64_t>(options_.seconds * 1e6);
  first_due_ = now_;
  if (options_.rate > 0) interval_ns_ = static_cast<std::int64_t>(1e9 / options_.rate);
  for (auto& worker : workers_) {
    if (interval_ns_ > 0) {
      idle_.push_back(worker.get());
    } else {
      ++busy_;
      send_claim(*worker, now_);
    }
  }
  while (now_ < end_ || busy_ > 0) {
    if (now_ > end_ + 15'000'000) die("replies are missing 15 s after the end");
    if (interval_ns_ == 0 && busy_ == 0) break;  // nothing is left for anybody
    if (interval_ns_ > 0) start_due();
    poller_.wait(interval_ns_ > 0 ? 1'000 : 100'000, [&](void* of) {
      auto& worker = *static_cast<Worker*>(of);
      now_ = now_us();
      switch (worker.client.receive()) {
        case HttpClient::Got::part: return;
        case HttpClient::Got::reply: take_reply(worker); return;
        case HttpClient::Got::closed: die("the server closed a connection");
      }
    });
    now_ = now_us();
  }
}

int Load::report() {
  double seconds = static_cast<double>(std::min(now_, end_) - measure_from_) / 1e6;
  std::string errors;
  for (const auto& [what, count] : totals_.errors) {
    errors += fmt::format(R"({}"{}":{})", errors.empty() ? "" : ",", what, count);
  }
  fmt::print(R"({{"cycles_per_s":{:.0f},"cycles":{},"acknowledged":{},"seconds":{:.2f},)"
             R"("claim":{},"submission":{},"none_left":{},"client_cpu_share":{:.2f},)"
             R"("errors":{{{}}}}})"
             "\n",
             static_cast<double>(totals_.cycles) / seconds, totals_.cycles, totals_.all_cycles,
             seconds, totals_.claims.json(), totals_.submissions.json(), totals_.none_left,
             static_cast<double>(cpu_us()) / 1e6 / (seconds + options_.warm_up), errors);
  return totals_.errors.empty() ? 0 : 1;
}

}  // namespace
}  // namespace guildhall::bench

int main(int argc, char** argv) {
  namespace bench = guildhall::bench;
  CLI::App app("Claim and submit over HTTP");
  bench::Options options;
  app.add_option("address", options.address, "HOST:PORT")->required();
  app.add_option("--people", options.people)->required();
  app.add_option("--connections", options.connections);
  app.add_option("--seconds", options.seconds);
  app.add_option("--warm-up", options.warm_up);
  app.add_option("--rate", options.rate);
  bool no_key = false;
  app.add_flag("--no-key", no_key, "Without Idempotency-Key on submissions");
  CLI11_PARSE(app, argc, argv);
  options.key = !no_key;
  bench::Load load(options, bench::read_people(options.people));
  load.run();
  return load.report();
}
