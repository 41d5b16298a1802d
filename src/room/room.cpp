#include "room/room.h"

#include <map>

#include "base/limits.h"
#include "base/log.h"
#include "crypto/hmac.h"
#include "gateway/exchanges.h"
#include "room/idempotency.h"
#include "room/journal_key.h"
#include "room/log_feed.h"
#include "room/models/talk.h"
#include "store/content.h"
#include "work/assignment.h"
#include "work/progress.h"
#include "work/project.h"

namespace guildhall::room {
namespace {

constexpr int kOwnVaultChannels = 4;
constexpr std::int64_t kAdaptEveryMs = 1'000;  // a look at what changed
constexpr std::size_t kLineChannels = 2;       // the last ones: exchanges and the watch

}  // namespace

// The last computed progress of each project that somebody watches.
struct Room::Board {
  struct Entry {
    std::string text;
    std::int64_t computed_ms = 0;
  };
  Mutex mutex;
  std::map<ProjectId, Entry> entries GUARDED_BY(mutex);
  std::uint64_t changes GUARDED_BY(mutex) = 0;  // what was computed across one is not kept
};

std::string topic_of(ProjectId project) { return std::to_string(project.value); }

Result<std::unique_ptr<Room>> Room::open(const RoomOptions& options) {
  auto dir = TRY(open_room_dir(options.dir));
  std::unique_ptr<Room> room(new Room);
  room->options_ = options;
  room->id_ = dir.room;
  room->started_at_ = system_clock().now_ms();
  room->index_key_ = TRY(crypto::hkdf("", dir.master_key.expose(), "guildhall index v1", 32));
  room->journal_root_ = TRY(room::journal_root(dir.master_key));
  auto id_key = TRY(crypto::hkdf("", dir.master_key.expose(), "guildhall ids v1", 16));
  crypto::Block block{};
  std::copy_n(id_key.expose().begin(), block.size(), block.begin());
  room->ids_ = std::make_unique<store::ExternalIds>(block);
  auto channels = options.vault_channels;
  if (channels.empty()) {
    room->own_vault_.emplace(TRY(VaultChild::start(dir.path, options.vault_use, kOwnVaultChannels,
                                                   options.passphrase_file)));
    channels = room->own_vault_->channels();
  }
  room->keeper_ = std::make_unique<KeeperLine>(channels[channels.size() - 2], channels.back());
  TRY(room->keeper_->ask());
  channels.resize(channels.size() - kLineChannels);
  room->vault_ = std::make_unique<VaultClient>(channels);
  // On PostgreSQL commits share a flush anyway; closures of several people in one transaction hold
  // each other's tasks in different orders, and deadlocks cost a second each.
  room->db_ =
      TRY(store::open_database(options.store.empty() ? dir.store : options.store,
                               {.clock = options.clock,
                                .sealer = room->vault_.get(),
                                // One for each channel: a read that opens content has both.
                                .read_connections = std::max(store::OpenOptions().read_connections,
                                                             static_cast<int>(channels.size())),
                                .postgres_group = 1}));
  TRY(store::refuse_unsealed(*room->db_, room->id_));
  if (!options.adopt) TRY(identity::refuse_unmarked(*room->db_, room->id_));
  room->keys_ = std::make_unique<store::Keys>(*room->db_, room->id_);
  room->projects_ = std::make_unique<work::ProjectCache>(room->id_);
  room->accounts_ = std::make_unique<identity::Accounts>(*room->db_, *room->keys_, room->id_,
                                                         room->index_key_, system_random());
  room->context_.reset(new work::Context{*room->db_, *room->keys_, room->id_, *room->ids_,
                                         room->index_key_, system_random(), *room->projects_,
                                         dir.blobs(), *room->vault_});
  room->gateway_.reset(new gateway::Context{*room->db_, *room->keys_, room->id_, room->index_key_,
                                            system_random(), *room->vault_});
  auto* launcher = options.launcher;
  if (launcher == nullptr) {
    room->no_launcher_ = std::make_unique<LauncherChannel>(-1);
    launcher = room->no_launcher_.get();
  }
  room->models_ = std::make_unique<ModelGateway>(*room->gateway_, *launcher);
  room->courier_ = std::make_unique<Courier>(
      CourierPorts{*room->gateway_, *room->ids_, room->models_->line(),
                   [raw = room.get()] { return raw->may_work({}); },
                   [raw = room.get()](ProjectId project) { return raw->may_work(project); }});
  room->dialogue_models_ = models_for(*room->models_, gateway::Purpose::dialogue);
  room->dialogues_ =
      std::make_unique<work::dialogue::LiveReplies>(*room->context_, *room->dialogue_models_);
  room->judges_ = models_for(*room->models_, gateway::Purpose::judge);
  room->drafters_ = models_for(*room->models_, gateway::Purpose::drafting);
  room->models_at_work_ =
      std::make_unique<work::assist::Worker>(*room->context_, *room->judges_, *room->drafters_);
  room->board_ = std::make_unique<Board>();
  return room;
}

Room::~Room() { stop(); }

std::string_view Room::cookie_name() const {
  return secure_cookies() ? "__Host-guildhall" : "guildhall-session";
}

void Room::start(std::function<void(std::string_view)> notify) {
  notify_ = std::move(notify);
  keeper_->start([this](const KeeperLine::Dark& dark) { on_keys_changed(dark); });
  dialogues_->start();
  housekeeper_ = std::thread([this] { housekeep(); });
  log_feeder_ = std::thread([this] { feed_log(); });
  adapting_ = std::thread([this] { adapt_overlap(); });
  models_->start();
  models_->traces().start(
      {models_->line(), models_->peers(), *ids_, [this] { return keeper_->state()->open; }});
  courier_->start();
  models_at_work_->start([this](ProjectId project) { return may_work(project); });
}

// One process has models work and tells webhooks: the one that feeds the log.
bool Room::may_work(ProjectId project) const {
  auto state = keeper_->state();
  return has_turn_ && (project ? state->is_open(project) : state->open);
}

void Room::stop() {
  stopping_ = true;
  keeper_->stop();
  if (models_at_work_) models_at_work_->stop();
  if (dialogues_) dialogues_->stop();
  if (courier_) courier_->stop();
  if (models_) models_->stop();
  if (housekeeper_.joinable()) housekeeper_.join();
  if (log_feeder_.joinable()) log_feeder_.join();
  if (adapting_.joinable()) adapting_.join();
  quality_.stop();
}

// What was opened under a key goes with it.
void Room::on_keys_changed(const KeeperLine::Dark& dark) {
  if (dark.same && !dark.all && dark.projects.empty()) return notify_(kKeeperTopic);
  if (dark.all) {
    vault_->forget_names();
    shown_tasks_.forget();
    quality_.forget();
    studies_.forget();
    projects_->forget();
    dialogues_->darken();
  }
  models_->go_dark(dark.all, dark.projects);
  for (ProjectId project : dark.projects) {
    vault_->forget_names(project);
    shown_tasks_.forget(project);
    quality_.forget(project);
    studies_.forget(project);
    projects_->forget(project);
    dialogues_->darken(project);
  }
  if (dark.all) {
    MutexLock lock(board_->mutex);
    board_->entries.clear();
    ++board_->changes;
  }
  notify_(kRoomTopic);
  notify_(kKeeperTopic);
}

void Room::housekeep() {
  std::int64_t next_slow_ms = 0;
  std::int64_t lit_at_ms = 0;
  while (!stopping_) {
    models_->peers().step();
    // Nobody loses a reservation to the dark.
    if (!keeper_->state()->open) lit_at_ms = monotonic_ms() + kDarkGraceMs;
    if (monotonic_ms() < lit_at_ms) {
      read_feed();
      std::this_thread::sleep_for(std::chrono::milliseconds(kHousekeepingMs));
      continue;
    }
    if (auto released = work::release_expired(*context_); !released) {
      log_line(LogLevel::warning, "housekeeping failed", {{"type", released.error().type}});
    }
    read_feed();
    if (auto refused = accounts_->record_refused(); refused && *refused > 0) {
      log_line(LogLevel::warning, "rows that grant access were refused",
               {{"rows", std::to_string(*refused)}});
    }
    if (monotonic_ms() >= next_slow_ms) {
      next_slow_ms = monotonic_ms() + kHousekeepingSlowMs;
      (void)accounts_->flush_seen();
      (void)accounts_->purge();
      (void)forget_old_keys(*this);
      (void)gateway::purge_exchanges(*gateway_);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(kHousekeepingMs));
  }
}

// Deeds go into the log in the order in which they were committed, while this process has the turn.
void Room::feed_log() {
  LogFeed feed(*db_, *vault_, id_);
  while (!stopping_) {
    auto fed = feed.step();
    has_turn_ = feed.has_turn();
    bool locked = !fed && fed.error().type == "locked";  // it goes on when the key is back
    if (!fed && !locked) {
      log_line(LogLevel::warning, "the log was not fed", {{"type", fed.error().type}});
    }
    if (!fed || *fed < kFeedRows) {
      std::this_thread::sleep_for(std::chrono::milliseconds(fed || locked ? kIntegrateMs : 1'000));
    }
  }
  (void)feed.step();
  feed.leave();
}

// Where a project's overlap adapts, tasks that are not sure enough are opened for one more.
void Room::adapt_overlap() {
  bool begun = false;
  std::int64_t next_ms = 0;
  while (!stopping_) {
    std::this_thread::sleep_for(std::chrono::milliseconds(kHousekeepingMs));
    if (monotonic_ms() < next_ms) continue;
    next_ms = monotonic_ms() + kAdaptEveryMs;
    if (!has_turn_ || !keeper_->state()->open) continue;
    if (!begun) {  // whatever was done before this process had the turn
      auto all = db_->read_as([&](store::Tx& tx) { return work::list_projects(tx, *context_); });
      if (!all) continue;
      for (ProjectId project : *all) adapter_.changed(project);
      begun = true;
    }
    adapter_.step(*context_, quality_);
  }
}

// Which projects changed since the last look, whichever process changed them. That a model was
// asked changes nothing that anybody keeps in memory, and happens thousands of times a second.
void Room::read_feed() {
  std::map<ProjectId, bool> changed;
  std::int64_t settled = 0;
  auto read = db_->read([&](store::Tx& tx) -> Result<void> {
    settled = tx.settled();
    if (feed_tick_ == 0) return {};
    TRY(
        tx.query("SELECT DISTINCT project FROM deed WHERE room = $1 AND tick >= $2 AND tick < $3"
                 " AND verb <> 'exchange.record'",
                 {id_, feed_tick_, settled}, [&](const store::Row& row) {
                   changed[row.id<ProjectId>(0)] = true;
                   return true;
                 }));
    return {};
  });
  if (!read) return;
  feed_tick_ = settled;
  if (!changed.empty()) models_->forget_access();  // a key may be among it
  if (!changed.empty()) courier_->wake();
  {  // or a stream that asks now would be told the counts of before, and nothing after
    MutexLock lock(board_->mutex);
    for (const auto& [project, unused] : changed) board_->entries.erase(project);
    if (!changed.empty()) ++board_->changes;
  }
  for (const auto& [project, unused] : changed) {
    notify_(topic_of(project));
    adapter_.changed(project);
    models_at_work_->changed(project);
  }
}

Result<std::string> Room::progress(ProjectId project) {
  std::uint64_t changes = 0;
  {
    MutexLock lock(board_->mutex);
    changes = board_->changes;
    auto at = board_->entries.find(project);
    if (at != board_->entries.end() && monotonic_ms() - at->second.computed_ms < kEventIntervalMs) {
      return at->second.text;
    }
  }
  auto text = TRY(db_->read_as([&](store::Tx& tx) -> Result<std::string> {
    auto progress = TRY(work::progress_of(tx, *context_, project));
    return work::progress_json(progress);
  }));
  MutexLock lock(board_->mutex);
  if (board_->changes != changes) return text;
  if (board_->entries.size() > kProjectCache) board_->entries.clear();
  board_->entries[project] = {text, monotonic_ms()};
  return text;
}

}  // namespace guildhall::room
