// What a person asks of a keeper's folder. Each command prints for people, and gives the exit
// status: 0 done, 1 the world did not let it, 2 it was asked wrongly, 3 done here but not yet
// confirmed by every room.
//
// Concurrency: the command line's only thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "keeper/keyring.h"
#include "keeper/orders.h"
#include "keeper/serve.h"

namespace guildhall::keeper {

struct KeyOptions {
  std::string dir;
  std::string passphrase_file;
  bool no_passphrase = false;  // of init and recover
  std::string module;          // of a PKCS#11 token: to make one, or in place of the folder's own
  std::string token;           // its label, of init and recover
  std::string pin_file;
};

struct RoomOptions {
  std::string url;
  std::string verifier_key;
  std::string ca_file;
  std::int64_t term_s = 60;
  std::vector<std::string> witnesses;  // vkeys of others that must cosign its log
  // The log's key of the room that this one was restored from; empty: it was not.
  std::string restored_from;
  // The log's key of another node of the same room; empty: it is its only one, or its first.
  std::string node_of;
};

int run_init(const KeyOptions& options);
int run_serve(const KeyOptions& options, const ServeOptions& serving);
// Gives the witness the newest cosigned checkpoint of a room's log, from a file.
int run_trust_checkpoint(const KeyOptions& options, const std::string& url,
                         const std::string& file);
int run_add_room(const KeyOptions& options, const RoomOptions& room);
// A further node of a room, which gets nothing from then on.
int run_remove_node(const KeyOptions& options, const std::string& url);
// Signs the list of servers that a room may reach, into the file `to`; asks first unless `yes`.
int run_sign_peers(const KeyOptions& options, const std::string& list, const std::string& to,
                   bool yes);
int run_status(const KeyOptions& options);
int run_withdraw(const KeyOptions& options, const Scope& scope);
int run_restore(const KeyOptions& options, const Scope& scope);
// Destroys one project's key; asks first unless `yes`.
int run_shred(const KeyOptions& options, const Scope& scope, bool yes);
// `shares` is M/N. The kit goes to standard output.
int run_kit(const KeyOptions& options, const std::string& shares);
// Reads shares from standard input, one a line.
int run_recover(const KeyOptions& options, const std::string& box, Rebuilt as);
// As above, of the other keeper's kit: takes the keys that it has made since.
int run_take_keys(const KeyOptions& options, const std::string& box);

}  // namespace guildhall::keeper
