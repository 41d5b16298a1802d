#include "room/keeper_line.h"

#include <algorithm>

#include "base/limits.h"
#include "base/log.h"

namespace guildhall::room {
namespace {

std::unexpected<Error> strange() {
  return fail(Fault::unavailable, "vault-failed", "The vault does not answer as it should.");
}

void read_projects(const json::value& whole, std::set<ProjectId>& dark) {
  const auto* projects = find_array(whole, "projects");
  if (!projects) return;
  for (const auto& one : *projects) {
    const auto* number = find(one, "project");
    const auto* leased = find(one, "leased");
    auto project = number ? as_int(*number) : std::nullopt;
    if (project && leased && leased->is_bool() && !leased->get_bool()) {
      dark.insert(ProjectId{*project});
    }
  }
}

void read_withdrawn(const json::value& whole, std::set<ProjectId>& withdrawn) {
  const auto* keepers = find_array(whole, "keepers");
  if (!keepers) return;
  for (const auto& keeper : *keepers) {
    for (const char* list : {"withdrawn_projects", "shredded_projects"}) {
      const auto* projects = find_array(keeper, list);
      for (std::size_t i = 0; projects && i < projects->size(); ++i) {
        if (auto number = as_int((*projects)[i])) withdrawn.insert(ProjectId{*number});
      }
    }
  }
}

KeeperLine::Dark went_dark(const KeysState& before, const KeysState& now) {
  KeeperLine::Dark dark{before.open && !now.open, now.changes == before.changes, {}};
  std::ranges::set_difference(now.dark, before.dark, std::back_inserter(dark.projects));
  return dark;
}

}  // namespace

KeeperLine::KeeperLine(int exchange_channel, int watch_channel)
    : exchange_channel_(exchange_channel),
      watch_channel_(watch_channel),
      state_(std::make_shared<const KeysState>()) {}

KeeperLine::~KeeperLine() { stop(); }

Result<KeeperLine::Answer> KeeperLine::exchange(std::string_view body, vault::ExchangeTurn turn) {
  vault::FrameWriter request(vault::Op::exchange);
  request.u8(static_cast<unsigned char>(turn)).bytes(body);
  std::string frame;
  MutexLock lock(exchanging_);
  vault::FrameReader in(TRY(exchange_channel_.ask(std::move(request), frame)));
  Answer answer;
  answer.held = in.u8() != 0;
  answer.wait_ms = in.u32();
  answer.bytes = in.bytes();
  if (!in.done()) return strange();
  return answer;
}

Result<void> KeeperLine::wish(ProjectId project) {
  vault::FrameWriter request(vault::Op::wish);
  request.u8(project ? 0 : 1).i64(project.value);
  std::string frame;
  MutexLock lock(exchanging_);
  TRY(exchange_channel_.ask(std::move(request), frame));
  return {};
}

std::shared_ptr<const KeysState> KeeperLine::state() const {
  MutexLock lock(mutex_);
  return state_;
}

Result<KeysState> KeeperLine::look(std::int64_t seen) {
  vault::FrameWriter request(vault::Op::watch);
  request.i64(seen);
  std::string frame;
  vault::FrameReader in(TRY(watch_channel_.ask(std::move(request), frame)));
  KeysState now;
  now.revision = in.i64();
  now.changes = in.i64();
  now.whole = TRY(parse_json(in.bytes()));
  const auto* held_by = find_string(now.whole, "held_by");
  const auto* room = find_string(now.whole, "room");
  const auto* since = find(now.whole, "since");
  if (!in.done() || !held_by || !room || !since) return strange();
  now.by_keeper = view(*held_by) == "keeper";
  now.open = view(*room) == "open";
  now.locked_since = as_int(*since).value_or(0);
  read_projects(now.whole, now.dark);
  read_withdrawn(now.whole, now.withdrawn);
  return now;
}

Result<void> KeeperLine::ask() {
  auto now = std::make_shared<const KeysState>(TRY(look(0)));
  MutexLock lock(mutex_);
  state_ = std::move(now);
  return {};
}

void KeeperLine::start(std::function<void(const Dark&)> on_change) {
  on_change_ = std::move(on_change);
  watcher_ = std::thread([this] { watch(); });
}

void KeeperLine::stop() {
  stopping_ = true;
  if (watcher_.joinable()) watcher_.join();
}

void KeeperLine::watch() {
  while (!stopping_) {
    auto before = state();
    auto now = look(before->revision);
    if (!now) {  // without its vault the process is about to end
      log_line(LogLevel::warning, "the vault does not say what it holds",
               {{"type", now.error().type}});
      std::this_thread::sleep_for(std::chrono::milliseconds(kVaultWatchMs));
      continue;
    }
    auto dark = went_dark(*before, *now);
    bool news = now->revision != before->revision || now->open != before->open;
    {
      MutexLock lock(mutex_);
      state_ = std::make_shared<const KeysState>(*std::move(now));
    }
    if (news || dark.all || !dark.projects.empty()) on_change_(dark);
  }
}

}  // namespace guildhall::room
