#include "vault/lease.h"

#include <algorithm>

#include "base/limits.h"

namespace guildhall::vault {
namespace {

std::string_view key_at(std::string_view keys, std::size_t index) {
  return keys.substr(index * kProjectKeyBytes, kProjectKeyBytes);
}

}  // namespace

Leases::Leases(RoomId room, const crypto::SigningKey& log_key, std::vector<KeeperRecord> keepers,
               const Clock& boot_clock, Random& random, KeySink& sink, LeaseStore& store,
               LeaseRules rules)
    : room_(room),
      log_key_(log_key),
      clock_(boot_clock),
      random_(random),
      sink_(sink),
      store_(store),
      rules_(rules),
      keepers_(std::move(keepers)) {}

std::int64_t Leases::Wanted::until() const {
  std::int64_t latest = 0;
  for (const auto& [_, until] : until_ms) latest = std::max(latest, until);
  return latest;
}

std::int64_t Leases::left(const Wanted& wanted) const {
  return std::max<std::int64_t>(0, wanted.until() - clock_.now_ms());
}

void Leases::drop(ProjectId project, Wanted& wanted) {
  if (wanted.until_ms.empty()) return;
  wanted.until_ms.clear();
  sink_.drop(project);
}

void Leases::drop_withdrawn() {
  for (auto& [project, wanted] : wanted_) {
    if (is_withdrawn(project)) drop(project, wanted);
  }
}

bool Leases::is_withdrawn(ProjectId project) const {
  return rules_.withdrawals && std::ranges::any_of(keepers_, [&](const KeeperRecord& keeper) {
           return keeper.withdraws(project);
         });
}

void Leases::want(ProjectId project, std::string key_id) {
  MutexLock lock(mutex_);
  auto& wanted = wanted_[project];
  if (wanted.key_id.empty()) wanted.key_id = std::move(key_id);
}

void Leases::forget(ProjectId project) {
  MutexLock lock(mutex_);
  auto at = wanted_.find(project);
  if (at == wanted_.end()) return;
  drop(project, at->second);
  wanted_.erase(at);
}

bool Leases::urgent() const {
  MutexLock lock(mutex_);
  for (const auto& [project, wanted] : wanted_) {
    if (left(wanted) == 0 && !is_withdrawn(project)) return true;
  }
  return false;
}

std::string Leases::challenge(std::uint64_t checkpoint_size) {
  MutexLock lock(mutex_);
  auto key = crypto::HpkeKey::generate(random_);
  Challenge challenge{room_, random_.bytes(32), key.public_key(), checkpoint_size, {}};
  for (const auto& [project, wanted] : wanted_) {
    challenge.wanted.push_back({project, wanted.key_id, left(wanted)});
  }
  if (challenge.wanted.size() > kMaxLeaseKeys) {  // those that end first; the others in their turn
    auto& all = challenge.wanted;
    std::ranges::sort(all, {}, &WantedKey::left_ms);
    all.resize(kMaxLeaseKeys);
    std::ranges::sort(all, {}, &WantedKey::project);
  }
  if (open_.size() >= kMaxChallenges) open_.pop_front();
  std::int64_t sent_ms = clock_.now_ms();
  auto message = sign_challenge(challenge, log_key_);
  open_.push_back({digest_of(message), sent_ms, std::move(key)});
  return message;
}

Result<void> Leases::take(std::string_view statement) {
  MutexLock lock(mutex_);
  auto taken = judge(statement);
  if (!taken) ++refusals_[taken.error().type];
  return taken;
}

Result<void> Leases::judge(std::string_view message) {
  auto statement = TRY(read_statement(message));
  auto keeper = std::ranges::find_if(keepers_, [&](const KeeperRecord& known) {
    return known.id.public_key == statement.keeper.public_key;
  });
  if (keeper == keepers_.end()) {
    return fail(Fault::forbidden, "lease-unknown-keeper", "This room has no such keeper.");
  }
  if (!signed_by(message, keeper->id.public_key)) {
    return fail(Fault::forbidden, "lease-forged", "The keeper did not sign this statement.");
  }
  if (statement.room != room_) {
    return fail(Fault::forbidden, "lease-other-room", "The statement is for another room.");
  }
  if (statement.keeper.epoch != keeper->id.epoch) {
    return fail(Fault::forbidden, "lease-other-epoch",
                "The statement is of another epoch of this keeper.");
  }
  if (rules_.counters && statement.counter <= keeper->counter) {
    return fail(Fault::conflict, "lease-replayed",
                "The statement's counter is not above the newest taken.");
  }
  switch (statement.kind) {
    case StatementKind::lease: return take_lease(*keeper, statement);
    case StatementKind::withdrawal: return take_withdrawal(*keeper, statement);
    case StatementKind::restore: return take_restore(*keeper, statement);
    case StatementKind::shredding: return take_shredding(*keeper, statement);
  }
  return {};
}

// Those of the lease that nobody withdrew. All of them must have been asked for.
Result<std::vector<ProjectId>> Leases::open_projects(const Statement& lease) {
  std::vector<ProjectId> open;
  for (ProjectId project : lease.projects) {
    if (!wanted_.contains(project)) {
      return fail(Fault::invalid, "lease-unasked", "The lease has a key that nobody asked for.");
    }
    if (!is_withdrawn(project)) open.push_back(project);
  }
  if (open.empty()) {
    return fail(Fault::locked, "lease-withdrawn", "What the lease is for is withdrawn.");
  }
  return open;
}

Result<void> Leases::check_keys(const Statement& lease, std::string_view keys) {
  if (keys.size() != lease.projects.size() * kProjectKeyBytes) {
    return fail(Fault::invalid, "lease-unsealable", "The lease's keys cannot be opened.");
  }
  for (std::size_t i = 0; i < lease.projects.size(); ++i) {
    const auto& known = wanted_[lease.projects[i]].key_id;
    if (!known.empty() && known != key_id_of(key_at(keys, i))) {
      return fail(Fault::invalid, "lease-other-key",
                  "A key of the lease is not the one its project is sealed under.");
    }
  }
  return {};
}

Result<void> Leases::save_key_ids(const Statement& lease, std::string_view keys) {
  for (std::size_t i = 0; i < lease.projects.size(); ++i) {
    auto& wanted = wanted_[lease.projects[i]];
    if (!wanted.key_id.empty() || is_withdrawn(lease.projects[i])) continue;
    auto id = key_id_of(key_at(keys, i));
    TRY(store_.save_key_id(lease.projects[i], id));
    wanted.key_id = id;
  }
  return {};
}

Result<void> Leases::take_lease(KeeperRecord& keeper, const Statement& lease) {
  std::int64_t now = clock_.now_ms();
  auto open = std::ranges::find(open_, lease.challenge, &Open::digest);
  if (open == open_.end()) {
    return fail(Fault::conflict, "lease-unknown-challenge",
                "The lease answers no challenge that is open.");
  }
  if (lease.term_ms < kMinLeaseMs || lease.term_ms > kMaxLeaseMs) {
    return fail(Fault::invalid, "lease-term", "The lease's term is out of range.");
  }
  std::int64_t until = (rules_.term_from_sent ? open->sent_ms : now) + lease.term_ms;
  if (until <= now || now - open->sent_ms > kChallengeMs) {
    return fail(Fault::gone, "lease-too-late", "The lease came too late.");
  }
  auto projects = TRY(open_projects(lease));
  auto keys = open_keys(lease, open->key);
  if (!keys) return fail(Fault::invalid, "lease-unsealable", "The lease's keys cannot be opened.");
  TRY(check_keys(lease, keys->expose()));

  KeeperRecord next = keeper;
  next.counter = lease.counter;
  TRY(store_.save_keeper(next));
  TRY(save_key_ids(lease, keys->expose()));
  keeper = std::move(next);
  open_.erase(open);
  for (std::size_t i = 0; i < lease.projects.size(); ++i) {
    ProjectId project = lease.projects[i];
    if (!std::ranges::binary_search(projects, project)) continue;
    auto key = TRY(crypto::LockedKey::from(key_at(keys->expose(), i)));
    auto& wanted = wanted_[project];
    wanted.until_ms[keeper.id.public_key] = until;
    sink_.hold(project, std::move(key), wanted.until());
  }
  return {};
}

// Keys go first and memory says no, whatever becomes of the disk; the keeper that is told of a
// failure says it again.
Result<void> Leases::take_withdrawal(KeeperRecord& keeper, const Statement& order) {
  if (order.whole_room) {
    keeper.room_withdrawn = true;
  } else {
    keeper.withdrawn.insert(order.project);
    if (keeper.withdrawn.size() > kMaxWithdrawn) keeper.room_withdrawn = true;
  }
  drop_withdrawn();
  KeeperRecord next = keeper;
  next.counter = order.counter;
  TRY(store_.save_keeper(next));
  keeper = std::move(next);
  return {};
}

// As a withdrawal: the keeper has destroyed the key before it says so.
Result<void> Leases::take_shredding(KeeperRecord& keeper, const Statement& order) {
  if (keeper.shredded.size() >= kMaxVaultKeys) {
    return fail(Fault::conflict, "lease-too-many", "Too many projects were shredded.");
  }
  keeper.shredded.insert(order.project);
  keeper.withdrawn.erase(order.project);
  drop_withdrawn();
  KeeperRecord next = keeper;
  next.counter = order.counter;
  TRY(store_.save_keeper(next));
  keeper = std::move(next);
  return {};
}

Result<void> Leases::take_restore(KeeperRecord& keeper, const Statement& order) {
  KeeperRecord next = keeper;
  next.counter = order.counter;
  if (order.whole_room) {
    next.room_withdrawn = false;
  } else {
    next.withdrawn.erase(order.project);
  }
  TRY(store_.save_keeper(next));
  keeper = std::move(next);
  return {};
}

bool Leases::leased(ProjectId project) const { return left_ms(project) > 0; }

std::int64_t Leases::left_ms(ProjectId project) const {
  MutexLock lock(mutex_);
  auto at = wanted_.find(project);
  return at == wanted_.end() ? 0 : left(at->second);
}

void Leases::tick() {
  MutexLock lock(mutex_);
  for (auto& [project, wanted] : wanted_) {
    if (left(wanted) == 0) drop(project, wanted);
  }
  std::int64_t now = clock_.now_ms();
  std::erase_if(open_, [&](const Open& open) { return now - open.sent_ms > kChallengeMs; });
}

void Leases::drop_all() {
  MutexLock lock(mutex_);
  for (auto& [project, wanted] : wanted_) drop(project, wanted);
  open_.clear();
}

bool Leases::withdrawn(ProjectId project) const {
  MutexLock lock(mutex_);
  return is_withdrawn(project);
}

bool Leases::shredded(ProjectId project) const {
  MutexLock lock(mutex_);
  return std::ranges::any_of(
      keepers_, [&](const KeeperRecord& keeper) { return keeper.shredded.contains(project); });
}

std::vector<KeeperRecord> Leases::keepers() const {
  MutexLock lock(mutex_);
  return keepers_;
}

std::map<std::string_view, std::uint64_t> Leases::refusals() const {
  MutexLock lock(mutex_);
  return refusals_;
}

}  // namespace guildhall::vault
