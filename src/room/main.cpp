// guildhall-room: the room's process, and the commands that touch a room's store directly.
// People call `guildhall`; it passes these on.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "base/limits.h"
#include "base/secret.h"
#include "room/demo.h"
#include "room/room_dir.h"
#include "room/serve.h"
#include "vault/channels.h"

namespace guildhall::room {
namespace {

int report(const Error& error) {
  fmt::print(stderr, "guildhall: {}\n", error.detail);
  return error.fault == Fault::unavailable ? 1 : 2;
}

int run_init(const std::string& dir, const std::string& store) {
  auto made = init_room_dir(dir, store);
  if (!made) return report(made.error());
  auto room = Room::open({.dir = dir});  // makes the tables, so that a bad store shows now
  if (!room) return report(room.error());
  fmt::print(
      "A room is in {}. Its store is {}.\n"
      "Keep {}/room.key: without it no id and no sign-in of this room works.\n"
      "Next: guildhall room token {} --role owner --name NAME\n",
      dir, made->store, dir, dir);
  return 0;
}

int run_token(const std::string& dir, const std::string& store, const std::string& role_text,
              const std::string& name) {
  auto role = identity::role_of(role_text);
  if (!role) {
    return report(
        {Fault::invalid, "bad-role", "--role is owner, manager, reviewer, expert or auditor.", {}});
  }
  auto room = Room::open({.dir = dir, .store = store, .vault_use = VaultUse::seal_only});
  if (!room) return report(room.error());
  identity::NewMember person;
  person.role = *role;
  person.name = name;
  person.everywhere = *role != identity::Role::expert && *role != identity::Role::reviewer;
  auto made = (*room)->accounts().add_with_token(identity::kRoomItself, person, "command line");
  if (!made) return report(made.error());
  fmt::print("{}\n", made->token.expose());
  return 0;
}

int run_link(const std::string& dir, const std::string& store, const std::string& url,
             const std::string& email) {
  auto room = Room::open({.dir = dir, .store = store, .vault_use = VaultUse::seal_only});
  if (!room) return report(room.error());
  identity::NewMember owner;
  owner.role = identity::Role::owner;
  owner.email = email;
  owner.everywhere = true;
  auto invited = (*room)->accounts().invite(identity::kRoomItself, owner, {});
  if (!invited) return report(invited.error());
  fmt::print("{}/#/join/{}\n", url, invited->code.expose());
  return 0;
}

int run_serve(ServeOptions options) {
  const char* fd = std::getenv("GUILDHALL_LISTEN_FD");
  if (!fd) {
    fmt::print(stderr, "guildhall-room serve is started by `guildhall room serve`.\n");
    return 2;
  }
  options.listen_fd = std::atoi(fd);
  for (int i = 0; i < kVaultChannels; ++i) {
    options.room.vault_channels.push_back(vault::kFirstRoomChannel + i);
  }
  auto served = serve(options);
  return served ? 0 : report(served.error());
}

int run_seed(const std::string& dir, const std::string& url) {
  auto seeded = seed_demo(dir, url);
  if (!seeded) return report(seeded.error());
  fmt::print("{}", *seeded);
  return 0;
}

int run(int argc, char** argv) {
  CLI::App app("A Guildhall room");
  app.require_subcommand(1);
  std::string dir, store, role, name, url, email;
  ServeOptions options;
  auto* init = app.add_subcommand("init", "Make a room in a folder");
  init->add_option("dir", dir, "The room's folder")->required();
  init->add_option("--store", store, "sqlite:DIR (default) or postgres://…");
  auto* token = app.add_subcommand("token", "Make a member with a token; prints it once");
  token->add_option("dir", dir, "The room's folder")->required();
  token->add_option("--store", store, "Instead of the one in room.json");
  token->add_option("--role", role, "owner, manager, reviewer, expert or auditor")->required();
  token->add_option("--name", name, "Whose token")->required();
  auto* link = app.add_subcommand("link", "Invite an owner; prints a sign-in link once");
  link->add_option("dir", dir, "The room's folder")->required();
  link->add_option("--store", store, "Instead of the one in room.json");
  link->add_option("--email", email, "Their address")->required();
  link->add_option("--public-url", url, "Where the room is reached")->required();
  auto* serve = app.add_subcommand("serve", "Serve a room on an inherited socket");
  serve->add_option("dir", dir, "The room's folder")->required();
  serve->add_option("--store", store, "Instead of the one in room.json");
  serve->add_option("--public-url", url, "How people reach the room, e.g. https://room.example");
  serve->add_option("--trusted-proxy", options.trusted_proxies, "Address or CIDR block");
  serve->add_option("--web", options.web_dir, "The web app's folder")->required();
  serve->add_flag("--demo", options.room.demo, "Say on every page that this is a demo");
  auto* seed = app.add_subcommand("seed", "Fill a fresh room with the demo's projects");
  seed->add_option("dir", dir, "The room's folder")->required();
  seed->add_option("--public-url", url, "Where the room is reached")->required();
  CLI11_PARSE(app, argc, argv);
  if (init->parsed()) return run_init(dir, store);
  if (token->parsed()) return run_token(dir, store, role, name);
  if (link->parsed()) return run_link(dir, store, url, email);
  if (seed->parsed()) return run_seed(dir, url);
  options.room.dir = dir;
  options.room.store = store;
  options.room.public_url = url;
  return run_serve(std::move(options));
}

}  // namespace
}  // namespace guildhall::room

int main(int argc, char** argv) { return guildhall::room::run(argc, argv); }
