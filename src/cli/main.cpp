// guildhall: the front for people. It parses a command line, owns the listening socket and
// supervises the process that serves; it opens no store and reads nothing from the network.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>

#include "base/limits.h"
#include "base/listen.h"
#include "cli/children.h"
#include "cli/demo.h"
#include "cli/model_server.h"
#include "cli/places.h"
#include "cli/quality/commands.h"
#include "cli/supervisor.h"
#include "sandbox/spawn.h"

namespace guildhall::cli {
namespace {

namespace fs = std::filesystem;

// The web app: where the package puts it, or the build tree's.
std::string default_web_folder() {
  std::error_code error;
  auto packaged = own_folder() / "../share/guildhall/web";
  if (fs::exists(packaged / "index.html", error)) return packaged.lexically_normal().string();
  return (own_folder() / "../../../web/dist").lexically_normal().string();
}

struct ServeArgs {
  std::string dir;
  std::string listen = "127.0.0.1:8080";
  std::string store;
  std::string public_url;
  std::string web;
  std::string passphrase_file;
  std::vector<std::string> trusted_proxies;
  int node = 0;  // 0: not told
  bool demo = false;
  bool insecure = false;       // no sandbox
  bool no_namespaces = false;  // what is left of it without them
  // What the roles are told of it; empty: they have a world of their own.
  const char* box() const {
    return insecure ? "--insecure-no-sandbox" : no_namespaces ? "--no-namespaces" : "";
  }
  bool boxed() const { return !insecure && !no_namespaces; }
};

// Whether this host can box what it runs; else the sentence says what it must be told.
bool can_box(const ServeArgs& args) {
  if (!args.boxed()) return true;
  auto available = sandbox::namespaces_available();
  if (available) return true;
  fmt::print(stderr,
             "guildhall: {}\n"
             "Where that cannot be: packaging/guildhall-room@.service holds the room instead, with "
             "--no-namespaces (no models then). For development, without any box: "
             "--insecure-no-sandbox\n",
             available.error().detail);
  return false;
}

int supervise_room(ServeArgs args, int listen_fd) {
  std::error_code ignored;
  auto whole = [&](const std::string& path) {
    return fs::weakly_canonical(path, ignored).string();
  };
  args.dir = whole(args.dir);
  args.web = whole(args.web.empty() ? default_web_folder() : args.web);
  if (!args.passphrase_file.empty()) args.passphrase_file = whole(args.passphrase_file);
  std::vector<std::string> argv{"guildhall-room", "serve", args.dir, "--web", args.web};
  auto add = [&](const char* option, const std::string& value) {
    if (value.empty()) return;
    argv.emplace_back(option);
    argv.push_back(value);
  };
  add("--store", args.store);
  add("--public-url", args.public_url);
  for (const auto& proxy : args.trusted_proxies) add("--trusted-proxy", proxy);
  if (args.demo) argv.emplace_back("--demo");
  if (!args.boxed()) argv.emplace_back(args.box());
  SupervisorOptions options;
  options.executable = executable("guildhall-room");
  options.args = std::move(argv);
  options.listen_fd = listen_fd;
  options.boxed = args.boxed();
  options.files = room_places(args.dir, args.web, args.store);
  Companion vault{"vault", executable("guildhall-vault"), {"guildhall-vault", args.dir}};
  vault.channels = kVaultChannels;
  vault.boxed = args.boxed();
  vault.files = vault_places(args.dir, args.passphrase_file);
  vault.args.emplace_back(args.boxed() ? "--boxed" : args.box());
  auto tell = [&](const char* option, const std::string& value) {
    vault.args.emplace_back(option);
    vault.args.push_back(value);
  };
  tell("--channels", std::to_string(kVaultChannels));
  if (!args.passphrase_file.empty()) tell("--passphrase-file", args.passphrase_file);
  if (args.node > 0) tell("--node", std::to_string(args.node));
  Companion launcher{
      "launcher", executable("guildhall-launcher"), {"guildhall-launcher", "serve", args.dir}};
  launcher.messages = true;
  if (!args.store.empty()) launcher.args.insert(launcher.args.end(), {"--store", args.store});
  if (!args.boxed()) launcher.args.emplace_back(args.box());
  options.companions = {std::move(vault), std::move(launcher)};
  options.keep_environment = {"PGPASSFILE"};
  return supervise(options);
}

int serve(const ServeArgs& args) {
  if (!can_box(args)) return 2;
  auto fd = listen_on(args.listen);
  if (!fd) {
    fmt::print(stderr, "guildhall: {}\n", fd.error().detail);
    return 2;
  }
  auto port = bound_port(*fd);
  fmt::print("Guildhall room on port {}. Stop with Ctrl-C.\n", port ? *port : 0);
  std::fflush(stdout);
  return supervise_room(args, *fd);
}

int demo(const std::string& dir, int port, const DemoModel& model) {
  auto there = model.url.empty() ? Result<void>() : find_model_server(model.url);
  if (!there) {
    fmt::print(stderr, "guildhall: {}\n", there.error().detail);
    return 2;
  }
  auto fd = listen_on(fmt::format("127.0.0.1:{}", port));
  if (!fd) {
    fmt::print(stderr, "guildhall: {} Another port: guildhall demo --port N (make demo PORT=N)\n",
               fd.error().detail);
    return 2;
  }
  DemoFolder folder(dir);
  if (folder.path().empty() || !prepare_demo(folder.path())) return 1;
  ServeArgs args;
  args.dir = folder.path().string();
  args.public_url = fmt::format("http://127.0.0.1:{}", bound_port(*fd).value_or(port));
  args.demo = true;
  // A host that boxes nothing still shows the rest.
  auto boxes = sandbox::namespaces_available();
  if (!boxes) {
    args.no_namespaces = true;
    fmt::print(stderr,
               "guildhall: {}\nThe demo goes on without boxes, and so without models to talk "
               "with.\n",
               boxes.error().detail);
  }
  std::optional<Background> mock;
  if (boxes && !introduce_model(folder.path(), model, mock)) return 1;
  std::optional<Background> keeper;
  if (introduce_keeper(folder.path(), args.public_url)) {
    keeper.emplace("guildhall-keeper",
                   std::vector<std::string>{"serve", demo_keeper(folder.path()).string()});
  }
  std::vector<std::string> seed{"seed", args.dir, "--public-url", args.public_url};
  if (boxes) seed.insert(seed.end(), {"--models", model.names()});
  int seeded = run_once("guildhall-room", seed, *fd);
  if (seeded != 0) return seeded;
  return supervise_room(args, *fd);
}

// Commands of a room that guildhall-room runs: it knows the options, --help too.
std::vector<CLI::App*> add_passed_on(CLI::App& room) {
  std::vector<CLI::App*> passed_on;
  for (auto [name, about] : {std::pair("init", "Make a room in a folder"),
                             std::pair("token", "Make a member with a token; prints it once"),
                             std::pair("link", "Invite an owner; prints a sign-in link once"),
                             std::pair("log-key", "Print the key that verifies a server's log"),
                             std::pair("adopt", "Mark the members of a room from before marks"),
                             std::pair("seal", "Seal a room of before rooms were sealed"),
                             std::pair("shred", "Destroy the key of a project"),
                             std::pair("backup", "Copy a room, served or not"),
                             std::pair("restore", "Check a backup, and make a room of it")}) {
    auto* command = room.add_subcommand(name, about);
    command->prefix_command();
    command->set_help_flag();
    passed_on.push_back(command);
  }
  return passed_on;
}

void add_serve_options(CLI::App& serve, ServeArgs& args) {
  serve.add_option("dir", args.dir, "The room's folder")->required();
  serve.add_option("--listen", args.listen, "HOST:PORT (default 127.0.0.1:8080)");
  serve.add_option("--store", args.store, "sqlite:DIR or postgres://…, instead of room.json's");
  serve.add_option("--public-url", args.public_url,
                   "How people reach the room; https makes cookies Secure");
  serve.add_option("--trusted-proxy", args.trusted_proxies,
                   "Address or CIDR block whose X-Forwarded-For and -Proto are believed");
  serve.add_option("--passphrase-file", args.passphrase_file,
                   "Its first line opens room.keys, instead of asking");
  serve.add_option("--web", args.web, "The web app's folder");
  serve
      .add_option("--node", args.node,
                  "Which of the servers of one room this is (default: 1 where there is a keeper)")
      ->check(CLI::Range(1, kMaxRoomLogs));
  auto* insecure = serve.add_flag("--insecure-no-sandbox", args.insecure,
                                  "For development: what reaches model providers runs in no box");
  serve
      .add_flag("--no-namespaces", args.no_namespaces,
                "Where the host has none: the system-call filter holds it, and no model is reached")
      ->excludes(insecure);
}

}  // namespace
}  // namespace guildhall::cli

int main(int argc, char** argv) {
  namespace cli = guildhall::cli;
  CLI::App app("Guildhall: expert-made data, in a room of one's own");
  app.set_version_flag("--version", GUILDHALL_VERSION);
  app.require_subcommand(1);
  auto* room = app.add_subcommand("room", "A room: projects, tasks, people, deliveries");
  room->require_subcommand(1);
  cli::ServeArgs serve_args;
  auto* serve = room->add_subcommand("serve", "Serve a room until Ctrl-C");
  cli::add_serve_options(*serve, serve_args);
  auto passed_on = cli::add_passed_on(*room);
  auto* peer = room->add_subcommand("peer", "The servers that a room may reach");
  peer->prefix_command();
  peer->set_help_flag();
  auto* keeper = app.add_subcommand("keeper", "A client's key agent: keys, leases, withdrawal");
  keeper->prefix_command();
  keeper->set_help_flag();
  auto* verify = app.add_subcommand("verify", "Check a transparency log by its public keys");
  verify->prefix_command();
  verify->set_help_flag();
  auto* log = app.add_subcommand("log", "Who opened what in a room, each line proved by its log");
  log->prefix_command();
  log->set_help_flag();
  auto* mock = app.add_subcommand("mock-model", "A model server that answers by rule, for tests");
  mock->prefix_command();
  mock->set_help_flag();
  auto* demo = app.add_subcommand("demo", "A room with three example projects, until Ctrl-C");
  std::string dir;
  int port = 8080;
  demo->add_option("--port", port, "Port on 127.0.0.1 (default 8080; 0: any free one)");
  demo->add_option("--dir", dir, "Keep the room in this folder");
  cli::DemoModel model;
  auto* url = demo->add_option("--model-url", model.url,
                               "Talk with a model of this server (OpenAI's API) instead of a mock");
  demo->add_option("--model", model.name, "The server's name of it")->needs(url);
  url->needs("--model");
  demo->add_option("--model-key-file", model.key_file, "Its first line is the key to that server")
      ->needs(url);
  cli::QualityCommands quality(app);
  CLI11_PARSE(app, argc, argv);
  if (quality.parsed()) return quality.run();
  for (auto* command : passed_on) {
    if (!command->parsed()) continue;
    auto args = command->remaining();
    args.insert(args.begin(), command->get_name());
    cli::become("guildhall-room", std::move(args));
  }
  if (peer->parsed()) {
    auto args = peer->remaining();
    args.insert(args.begin(), "peer");
    cli::become("guildhall-launcher", std::move(args));
  }
  if (keeper->parsed()) cli::become("guildhall-keeper", keeper->remaining());
  if (verify->parsed()) cli::become("guildhall-verify", verify->remaining());
  if (log->parsed()) {
    auto args = log->remaining();
    args.insert(args.begin(), "log");
    cli::become("guildhall-verify", std::move(args));
  }
  if (mock->parsed()) cli::become("guildhall-mock-model", mock->remaining());
  if (serve->parsed()) return cli::serve(serve_args);
  return cli::demo(dir, port, model);
}
