// What a room's process may know of its keys, as the vault tells it: who holds them, what is
// leased, what is withdrawn and what the owner asked for. JSON, made by the vault:
//
//   {"held_by": "keeper"|"file"|"open-file", "room": "open"|"locked", "since": ms or 0,
//    "keepers": [{"id", "contact": ms, "leased_until": ms, "withdrawn": b,
//                 "withdrawn_projects": [n]}],
//    "projects": [{"project": n, "leased": b}],
//    "last_statement": {"kind", "at": ms, "keeper", "counter": text, "whole_room": b,
//                       "project": n, "statement": base64, "taken": b} or null,
//    "wish": {"at": ms, "whole_room": b, "project": n, "answered": b} or null}
//
// Concurrency: values. Limits: none of its own.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "vault/leased_keys.h"

namespace guildhall::vault {

// The newest withdrawal or restore, and what became of it.
struct SaidByKeeper {
  Statement statement;
  std::string message;
  TimeMs at = 0;
  bool taken = false;
};

// What the room's owner asked the keeper for: a withdrawal; a keeper does it or does not.
struct Wish {
  bool whole_room = false;
  ProjectId project;
  TimeMs at = 0;
  bool handed_on = false;
  bool answered = false;
};

struct KeeperContact {
  TimeMs at = 0;
  TimeMs leased_until = 0;  // by the wall clock, of its newest lease
};

struct KeeperState {
  std::string held_by;
  bool open = true;
  TimeMs locked_since = 0;
  std::optional<SaidByKeeper> last;
  std::optional<Wish> wish;
  std::map<std::string, KeeperContact> contacts;  // by public key
};

// `keys` is null for a room whose keys lie in a file.
std::string state_json(const KeeperState& state, const LeasedKeys* keys);

}  // namespace guildhall::vault
