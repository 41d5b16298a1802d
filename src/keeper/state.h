// What the keeper knows of its rooms, besides keys: where they are, how long it leases, the counter
// of its statements, and what is withdrawn. The running keeper and the commands share it.
//
// Concurrency: values; FileStore's update() takes turns between processes by a lock file, and is
// durable when it returns.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/limits.h"
#include "base/result.h"
#include "vault/lease_frame.h"

namespace guildhall::keeper {

// A withdrawal, a shredding, or a restore that the room has not confirmed yet.
struct Order {
  bool whole_room = false;
  ProjectId project;  // otherwise
  vault::StatementKind kind = vault::StatementKind::withdrawal;
  bool confirmed = false;  // by the vault's signed verdict

  bool withdraws() const { return kind != vault::StatementKind::restore; }
  bool shreds() const { return kind == vault::StatementKind::shredding; }
  bool same_scope(const Order& other) const {
    return whole_room == other.whole_room && (whole_room || project == other.project);
  }
};

struct RoomState {
  std::string url;
  std::string verifier_key;  // its log's vkey
  std::string ca_file;
  std::int64_t room = 0;  // learned at first contact; 0: not yet
  std::int64_t term_ms = kLeaseMs;
  std::uint64_t counter = 0;
  std::vector<Order> orders;
  std::vector<std::string> witnesses;  // vkeys of others that must cosign its log
  // Of a further node of a room: the vkey of its first node's log. Whether it is one, keys.box
  // says.
  std::string node_of;

  // By which the entries of one room know each other: its first node's vkey.
  const std::string& room_key() const { return node_of.empty() ? verifier_key : node_of; }
  bool withdraws(ProjectId project) const;
  // The very scope of this order is withdrawn already.
  bool withdrawn(const Order& order) const;
  bool shredded(ProjectId project) const;
  // Replaces what was said of the same scope.
  void give(const Order& order);
  void confirm(const Order& order);
};

struct State {
  std::uint64_t revision = 0;  // raised by the commands, for the running keeper to notice
  std::vector<RoomState> rooms;

  RoomState* find(std::string_view url);
  const RoomState* find(std::string_view url) const;
  // The entry of the log with this vkey.
  const RoomState* find_log(std::string_view verifier_key) const;
  // The addresses of the same room, without this one.
  std::vector<std::string> others_of(const RoomState& room) const;
  // An order is for a room: every node is told, whichever of them it was given at.
  void give(const RoomState& room, const Order& order);
  // The highest of the room's counters. A statement names the room and not the node, so that one
  // which was said to a node could be shown to another: no two of a room have one counter.
  std::uint64_t newest_counter(const RoomState& room) const;
};

std::string state_text(const State& state);
// Error: malformed/"bad-keeper-state".
Result<State> read_state(std::string_view text);

class StateStore {
 public:
  virtual ~StateStore() = default;
  virtual Result<State> read() const = 0;
  // Nothing is written when `change` fails.
  virtual Result<State> update(const std::function<Result<void>(State&)>& change) = 0;
};

class FileStore final : public StateStore {
 public:
  explicit FileStore(std::filesystem::path dir) : dir_(std::move(dir)) {}
  Result<State> read() const override;
  Result<State> update(const std::function<Result<void>(State&)>& change) override;
  // Differs when the file was replaced.
  std::uint64_t stamp() const;

 private:
  std::filesystem::path dir_;
};

}  // namespace guildhall::keeper
