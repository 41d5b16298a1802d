// guildhall-keeper: the client's key agent. People call `guildhall keeper …`; it passes these on.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "keeper/commands.h"

namespace guildhall::keeper {
namespace {

struct Arguments {
  KeyOptions keys;
  RoomOptions room;
  Scope scope;
  ServeOptions serving;
  std::string shares, box, checkpoint, list, out;
  bool next_epoch = false;
  bool second = false;
  bool yes = false;
};

CLI::App* add(CLI::App& app, Arguments& to, const char* name, const char* about) {
  auto* command = app.add_subcommand(name, about);
  command->add_option("dir", to.keys.dir, "The keeper's folder")->required();
  return command;
}

void add_secret(CLI::App* command, Arguments& to) {
  command->add_option("--passphrase-file", to.keys.passphrase_file,
                      "Its first line is the passphrase, instead of asking");
  command->add_option("--pin-file", to.keys.pin_file,
                      "Its first line is the token's PIN, instead of asking");
  command->add_option("--pkcs11", to.keys.module,
                      "The token's module, in place of the one that was named at first");
}

void add_new_secret(CLI::App* command, Arguments& to) {
  auto* file = command->add_option("--passphrase-file", to.keys.passphrase_file,
                                   "Its first line is the passphrase, instead of asking");
  auto* none = command->add_flag("--no-passphrase", to.keys.no_passphrase,
                                 "None: whoever reads the folder has every key");
  auto* module = command->add_option("--pkcs11", to.keys.module,
                                     "Instead: keys under a token, reached by this PKCS#11 module");
  module->excludes(file)->excludes(none);
  command->add_option("--token", to.keys.token, "The token's label, where there are several")
      ->needs(module);
  command
      ->add_option("--pin-file", to.keys.pin_file,
                   "Its first line is the token's PIN, instead of asking")
      ->needs(module);
}

void add_scope(CLI::App* command, Arguments& to) {
  command->add_option("--room", to.scope.url, "The room's URL; without it, every room");
  command->add_option("--project", to.scope.project, "One project, by the number status shows");
}

using Runs = std::vector<std::pair<CLI::App*, std::function<int()>>>;

void add_rooms(CLI::App& app, Arguments& to, Runs& runs) {
  auto* room = add(app, to, "add-room", "Keep the keys of a room, or change its term");
  room->add_option("--url", to.room.url, "Where the room is reached")->required();
  room->add_option("--room-key", to.room.verifier_key, "Its log's public key, NAME+ID+KEY")
      ->required();
  room->add_option("--ca-file", to.room.ca_file, "Authorities that its certificate is checked by");
  room->add_option("--term", to.room.term_s, "Seconds of a lease (default 60)");
  room->add_option("--witness", to.room.witnesses, "Another keeper that must cosign its log too");
  auto* restored =
      room->add_option("--restored-from", to.room.restored_from,
                       "The log key that it had before it was restored from a backup: it gets the "
                       "keys of then. Not while the keeper runs");
  room->add_option("--node-of", to.room.node_of,
                   "The log key of another server of the same room: this one gets the room's keys "
                   "too. Not while the keeper runs")
      ->excludes(restored);
  add_secret(room, to);
  runs.emplace_back(room, [&to] { return run_add_room(to.keys, to.room); });
  auto* remove = add(app, to, "remove-node",
                     "Lease nothing any more to one of several servers of a room. Not while the "
                     "keeper runs");
  remove->add_option("--url", to.scope.url, "That server's URL")->required();
  add_secret(remove, to);
  runs.emplace_back(remove, [&to] { return run_remove_node(to.keys, to.scope.url); });
  auto* trust = add(app, to, "trust-checkpoint",
                    "Tell a keeper that was restored or rebuilt what it cosigned last");
  trust->add_option("--room", to.scope.url, "The room's URL")->required();
  trust->add_option("--checkpoint", to.checkpoint, "A file: its newest cosigned checkpoint")
      ->required();
  runs.emplace_back(trust,
                    [&to] { return run_trust_checkpoint(to.keys, to.scope.url, to.checkpoint); });
}

void add_peers(CLI::App& app, Arguments& to, Runs& runs) {
  auto* sign = add(app, to, "sign-peers", "Sign the list of servers that a room may reach");
  sign->add_option("--list", to.list, "What is to be signed: the room's peers/peers.wish")
      ->required();
  sign->add_option("--out", to.out, "Where it goes: the room's peers/peers.note")->required();
  sign->add_flag("--yes", to.yes, "Do not ask");
  add_secret(sign, to);
  runs.emplace_back(sign, [&to] { return run_sign_peers(to.keys, to.list, to.out, to.yes); });
}

void add_serving(CLI::App& app, Arguments& to, Runs& runs) {
  auto* serve = add(app, to, "serve", "Dial the rooms until Ctrl-C");
  add_secret(serve, to);
  serve->add_option_function<std::int64_t>(
      "--silent-after", [&to](std::int64_t s) { to.serving.silent_ms = s * 1'000; },
      "Seconds without a sign of a room's log before the alarm (default 60)");
  serve->add_option("--page", to.serving.page_port,
                    "A page to withdraw and restore on, at this port of 127.0.0.1; 0: any");
  serve->add_flag("--ignore-wishes", to.serving.ignore_wishes,
                  "Do not withdraw because a room's owner asks in the room; only raise the alarm");
  runs.emplace_back(serve, [&to] { return run_serve(to.keys, to.serving); });
  auto* status = add(app, to, "status", "Rooms, leases, last contact, alarms");
  runs.emplace_back(status, [&to] { return run_status(to.keys); });
}

void add_orders(CLI::App& app, Arguments& to, Runs& runs) {
  auto* withdraw = add(app, to, "withdraw", "Take the keys back: now, and until they are restored");
  add_scope(withdraw, to);
  runs.emplace_back(withdraw, [&to] { return run_withdraw(to.keys, to.scope); });
  auto* restore = add(app, to, "restore", "Let the keys be leased again");
  add_scope(restore, to);
  add_secret(restore, to);
  runs.emplace_back(restore, [&to] { return run_restore(to.keys, to.scope); });
  auto* shred = add(app, to, "shred", "Destroy the key of a project: nothing opens it again");
  add_scope(shred, to);
  add_secret(shred, to);
  shred->get_option("--project")->required();
  shred->add_flag("--yes", to.yes, "Do not ask");
  runs.emplace_back(shred, [&to] { return run_shred(to.keys, to.scope, to.yes); });
}

void add_keys(CLI::App& app, Arguments& to, Runs& runs) {
  auto* kit = add(app, to, "kit", "Print a recovery kit: shares of the secret that opens keys.box");
  kit->add_option("--shares", to.shares, "M/N: any M of N give it back")->required();
  add_secret(kit, to);
  runs.emplace_back(kit, [&to] { return run_kit(to.keys, to.shares); });
  auto* take = add(app, to, "take-keys",
                   "Take over the keys that another keeper of the same rooms has made since. Not "
                   "while the keeper runs");
  take->add_option("--box", to.box, "A copy of the other's keys.box; its shares are asked for")
      ->required();
  add_secret(take, to);
  runs.emplace_back(take, [&to] { return run_take_keys(to.keys, to.box); });
  auto* recover = add(app, to, "recover", "Rebuild a keeper from its keys.box and shares");
  recover->add_option("--box", to.box, "A copy of keys.box")->required();
  auto* next = recover->add_flag(
      "--new-epoch", to.next_epoch,
      "What the lost keeper signed binds nobody any more; rooms must be told of this one");
  recover
      ->add_flag("--second", to.second,
                 "A second keeper beside the first; rooms must be told of it")
      ->excludes(next);
  add_new_secret(recover, to);
  runs.emplace_back(recover, [&to] {
    return run_recover(to.keys, to.box,
                       to.second       ? Rebuilt::second
                       : to.next_epoch ? Rebuilt::next_epoch
                                       : Rebuilt::same);
  });
}

int run(int argc, char** argv) {
  CLI::App app(
      "A Guildhall keeper: holds a client's keys, leases them to its rooms, withdraws them");
  app.require_subcommand(1);
  Arguments to;
  Runs runs;
  auto* init = add(app, to, "init", "Make a keeper in a folder");
  add_new_secret(init, to);
  runs.emplace_back(init, [&to] { return run_init(to.keys); });
  add_rooms(app, to, runs);
  add_peers(app, to, runs);
  add_serving(app, to, runs);
  add_orders(app, to, runs);
  add_keys(app, to, runs);
  CLI11_PARSE(app, argc, argv);
  auto asked = std::ranges::find_if(runs, [](const auto& one) { return one.first->parsed(); });
  return asked == runs.end() ? 2 : asked->second();
}

}  // namespace
}  // namespace guildhall::keeper

int main(int argc, char** argv) { return guildhall::keeper::run(argc, argv); }
