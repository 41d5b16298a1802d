// The vault's process: a thread for each channel, and one that carries the log on.
//
//   DIR/room.json      read: which room
//   DIR/room.keepers   the keepers that lease the room its keys, one a line; or, without them,
//   DIR/room.keys      the embedded key file
//   DIR/vault/         log.key, the log's signing key (log_key.h); leases.json, what is known of
//                      the keepers; pending, the journal; log/, what is public;
//                      DIR/vault-2/, … where several processes serve the room
//
// Where several serve it each has a log of its own. With keys in a file it is the first that is
// free; a keeper knows a process by its log's key, so there it is the one of the process's number.
//
// It ends when its last channel does: with the room's process, or with its supervisor.
//
// Concurrency: call from the main thread of a process without other threads.
// Limits: kMaxChannels, kMaxRoomLogs.
#pragma once

#include <filesystem>
#include <functional>

#include "base/result.h"
#include "vault/budget.h"

namespace guildhall::vault {

struct ServiceOptions {
  std::filesystem::path dir;
  int channels = 1;
  bool seal_only = false;       // beside a running vault: takes no log, and so opens nothing
  std::string passphrase_file;  // of the embedded keys; empty: asked for where they have one
  BudgetLimits budget = {};
  int node = 0;  // takes this log and no other; 0: not told
  // Gives up what serving does not need; called before a key is opened, a thread begun or a frame
  // read, and after what lies outside the room's folder was.
  std::function<Result<void>()> confine = {};
};

Result<void> run_service(const ServiceOptions& options);

// A fresh embedded key file under a passphrase: the file's first line, or asked for.
Result<void> init_keys(const std::filesystem::path& dir, const std::string& passphrase_file);

// What verifies a log of the room: its signing key's public half as a vkey. Makes the key where
// there is none, so that it can be told before the node first runs.
Result<std::string> log_vkey(const std::filesystem::path& dir, int node = 1);

}  // namespace guildhall::vault
