// The vault's process: a thread for each channel, and one that carries the log on.
//
//   DIR/room.json      read: which room
//   DIR/room.keepers   the keepers that lease the room its keys, one a line; or, without them,
//   DIR/room.keys      the embedded key file
//   DIR/vault/         log.key, the log's signing key (log_key.h); leases.json, what is known of
//                      the keepers; pending, the journal; log/, what is public;
//                      DIR/vault-2/, … where several processes serve the room
//
// It ends when its last channel does: with the room's process, or with its supervisor.
//
// Concurrency: call from the main thread of a process without other threads.
// Limits: kMaxChannels, kMaxRoomLogs.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "vault/budget.h"

namespace guildhall::vault {

struct ServiceOptions {
  std::filesystem::path dir;
  int channels = 1;
  bool seal_only = false;       // beside a running vault: takes no log, and so opens nothing
  std::string passphrase_file;  // of the embedded keys; empty: asked for where they have one
  BudgetLimits budget = {};
};

Result<void> run_service(const ServiceOptions& options);

// A fresh embedded key file under a passphrase: the file's first line, or asked for.
Result<void> init_keys(const std::filesystem::path& dir, const std::string& passphrase_file);

// What verifies the room's log: its signing key's public half as a vkey. Makes the key where there
// is none.
Result<std::string> log_vkey(const std::filesystem::path& dir);

}  // namespace guildhall::vault
