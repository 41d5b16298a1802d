// guildhall-mock-model: a model server that answers by rule (docs/gateway-mock.md).
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "base/limits.h"
#include "mock_model/service.h"
#include "net/server.h"

namespace guildhall::mock_model {
namespace {

struct Args {
  std::string address = "127.0.0.1";
  int port = 8090;
  int listen_fd = -1;
  int loops = 1;
  ServiceOptions service;
};

int serve(const Args& args) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigprocmask(SIG_BLOCK, &ends, nullptr);
  Result<int> fd = args.listen_fd;
  if (args.listen_fd < 0) fd = listen_on(fmt::format("{}:{}", args.address, args.port));
  if (!fd) {
    fmt::print(stderr, "guildhall mock-model: {}\n", fd.error().detail);
    return 2;
  }
  Timer timer;
  Service service(args.service, timer);
  net::ServerOptions options;
  options.listen_fd = *fd;
  options.loops = args.loops;
  options.workers = kMockWorkers;
  options.deadlines.drain_ms = 0;
  auto server = net::Server::start(options, service);
  if (!server) {
    fmt::print(stderr, "guildhall mock-model: {}\n", server.error().detail);
    return 2;
  }
  if (args.listen_fd < 0) {  // who handed the socket over knows its port, and ends it
    fmt::print("Mock model on port {}. Stop with Ctrl-C.\n", bound_port(*fd).value_or(0));
    std::fflush(stdout);
  }
  int signal = 0;
  sigwait(&ends, &signal);
  (*server)->stop();
  close(*fd);
  return 0;
}

}  // namespace
}  // namespace guildhall::mock_model

int main(int argc, char** argv) {
  namespace mock = guildhall::mock_model;
  mock::Args args;
  auto& defaults = args.service.defaults;
  CLI::App app("A model server that answers by rule, for tests and demonstrations",
               "guildhall mock-model");
  app.set_version_flag("--version", GUILDHALL_VERSION);
  app.add_option("--port", args.port, "Port on 127.0.0.1 (default 8090; 0: any free one, printed)");
  app.add_option("--listen-fd", args.listen_fd, "Serve on this listening descriptor instead");
  app.add_option("--latency-ms", defaults.latency_ms, "As latency= below, where no name says so")
      ->check(CLI::Range(std::int64_t{0}, guildhall::kMaxMockDelayMs));
  app.add_option("--token-ms", defaults.token_ms, "As token=")
      ->check(CLI::Range(std::int64_t{0}, guildhall::kMaxMockDelayMs));
  app.add_option("--tokens", defaults.tokens, "As tokens= (default 48)")
      ->check(CLI::Range(std::int64_t{0}, guildhall::kMaxMockTokens));
  app.add_option("--key", args.service.key, "Asked for in Authorization or x-api-key; else 401");
  app.add_option("--seed", args.service.seed, "Another seed, other answers (default 0)");
  app.add_option("--loops", args.loops, "Threads that parse (default 1)")->check(CLI::Range(1, 16));
  app.footer(std::string(mock::behaviour_help()));
  CLI11_PARSE(app, argc, argv);
  return mock::serve(args);
}
