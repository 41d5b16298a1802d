// `guildhall room peer add|list|remove`: the list of servers that a room may reach.
//
// Concurrency: the command line's only thread.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "gateway/peers/peers.h"

namespace guildhall::connector {

class PeerCommands {
 public:
  explicit PeerCommands(CLI::App& app);
  // The one that was given; its exit status.
  int run();

 private:
  Result<void> add();
  Result<void> list() const;
  Result<void> remove();

  CLI::App* to_add_;
  CLI::App* to_list_;
  CLI::App* to_remove_;
  std::string dir_;
  gateway::Peer peer_;
  std::string kind_ = "model";
  std::string dialect_ = "openai";
  std::string key_file_;
  std::string ca_file_;
};

}  // namespace guildhall::connector
