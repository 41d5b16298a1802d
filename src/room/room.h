// The room: its store, its people, its work, and what keeps them going. One object for the life
// of the process.
//
// Threads of its own: a housekeeper (takes back leases that ran out, reads the feed of deeds and
// wakes event streams, ends old sessions and idempotency records), one that feeds the log, one that
// adapts overlap, one that writes down what models say in dialogues, one that has models judge,
// draft and make up tasks, one that tells webhooks, one that sends traces, and the delivery
// builder.
//
// Concurrency: every member may be used from any thread.
// Limits: kHousekeepingMs, kIdempotencyMs.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "gateway/context.h"
#include "identity/accounts.h"
#include "room/keeper_line.h"
#include "room/launcher_channel.h"
#include "room/models/gateway.h"
#include "room/out/courier.h"
#include "room/quality/adapt.h"
#include "room/quality/studies.h"
#include "room/room_dir.h"
#include "room/shown_tasks.h"
#include "room/vault_child.h"
#include "room/vault_client.h"
#include "store/database.h"
#include "store/external_id.h"
#include "store/keys.h"
#include "work/assist/worker.h"
#include "work/context.h"
#include "work/dialogue/live.h"
#include "work/project.h"

namespace guildhall::room {

struct RoomOptions {
  std::filesystem::path dir;
  std::string store;       // empty: sqlite:DIR
  std::string public_url;  // empty: http://HOST:PORT of the listener
  bool demo = false;
  bool boxed = true;   // false: nothing of it is in a sandbox, for development
  bool adopt = false;  // opens a room whose members carry no marks, to give them some
  LauncherChannel* launcher = nullptr;   // outlives the room; none: it reaches nothing
  std::vector<int> vault_channels = {};  // made by the supervisor; empty: starts a vault of its own
  VaultUse vault_use = VaultUse::whole;  // of its own
  std::string passphrase_file = {};      // for that one
  const Clock* clock = &system_clock();  // the demo's story has one of its own
};

// Topics of event streams, beside those of the projects.
inline constexpr std::string_view kRoomTopic = "room";
inline constexpr std::string_view kKeeperTopic = "keeper";

class Room {
 public:
  static Result<std::unique_ptr<Room>> open(const RoomOptions& options);
  ~Room();
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  store::Database& db() { return *db_; }
  VaultClient& vault() { return *vault_; }
  KeeperLine& keeper() { return *keeper_; }
  ShownTasks& shown_tasks() { return shown_tasks_; }
  LiveQuality& quality() { return quality_; }
  Studies& studies() { return studies_; }
  ModelGateway& models() { return *models_; }
  const Courier& courier() const { return *courier_; }
  store::Keys& keys() { return *keys_; }
  identity::Accounts& accounts() { return *accounts_; }
  const work::Context& work() const { return *context_; }
  work::dialogue::LiveReplies& dialogues() { return *dialogues_; }
  const gateway::Context& gateway() const { return *gateway_; }
  const store::ExternalIds& ids() const { return *ids_; }
  const Secret& index_key() const { return index_key_; }
  const Secret& journal_root() const { return journal_root_; }
  RoomId id() const { return id_; }
  const RoomOptions& options() const { return options_; }
  void set_public_url(std::string url) { options_.public_url = std::move(url); }
  bool secure_cookies() const { return options_.public_url.starts_with("https://"); }
  std::string_view cookie_name() const;
  TimeMs started_at() const { return started_at_; }
  // Is it this process that puts the room's deeds into its log?
  bool has_turn() const { return has_turn_; }

  // Starts the threads. `notify` wakes the event streams of a topic.
  void start(std::function<void(std::string_view)> notify);
  void stop();

  // The newest progress of a project as JSON, computed at most every kEventIntervalMs.
  Result<std::string> progress(ProjectId project);

 private:
  Room() = default;
  void housekeep();
  void read_feed();
  void feed_log();
  void adapt_overlap();
  bool may_work(ProjectId project) const;
  void on_keys_changed(const KeeperLine::Dark& dark);

  RoomOptions options_;
  RoomId id_;
  Secret index_key_;
  Secret journal_root_;
  TimeMs started_at_ = 0;
  std::optional<VaultChild> own_vault_;  // outlives the channels to it
  std::unique_ptr<VaultClient> vault_;   // before the store, which seals through it
  ShownTasks shown_tasks_;
  LiveQuality quality_;
  Studies studies_;
  Adapter adapter_;
  std::unique_ptr<KeeperLine> keeper_;
  std::unique_ptr<store::Database> db_;
  std::unique_ptr<store::Keys> keys_;
  std::unique_ptr<store::ExternalIds> ids_;
  std::unique_ptr<work::ProjectCache> projects_;
  std::unique_ptr<identity::Accounts> accounts_;
  std::unique_ptr<work::Context> context_;
  std::unique_ptr<LauncherChannel> no_launcher_;  // where none was given
  std::unique_ptr<ModelGateway> models_;
  std::unique_ptr<gateway::Context> gateway_;
  std::unique_ptr<Courier> courier_;
  std::unique_ptr<work::dialogue::Models> dialogue_models_;
  std::unique_ptr<work::dialogue::LiveReplies> dialogues_;
  std::unique_ptr<work::dialogue::Models> judges_;
  std::unique_ptr<work::dialogue::Models> drafters_;
  std::unique_ptr<work::assist::Worker> models_at_work_;
  std::function<void(std::string_view)> notify_;
  std::int64_t feed_tick_ = 0;
  std::thread housekeeper_;
  std::thread log_feeder_;
  std::thread adapting_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> has_turn_ = false;

  struct Board;
  std::unique_ptr<Board> board_;
};

std::string topic_of(ProjectId project);

}  // namespace guildhall::room
