#include "connector/launcher/commands.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/files.h"
#include "base/limits.h"
#include "gateway/peers/folder.h"

namespace guildhall::connector {
namespace {

// With what waits for the keeper's signature.
Result<gateway::PeerList> newest(const std::string& dir) {
  auto list = TRY(gateway::read_peers(dir));
  auto wish = read_file(gateway::peers_wish(dir), kMaxPeersFile);
  if (!wish) return list;
  auto wished = TRY(gateway::read_unsigned_peers(*wish));
  return wished.serial > list.serial ? wished : list;
}

void say(bool in_force, const std::string& dir) {
  if (in_force) {
    fmt::print("In force from the room's next use of it.\n");
    return;
  }
  fmt::print(
      "This room has a keeper, which signs the list of what the room may reach:\n"
      "  guildhall keeper sign-peers KEEPER --list {} --out {}\n",
      gateway::peers_wish(dir).string(), gateway::peers_note(dir).string());
}

}  // namespace

PeerCommands::PeerCommands(CLI::App& app) {
  auto* peer = app.add_subcommand("peer", "The servers that a room may reach");
  peer->require_subcommand(1);
  to_add_ = peer->add_subcommand("add", "Let the room reach a server, or change how");
  to_list_ = peer->add_subcommand("list", "Which it may reach");
  to_remove_ = peer->add_subcommand("remove", "Not this one any more");
  for (auto* command : {to_add_, to_list_, to_remove_}) {
    command->add_option("dir", dir_, "The room's folder")->required();
  }
  for (auto* command : {to_add_, to_remove_}) {
    command->add_option("--name", peer_.name, "What the room calls it")->required();
  }
  peer_.bytes_per_day = kPeerBytesPerDay;
  to_add_
      ->add_option("--url", peer_.url,
                   "https://… (http:// with --allow); of mail smtps:// or smtp://")
      ->required();
  to_add_->add_option("--kind", kind_, "model (default), webhook, traces or mail")
      ->check(CLI::IsMember({"model", "webhook", "traces", "mail"}));
  to_add_->add_option("--from", peer_.from, "The address that mail comes from");
  to_add_->add_option("--dialect", dialect_, "openai (default) or anthropic")
      ->check(CLI::IsMember({"openai", "anthropic"}));
  to_add_->add_option("--key-file", key_file_,
                      "Its first line is the key to the server, USER:PASSWORD for mail");
  to_add_->add_option("--allow", peer_.allow,
                      "An address or block that is not public: 127.0.0.1, 10.0.0.0/8");
  to_add_->add_option(
      "--bytes-per-day", peer_.bytes_per_day,
      fmt::format("How much may go to it in a day (default {} MiB)", kPeerBytesPerDay >> 20));
  to_add_->add_option("--pin", peer_.pin, "sha256//… of its public key");
  to_add_->add_option("--ca-file", ca_file_, "Authorities that its certificate is checked by");
}

Result<void> PeerCommands::add() {
  if (dialect_ == "anthropic") peer_.dialect = gateway::Vendor::anthropic;
  peer_.kind = gateway::peer_kind_of(kind_).value_or(gateway::PeerKind::model);
  if (!ca_file_.empty()) peer_.ca = TRY(read_file(ca_file_, kMaxPeersFile));
  TRY(gateway::complete_peer(peer_));
  auto list = TRY(newest(dir_));
  std::erase_if(list.peers, [&](const auto& one) { return one.name == peer_.name; });
  list.peers.push_back(peer_);
  bool in_force = TRY(gateway::write_peers(dir_, std::move(list)));
  if (!key_file_.empty()) {
    auto key = TRY(read_file(key_file_, kMaxCredential));
    key.erase(std::min(key.find('\n'), key.size()));
    TRY(gateway::write_credential(dir_, peer_.name, Secret(std::move(key))));
  }
  say(in_force, dir_);
  return {};
}

Result<void> PeerCommands::list() const {
  auto list = TRY(gateway::read_peers(dir_));
  if (list.peers.empty()) fmt::print("The room reaches nothing.\n");
  for (const auto& peer : list.peers) {
    bool anthropic = peer.dialect == gateway::Vendor::anthropic;
    std::string_view dialect = anthropic ? "anthropic" : "openai";
    bool model = peer.kind == gateway::PeerKind::model;
    fmt::print("{:16} {:10} {}  {} MiB a day\n", peer.name,
               model ? dialect : gateway::word(peer.kind), peer.url, peer.bytes_per_day >> 20);
  }
  return {};
}

Result<void> PeerCommands::remove() {
  auto list = TRY(newest(dir_));
  if (std::erase_if(list.peers, [&](const auto& one) { return one.name == peer_.name; }) == 0) {
    return fail(Fault::not_found, "no-peer", "The room has no such peer.");
  }
  bool in_force = TRY(gateway::write_peers(dir_, std::move(list)));
  TRY(gateway::write_credential(dir_, peer_.name, Secret()));
  say(in_force, dir_);
  return {};
}

int PeerCommands::run() {
  auto done = to_add_->parsed() ? add() : to_list_->parsed() ? list() : remove();
  if (done) return 0;
  fmt::print(stderr, "guildhall: {}\n", done.error().detail);
  return 2;
}

}  // namespace guildhall::connector
