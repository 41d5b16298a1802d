// guildhall-room: the room's process, and the commands that touch a room's store directly.
// People call `guildhall`; it passes these on.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdlib>

#include "base/limits.h"
#include "base/secret.h"
#include "net/server.h"
#include "room/admit.h"
#include "room/backup.h"
#include "room/boxed_store.h"
#include "room/demo.h"
#include "room/restore.h"
#include "room/room_dir.h"
#include "room/room_file.h"
#include "room/sandbox_state.h"
#include "room/seal_room.h"
#include "room/serve.h"
#include "room/shred.h"
#include "sandbox/enter.h"
#include "vault/channels.h"

namespace guildhall::room {
namespace {

int report(const Error& error) {
  fmt::print(stderr, "guildhall: {}\n", error.detail);
  return error.fault == Fault::unavailable ? 1 : 2;
}

struct InitArgs {
  std::string dir, store;
  std::vector<std::string> keepers;
  std::string passphrase_file;
  std::string machine_key;
  bool no_passphrase = false;
};

// Who will hold the keys, and what that means.
Result<void> init_keys(const InitArgs& args) {
  auto file = std::filesystem::path(args.dir) / "room.json";
  TRY(write_room_file(args.dir, file, {.machine_key = args.machine_key}));
  if (!args.keepers.empty()) {
    TRY(name_keepers(args.dir, args.keepers));
    fmt::print(
        "Its keys are with its keeper: it is locked until that keeper leases them, and whenever\n"
        "they are withdrawn. At the keeper: guildhall keeper add-room DIR --url URL --room-key\n");
    std::fflush(stdout);
    run_vault(args.dir, {"--show-key"});
    return {};
  }
  if (args.no_passphrase) {
    fmt::print(
        "Its keys will lie in {}/room.keys, under no passphrase: whoever has this disk, or a\n"
        "backup of it, can read everything. A keeper elsewhere prevents that (--keeper).\n",
        args.dir);
    return {};
  }
  std::vector<std::string> options{"--init-keys"};
  if (!args.passphrase_file.empty()) {
    options.insert(options.end(), {"--passphrase-file", args.passphrase_file});
  }
  if (run_vault(args.dir, options) != 0) {
    return fail(Fault::invalid, "no-keys",
                "No keys were made: give a passphrase, or --no-passphrase, or --keeper.");
  }
  fmt::print(
      "Its keys are in {}/room.keys, under the passphrase: the server asks for it at every start.\n"
      "Without the passphrase nobody can read the room, its owner neither.\n",
      args.dir);
  return {};
}

int run_init(const InitArgs& args) {
  auto made = init_room_dir(args.dir, args.store);
  if (!made) return report(made.error());
  // Makes the tables, so that a bad store shows now.
  auto store = store::open_database(made->store, {});
  auto keys = store ? init_keys(args) : Result<void>(std::unexpected(store.error()));
  if (!keys) {
    std::error_code ignored;  // as if it had not been asked for
    for (const char* file : {"room.json", "room.key", "room.keepers"}) {
      std::filesystem::remove(made->path / file, ignored);
    }
    return report(keys.error());
  }
  fmt::print(
      "A room is in {}. Its store is {}.\n"
      "Keep {}/room.key: without it no id and no sign-in of this room works.\n"
      "Next: guildhall room token {} --role owner --name NAME\n",
      args.dir, made->store, args.dir, args.dir);
  return 0;
}

// Of the room that runs, or of one opened for it.
int run_admit(const RoomOptions& options, const AdmitRequest& request) {
  auto made = ask_door(options.dir, request);
  if (!made && made.error().type == "no-door") {
    if (has_keepers(options.dir)) {
      return report({Fault::locked,
                     "locked",
                     "This room's keys are with its keeper: start the room and ask again.",
                     {}});
    }
    auto room = Room::open(options);
    if (!room) return report(room.error());
    made = admit(**room, request);
  }
  if (!made) return report(made.error());
  fmt::print("{}\n", made->expose());
  return 0;
}

int run_adopt(const std::string& dir, const std::string& store) {
  auto room =
      Room::open({.dir = dir, .store = store, .adopt = true, .vault_use = VaultUse::seal_only});
  if (!room) return report(room.error());
  auto adopted = (*room)->accounts().adopt();
  if (!adopted) return report(adopted.error());
  fmt::print("{} members and what they were granted now carry the vault's mark.\n", *adopted);
  return 0;
}

// The way to the database of a process that can connect to nothing (connect below).
LauncherChannel* the_launcher = nullptr;

// What the supervisor was told of the box; neither: it has made it.
struct Box {
  bool insecure = false;
  bool no_namespaces = false;
};

// What must be made first is made, and the rest given up.
Result<void> enter_box(ServeOptions& options, const Box& box) {
  options.door = TRY(Door::bind(options.room.dir));
  options.room.launcher = the_launcher;
  options.room.boxed = !box.insecure;
  if (box.insecure) {
    sandbox::shout_insecure(sandbox::kRoom.role);
    return {};
  }
  net::raise_descriptor_limit();
  options.room.store = TRY(store_in_box(options.room.dir, options.room.store));
  auto profile = sandbox::kRoom;
  if (box.no_namespaces) {
    profile = sandbox::without_namespaces(profile);
    sandbox::shout_no_namespaces(profile.role);
  }
  auto report = TRY(sandbox::enter(profile, {{"/"}, {options.room.dir, true}}));
  set_sandbox_state(sandbox::to_json(report));
  return {};
}

int run_serve(ServeOptions options, const Box& box) {
  const char* fd = std::getenv("GUILDHALL_LISTEN_FD");
  if (!fd) {
    fmt::print(stderr, "guildhall-room serve is started by `guildhall room serve`.\n");
    return 2;
  }
  options.listen_fd = std::atoi(fd);
  for (int i = 0; i < kVaultChannels; ++i) {
    options.room.vault_channels.push_back(vault::kFirstRoomChannel + i);
  }
  static LauncherChannel launcher(vault::kFirstRoomChannel + kVaultChannels);
  the_launcher = &launcher;
  auto boxed = enter_box(options, box);
  if (!boxed) return report(boxed.error());
  auto served = serve(options);
  return served ? 0 : report(served.error());
}

int run_seed(const std::string& dir, const std::string& url, const std::string& models) {
  const char* fd = std::getenv("GUILDHALL_LISTEN_FD");
  auto seeded = seed_demo(
      {.dir = dir, .public_url = url, .listen_fd = fd ? std::atoi(fd) : -1, .models = models});
  if (!seeded) return report(seeded.error());
  fmt::print("{}", *seeded);
  return 0;
}

// Sealing an old room, backup, restore, the logs' keys.
struct Upkeep {
  BackupOptions backup;
  RestoreOptions restore;
  SealOptions seal;
  ShredOptions shred;
  CLI::App* to_backup = nullptr;
  CLI::App* to_restore = nullptr;
  CLI::App* to_seal = nullptr;
  CLI::App* to_shred = nullptr;
  CLI::App* to_log_key = nullptr;
  std::string log_dir;
  int node = 1;

  void add(CLI::App& app) {
    to_seal = app.add_subcommand("seal", "Seal a room of before rooms were sealed, in place");
    to_seal->add_option("dir", seal.dir, "The room's folder")->required();
    to_seal->add_option("--store", seal.store, "Instead of the one in room.json");
    to_seal->add_option("--passphrase-file", seal.passphrase_file, "Opens room.keys");
    to_shred =
        app.add_subcommand("shred", "Destroy the key of a project, where there is no keeper");
    to_shred->add_option("dir", shred.dir, "The room's folder; the room is stopped")->required();
    to_shred->add_option("--project", shred.project, "Its number, as the log has it")->required();
    to_shred->add_option("--passphrase-file", shred.passphrase_file, "Opens room.keys");
    to_shred->add_flag("--yes", shred.yes, "Do not ask");
    to_backup = app.add_subcommand("backup", "Copy a room, served or not, and check the copy");
    to_backup->add_option("dir", backup.dir, "The room's folder")->required();
    to_backup->add_option("--to", backup.to, "A new folder")->required();
    to_backup->add_option("--store", backup.store, "Instead of the one in room.json");
    to_backup->add_flag("--with-keys", backup.with_keys,
                        "room.key and room.keys too: the copy alone then shows everything");
    to_backup->add_option("--passphrase-file", backup.passphrase_file,
                          "Opens room.keys, where no server runs");
    to_restore = app.add_subcommand("restore", "Check a backup, and make a room of it");
    to_restore->add_option("backup", restore.backup, "What `backup` made")->required();
    to_restore->add_option("--to", restore.to, "A new folder")->required();
    to_restore->add_option("--store", restore.store, "An empty database: postgres://…");
    to_restore->add_option("--keys", restore.keys, "The folder that has room.key, room.keys");
    to_restore->add_option("--key", restore.key, "The log's verifier key, from elsewhere");
    to_restore->add_option("--machine-key", restore.machine_key,
                           "What the log's new signing key lies under");
    to_log_key = app.add_subcommand("log-key", "Print the key that verifies a server's log");
    to_log_key->add_option("dir", log_dir, "The room's folder")->required();
    to_log_key->add_option("--node", node, "Which server's (default 1); made where it is new")
        ->check(CLI::Range(1, kMaxRoomLogs));
  }
  bool asked() const {
    return to_seal->parsed() || to_shred->parsed() || to_backup->parsed() || to_restore->parsed() ||
           to_log_key->parsed();
  }
  int run() const {
    if (to_log_key->parsed())
      return run_vault(log_dir, {"--show-key", "--node", std::to_string(node)});
    if (to_seal->parsed()) return run_seal(seal);
    if (to_shred->parsed()) return run_shred(shred);
    return to_backup->parsed() ? run_backup(backup) : run_restore(restore);
  }
};

void add_serve(CLI::App& app, ServeOptions& options, Box& box) {
  auto* serve = app.add_subcommand("serve", "Serve a room on an inherited socket");
  serve->add_option("dir", options.room.dir, "The room's folder")->required();
  serve->add_option("--store", options.room.store, "Instead of the one in room.json");
  serve->add_option("--public-url", options.room.public_url,
                    "How people reach the room, e.g. https://room.example");
  serve->add_option("--trusted-proxy", options.trusted_proxies, "Address or CIDR block");
  serve->add_option("--web", options.web_dir, "The web app's folder")->required();
  auto* insecure = serve->add_flag("--insecure-no-sandbox", box.insecure, "For development only");
  serve->add_flag("--no-namespaces", box.no_namespaces, "Confine it without a world of its own")
      ->excludes(insecure);
  serve->add_flag("--demo", options.room.demo, "Say on every page that this is a demo");
}

int run(int argc, char** argv) {
  CLI::App app("A Guildhall room");
  app.require_subcommand(1);
  std::string dir, store, url, passphrase_file, models;
  InitArgs to_init;
  AdmitRequest request;
  ServeOptions options;
  auto* init = app.add_subcommand("init", "Make a room in a folder");
  init->add_option("dir", to_init.dir, "The room's folder")->required();
  init->add_option("--store", to_init.store, "sqlite:DIR (default) or postgres://…");
  auto* keeper = init->add_option("--keeper", to_init.keepers,
                                  "keeper1:…, as `guildhall keeper init` prints it; twice for two");
  auto* file = init->add_option("--passphrase-file", to_init.passphrase_file,
                                "Its first line protects room.keys, instead of asking");
  init->add_option("--machine-key", to_init.machine_key,
                   "What the log's signing key lies under (default: a file of the user's)");
  init->add_flag("--no-passphrase", to_init.no_passphrase,
                 "Nothing protects room.keys: whoever has the disk can read everything")
      ->excludes(file)
      ->excludes(keeper);
  keeper->excludes(file);
  auto* token = app.add_subcommand("token", "Make a member with a token; prints it once");
  token->add_option("dir", dir, "The room's folder")->required();
  token->add_option("--store", store, "Instead of the one in room.json");
  token->add_option("--passphrase-file", passphrase_file, "Opens room.keys, where no server runs");
  token->add_option("--role", request.role, "owner, manager, reviewer, expert or auditor")
      ->required();
  token->add_option("--name", request.name, "Whose token")->required();
  auto* link = app.add_subcommand("link", "Invite an owner; prints a sign-in link once");
  link->add_option("dir", dir, "The room's folder")->required();
  link->add_option("--store", store, "Instead of the one in room.json");
  link->add_option("--passphrase-file", passphrase_file, "Opens room.keys, where no server runs");
  link->add_option("--email", request.email, "Their address")->required();
  link->add_option("--public-url", url, "Where the room is reached")->required();
  auto* adopt = app.add_subcommand(
      "adopt", "Mark the members of a room that was made before members were marked");
  adopt->add_option("dir", dir, "The room's folder")->required();
  adopt->add_option("--store", store, "Instead of the one in room.json");
  Upkeep upkeep;
  upkeep.add(app);
  Box box;
  add_serve(app, options, box);
  auto* seed = app.add_subcommand("seed", "Fill a fresh room with the demo's projects");
  seed->add_option("dir", dir, "The room's folder")->required();
  seed->add_option("--public-url", url, "Where the room is reached")->required();
  seed->add_option("--models", models, "Names of models of the peer \"demo\", to talk with");
  CLI11_PARSE(app, argc, argv);
  if (init->parsed()) return run_init(to_init);
  if (token->parsed() || link->parsed()) {
    request.what = token->parsed() ? "token" : "link";
    request.url = url;
    return run_admit({.dir = dir,
                      .store = store,
                      .vault_use = VaultUse::seal_only,
                      .passphrase_file = passphrase_file},
                     request);
  }
  if (adopt->parsed()) return run_adopt(dir, store);
  if (seed->parsed()) return run_seed(dir, url, models);
  if (upkeep.asked()) return upkeep.run();
  return run_serve(std::move(options), box);
}

}  // namespace
}  // namespace guildhall::room

// libpq's: a connected socket of the launcher's takes the place of its own. The system call is
// refused to a boxed room, whoever makes it.
extern "C" int connect(int fd, const sockaddr* to, socklen_t size) {
  auto* launcher = guildhall::room::the_launcher;
  if (launcher == nullptr || to->sa_family != AF_UNIX) {
    return static_cast<int>(syscall(SYS_connect, fd, to, size));
  }
  auto connected = launcher->open_database();
  if (!connected) {
    errno = ECONNREFUSED;
    return -1;
  }
  int done = dup3(*connected, fd, O_CLOEXEC);
  close(*connected);
  return done < 0 ? -1 : 0;
}

int main(int argc, char** argv) { return guildhall::room::run(argc, argv); }
