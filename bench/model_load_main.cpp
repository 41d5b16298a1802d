// Load on whatever answers as a model does, from one thread.
//
//   bench-model-load HOST:PORT [--path P] [--body TEXT|@FILE] [--header "K: V"]...
//                    [--connections 64 [--rate R] | --streams 2000 [--numbered N]]
//                    [--seconds 10] [--warm-up 2]
//
// With --connections each sends its next request when the last is answered, on a connection that
// is kept as long as the server does. With --rate so many requests a second are due, whatever was
// answered, and each counts from when it was due. With --streams so many streams
// are open at any time, a new one for each that ends; --numbered says how many tokens the mock
// numbers in each (its option `numbered`), and every one must come once and in order. Prints one
// line of JSON; exit 1 when anything went wrong.
//
// Concurrency: one thread, epoll.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

#include "http_client.h"
#include "reply_reader.h"
#include "stats.h"

namespace guildhall::bench {
namespace {

struct Options {
  std::string address;
  std::string path = "/v1/chat/completions";
  std::string body;
  std::vector<std::string> headers;
  int connections = 64;
  int streams = 0;
  std::int64_t numbered = 0;
  double rate = 0;
  double seconds = 10;
  double warm_up = 2;
};

// Finds #0 #1 #2 … in a text that comes in pieces.
class Numbers {
 public:
  void read(std::string_view text) {
    for (char c : text) {
      if (c == '#') {
        value_ = 0;
        digits_ = 1;
      } else if (digits_ > 0 && c >= '0' && c <= '9') {
        value_ = 10 * value_ + (c - '0');
        ++digits_;
      } else {
        if (digits_ > 1 && c == ' ') take(value_);
        digits_ = 0;
      }
    }
  }
  std::int64_t seen = 0;
  std::int64_t out_of_order = 0;

 private:
  void take(std::int64_t number) {
    if (number != seen) ++out_of_order;
    ++seen;
  }
  std::int64_t value_ = 0;
  int digits_ = 0;
};

struct Line {  // one connection
  int fd = -1;
  std::int64_t sent_us = 0;
  std::int64_t frame_us = 0;  // when the last bytes of a body came; 0: none
  ReplyReader reply;
  Numbers numbers;
};

struct Figures {
  Latencies whole, first_byte, gaps;
  std::int64_t requests = 0;
  std::int64_t lost = 0;
  std::int64_t out_of_order = 0;
  std::map<std::string, std::int64_t> errors;
};

class ModelLoad {
 public:
  explicit ModelLoad(const Options& options);
  void run();
  int report();

 private:
  bool measuring() const { return now_ >= measure_from_ && now_ < end_; }
  void connect(Line& line);
  void send_request(Line& line, std::int64_t due_us);
  void start_due();
  void on_ready(Line& line);
  void on_bytes(Line& line, std::string_view bytes);
  void finish(Line& line);
  void fail(Line& line, const std::string& kind);
  void next(Line& line);

  const Options& options_;
  sockaddr_in to_{};
  std::string request_;
  std::vector<std::unique_ptr<Line>> lines_;
  std::vector<Line*> idle_;  // with a rate
  Poller poller_;
  Figures figures_;
  std::string body_;  // of what was read last
  std::int64_t now_ = 0;
  std::int64_t measure_from_ = 0;
  std::int64_t end_ = 0;
  std::int64_t begun_ = 0;
  std::int64_t sent_ = 0;
  std::int64_t due_ = 0;  // the next request's time, with a rate
  std::int64_t open_ = 0;
};

ModelLoad::ModelLoad(const Options& options) : options_(options) {
  const auto colon = options.address.rfind(':');
  to_.sin_family = AF_INET;
  to_.sin_port = htons(static_cast<std::uint16_t>(std::atoi(options.address.c_str() + colon + 1)));
  if (inet_pton(AF_INET, options.address.substr(0, colon).c_str(), &to_.sin_addr) != 1) {
    die("HOST:PORT is a numeric address");
  }
  request_ = fmt::format("POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n",
                         options.path, options.address);
  for (const auto& header : options.headers) request_ += header + "\r\n";
  request_ += fmt::format("Content-Length: {}\r\n\r\n{}", options.body.size(), options.body);
  const int lines = options.streams > 0 ? options.streams : options.connections;
  for (int i = 0; i < lines; ++i) lines_.push_back(std::make_unique<Line>());
}

void ModelLoad::connect(Line& line) {
  if (line.fd >= 0) close(line.fd);
  line.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (line.fd < 0) die("no descriptor is left");
  if (::connect(line.fd, reinterpret_cast<sockaddr*>(&to_), sizeof to_) != 0) die("cannot connect");
  int on = 1;
  setsockopt(line.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  poller_.add(line.fd, &line);
}

void ModelLoad::send_request(Line& line, std::int64_t due_us) {
  line.reply.reset();
  line.numbers = {};
  line.frame_us = 0;
  line.sent_us = due_us;
  std::string_view left = request_;
  while (!left.empty()) {
    auto sent = send(line.fd, left.data(), left.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return;  // told when it is read
    left.remove_prefix(static_cast<std::size_t>(sent));
  }
}

// A stream is one connection, whatever the server would keep.
void ModelLoad::next(Line& line) {
  if (now_ >= end_) {
    close(std::exchange(line.fd, -1));
    --open_;
    return;
  }
  const bool kept = line.reply.state() == ReplyReader::State::whole && line.reply.keeps_alive();
  if (options_.streams > 0 || !kept) connect(line);
  if (options_.rate > 0) return idle_.push_back(&line);
  send_request(line, now_us());
}

void ModelLoad::start_due() {
  const double interval_us = 1e6 / options_.rate;
  for (; due_ <= now_ && !idle_.empty() && now_ < end_; ++sent_) {
    Line* line = idle_.back();
    idle_.pop_back();
    send_request(*line, due_);
    due_ = begun_ + static_cast<std::int64_t>(static_cast<double>(sent_ + 1) * interval_us);
  }
  if (now_ < end_) return;
  for (Line* line : idle_) {
    close(std::exchange(line->fd, -1));
    --open_;
  }
  idle_.clear();
}

void ModelLoad::fail(Line& line, const std::string& kind) {
  ++figures_.errors[kind];
  next(line);
}

void ModelLoad::finish(Line& line) {
  if (line.reply.status() != 200) return fail(line, fmt::format("status {}", line.reply.status()));
  if (measuring()) {
    ++figures_.requests;
    figures_.whole.add(now_ - line.sent_us);
  }
  figures_.out_of_order += line.numbers.out_of_order;
  if (options_.numbered > 0) {
    figures_.lost += std::max<std::int64_t>(options_.numbered - line.numbers.seen, 0);
  }
  next(line);
}

void ModelLoad::on_bytes(Line& line, std::string_view bytes) {
  body_.clear();
  const auto state = line.reply.read(bytes, body_);
  if (!body_.empty()) {
    if (measuring()) {
      auto& times = line.frame_us == 0 ? figures_.first_byte : figures_.gaps;
      times.add(now_ - (line.frame_us == 0 ? line.sent_us : line.frame_us));
    }
    line.frame_us = now_;
    if (options_.numbered > 0) line.numbers.read(body_);
  }
  if (state == ReplyReader::State::broken) return fail(line, "no HTTP");
  if (state == ReplyReader::State::whole) finish(line);
}

void ModelLoad::on_ready(Line& line) {
  static char buffer[256U << 10];
  now_ = now_us();
  const auto got = recv(line.fd, buffer, sizeof buffer, MSG_DONTWAIT);
  if (got > 0) return on_bytes(line, {buffer, static_cast<std::size_t>(got)});
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  const std::string kind = got == 0 ? "cut" : "reset";
  if (got == 0 && line.reply.closed() == ReplyReader::State::whole) return finish(line);
  fail(line, kind);
}

void ModelLoad::run() {
  now_ = begun_ = due_ = now_us();
  measure_from_ = now_ + static_cast<std::int64_t>(options_.warm_up * 1e6);
  end_ = measure_from_ + static_cast<std::int64_t>(options_.seconds * 1e6);
  for (auto& line : lines_) {
    ++open_;
    connect(*line);
    if (options_.rate > 0) {
      idle_.push_back(line.get());
    } else {
      send_request(*line, now_us());
    }
  }
  while (open_ > 0) {
    if (now_ > end_ + 60'000'000) {
      figures_.errors["not answered in a minute"] += open_;
      return;
    }
    std::int64_t wait_us = 100'000;
    if (options_.rate > 0) {
      start_due();
      if (!idle_.empty()) wait_us = std::clamp<std::int64_t>(due_ - now_us(), 0, wait_us);
    }
    poller_.wait(wait_us, [&](void* of) { on_ready(*static_cast<Line*>(of)); });
    now_ = now_us();
  }
}

int ModelLoad::report() {
  std::string errors;
  for (const auto& [what, count] : figures_.errors) {
    errors += fmt::format(R"({}"{}":{})", errors.empty() ? "" : ",", what, count);
  }
  auto& whole = figures_.whole;
  const double seconds = options_.seconds;
  fmt::print(R"({{"requests_per_s":{:.0f},"requests":{},"p50_us":{},"p90_us":{},"p99_us":{},)"
             R"("max_us":{},"first_byte":{},"gaps":{},"lost":{},"out_of_order":{},)"
             R"("client_cpu_share":{:.2f},"errors":{{{}}}}})"
             "\n",
             static_cast<double>(figures_.requests) / seconds, figures_.requests,
             whole.percentile_us(0.5), whole.percentile_us(0.9), whole.percentile_us(0.99),
             whole.percentile_us(1.0), figures_.first_byte.json(), figures_.gaps.json(),
             figures_.lost, figures_.out_of_order,
             static_cast<double>(cpu_us()) / 1e6 / (seconds + options_.warm_up), errors);
  const bool good = figures_.errors.empty() && figures_.lost == 0 && figures_.out_of_order == 0;
  return good && figures_.requests > 0 ? 0 : 1;
}

std::string text_or_file(const std::string& given) {
  if (!given.starts_with("@")) return given;
  std::ifstream file(given.substr(1));
  std::stringstream text;
  text << file.rdbuf();
  if (!file) die("cannot read the body's file");
  return text.str();
}

}  // namespace
}  // namespace guildhall::bench

int main(int argc, char** argv) {
  namespace bench = guildhall::bench;
  bench::Options options;
  options.body = R"({"model":"mock","messages":[{"role":"user","content":"What is a lease?"}]})";
  CLI::App app("Load on whatever answers as a model does");
  app.add_option("address", options.address, "HOST:PORT, numeric")->required();
  app.add_option("--path", options.path);
  app.add_option("--body", options.body, "The text, or @FILE");
  app.add_option("--header", options.headers, "\"Name: value\", for each request");
  app.add_option("--connections", options.connections)->check(CLI::Range(1, 50'000));
  app.add_option("--streams", options.streams, "Open at a time")->check(CLI::Range(1, 50'000));
  app.add_option("--numbered", options.numbered, "Tokens of each stream");
  app.add_option("--rate", options.rate, "Requests a second, answered or not");
  app.add_option("--seconds", options.seconds);
  app.add_option("--warm-up", options.warm_up);
  CLI11_PARSE(app, argc, argv);
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  options.body = bench::text_or_file(options.body);
  bench::ModelLoad load(options);
  load.run();
  return load.report();
}
