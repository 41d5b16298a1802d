// The HTTP layer alone: an app whose handlers do nothing. Load it with wrk.
//
//   bench-http HOST:PORT
//   wrk -t2 -c64 -d5 -s post.lua http://HOST:PORT/echo
//
//   POST /echo     the length of the body           GET /events   an event stream of topic "t"
//   PUT  /upload   streams its body                 GET /long?mb= a long reply, piece by piece
//   POST /notify   wakes every event stream         GET /stats
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "net/server.h"

namespace {

using guildhall::Result;
namespace net = guildhall::net;

class Pieces final : public net::BodySource {
 public:
  explicit Pieces(std::size_t bytes) : left_(bytes) {}
  Result<void> next(std::string& out) override {
    std::size_t size = left_ < kPiece ? left_ : kPiece;
    left_ -= size;
    out.append(size, 'x');
    return {};
  }

 private:
  static constexpr std::size_t kPiece = 2'048;
  std::size_t left_;
};

class BenchApp final : public net::App {
 public:
  net::Server* server = nullptr;

  net::Admission admit(net::Method, std::string_view path) const override {
    if (path == "/upload") return {true, std::size_t{1} << 30};
    return {false, std::size_t{1} << 20};
  }

  net::Reply handle(net::Request& request) override {
    net::Reply reply;
    if (request.path == "/events") {
      reply.events = net::EventStream{
          "t", []() -> Result<std::string> { return std::string("data: {}\n\n"); }};
    } else if (request.path == "/long") {
      std::string mb(request.param("mb").value_or("1"));
      reply.source = std::make_unique<Pieces>(std::strtoull(mb.c_str(), nullptr, 10) << 20);
    } else if (request.path == "/notify") {
      server->notify("t");
    } else if (request.path == "/stats") {
      auto stats = server->stats();
      reply.body =
          fmt::format(R"({{"connections":{},"event_streams":{},"requests":{},"full":{}}})",
                      stats.connections, stats.event_streams, stats.requests, stats.refused_full);
    } else if (request.stream != nullptr) {
      std::size_t bytes = 0;
      while (true) {
        auto piece = request.stream->read();
        if (!piece) return net::problem(piece.error(), request.request_id);
        if (piece->empty()) break;
        bytes += piece->size();
      }
      reply.body = fmt::format(R"({{"bytes":{}}})", bytes);
    } else {
      reply.body = fmt::format(R"({{"bytes":{}}})", request.body.size());
    }
    return reply;
  }
};

}  // namespace

int main(int argc, char** argv) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigprocmask(SIG_BLOCK, &ends, nullptr);
  auto fd = net::listen_on(argc > 1 ? argv[1] : "127.0.0.1:8088");
  if (!fd) return 1;
  BenchApp app;
  net::ServerOptions options;
  options.listen_fd = *fd;
  if (argc > 2) options.loops = std::atoi(argv[2]);
  if (argc > 3) options.workers = std::atoi(argv[3]);
  auto server = net::Server::start(options, app);
  if (!server) return 1;
  app.server = server->get();
  int signal = 0;
  sigwait(&ends, &signal);
  (*server)->stop();
  close(*fd);
  return 0;
}
