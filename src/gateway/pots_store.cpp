// Pots as the store has them. Whoever changes a pot holds its row first, then its blocks.
#include "base/limits.h"
#include "base/log.h"
#include "gateway/pots.h"

namespace guildhall::gateway {
namespace {

using store::Row;
using store::Tx;

constexpr std::int64_t kForgetEveryMs = 30'000;  // windows that are over leave the store

#define GH_POT_WHERE " WHERE room = $1 AND project = $2 AND pot = $3 AND window_at = $4"
#define GH_POT_SELECT                                                                        \
  "SELECT spent_units, spent_tokens, lost_units, lost_tokens, held_units, held_tokens FROM " \
  "pot" GH_POT_WHERE

PotState read_pot(const Row& row) {
  return {{row.integer(0), row.integer(1)},
          {row.integer(2), row.integer(3)},
          {row.integer(4), row.integer(5)}};
}

// The pot's row, held until the transaction ends; nothing where it is not there.
Result<std::optional<PotState>> lock_pot(Tx& tx, RoomId room, const PotId& id) {
  return tx.first({GH_POT_SELECT, GH_POT_SELECT " FOR UPDATE"},
                  {room, id.project, id.pot, id.window}, read_pot);
}

Result<PotState> lock_or_make(Tx& tx, RoomId room, const PotId& id, TimeMs forget_at) {
  if (auto found = TRY(lock_pot(tx, room, id))) return *found;
  TRY(
      tx.exec("INSERT INTO pot (room, project, pot, window_at, forget_at, spent_units,"
              " spent_tokens, lost_units, lost_tokens, held_units, held_tokens)"
              " VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING",
              {room, id.project, id.pot, id.window, forget_at}));
  auto made = TRY(lock_pot(tx, room, id));
  return made.value_or(PotState{});
}

Result<void> write_pot(Tx& tx, RoomId room, const PotId& id, const PotState& state) {
  return tx.put(
      "UPDATE pot SET spent_units = $5, spent_tokens = $6, lost_units = $7,"
      " lost_tokens = $8, held_units = $9, held_tokens = $10" GH_POT_WHERE,
      {room, id.project, id.pot, id.window, state.spent.units, state.spent.tokens, state.lost.units,
       state.lost.tokens, state.held.units, state.held.tokens});
}

// Takes so much out of a node's block. False where the block does not have it: it was taken over.
Result<bool> shrink(Tx& tx, RoomId room, std::int64_t node, const PotId& id, Amount by) {
  auto changed = TRY(
      tx.exec("UPDATE pot_block SET held_units = held_units - $6, held_tokens = held_tokens - $7"
              " WHERE room = $1 AND project = $2 AND pot = $3 AND window_at = $4 AND node = $5"
              " AND held_units >= $6 AND held_tokens >= $7",
              {room, id.project, id.pot, id.window, node, by.units, by.tokens}));
  return changed > 0;
}

Result<void> drop_empty_block(Tx& tx, RoomId room, std::int64_t node, const PotId& id) {
  return tx.put(
      "DELETE FROM pot_block WHERE room = $1 AND project = $2 AND pot = $3 AND"
      " window_at = $4 AND node = $5 AND held_units = 0 AND held_tokens = 0",
      {room, id.project, id.pot, id.window, node});
}

// Whoever takes over a node's blocks deletes its row: it waits for us, or we see that it is gone.
Result<void> check_known(Tx& tx, RoomId room, std::int64_t node) {
  auto known = TRY(tx.first({"SELECT 1 FROM pot_node WHERE room = $1 AND node = $2",
                             "SELECT 1 FROM pot_node WHERE room = $1 AND node = $2 FOR SHARE"},
                            {room, node}, [](const Row&) { return true; }));
  if (known) return {};
  return fail(Fault::unavailable, "node-gone", "This process was taken for gone.");
}

std::unexpected<Error> refusal(bool spent) {
  if (spent) return fail(Fault::conflict, "budget-exhausted", "This budget is spent.");
  return fail(Fault::too_many, "budget-reserved",
              "What is left of this budget is reserved by requests under way.");
}

struct GoneBlock {
  PotId id;
  Amount held;
};

Result<void> take_over(Tx& tx, RoomId room, std::int64_t node) {
  std::vector<GoneBlock> blocks;
  TRY(
      tx.query("SELECT project, pot, window_at, held_units, held_tokens FROM pot_block WHERE"
               " room = $1 AND node = $2 ORDER BY project, pot, window_at",
               {room, node}, [&](const Row& row) {
                 blocks.push_back({{row.id<ProjectId>(0), row.integer(1), row.integer(2)},
                                   {row.integer(3), row.integer(4)}});
                 return true;
               }));
  for (const auto& block : blocks) {
    if (auto state = TRY(lock_pot(tx, room, block.id))) {
      state->held -= block.held;
      state->lost += block.held;
      TRY(write_pot(tx, room, block.id, *state));
    }
  }
  return tx.put("DELETE FROM pot_block WHERE room = $1 AND node = $2", {room, node});
}

}  // namespace

Result<void> Pots::be_known() {
  MutexLock joining(joining_);
  if (trusted()) return {};
  TimeMs before = clock_.now_ms();
  std::int64_t node = node_;
  auto still = TRY(db_.write_as([&](Tx& tx) -> Result<std::int64_t> {
    return tx.exec("UPDATE pot_node SET seen_at = $3 WHERE room = $1 AND node = $2",
                   {room_, node, tx.now()});
  }));
  if (node == 0 || still == 0) {
    node = TRY(keys_.next());
    TRY(db_.write([&](Tx& tx) {
      return tx.put("INSERT INTO pot_node (room, node, seen_at) VALUES ($1, $2, $3)",
                    {room_, node, tx.now()});
    }));
    MutexLock lock(mutex_);
    blocks_.clear();
    node_ = node;
    changed_.notify_all();
  }
  known_ms_ = before;
  return {};
}

Result<Amount> Pots::grow(const Pot& pot, const Taken& taken, Amount whole, std::int64_t holds) {
  return db_.write_as([&](Tx& tx) -> Result<Amount> {
    TRY(check_known(tx, room_, taken.node));
    auto state = TRY(lock_or_make(tx, room_, pot.id, pot.forget_at));
    Amount unspent = pot.limit - state.spent - state.lost;
    Amount free = unspent - state.held;
    if (!taken.missing.fits(free)) return refusal(!whole.fits(unspent));
    Amount extra = least(at_least_zero(free - taken.missing) / kBlockShare, whole * holds);
    Amount more = taken.missing + extra;
    if (more.is_zero()) return extra;
    state.held += more;
    TRY(write_pot(tx, room_, pot.id, state));
    TRY(tx.put(
        "INSERT INTO pot_block (room, node, project, pot, window_at, held_units,"
        " held_tokens) VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (room, node, project, pot, window_at) DO UPDATE SET"
        " held_units = pot_block.held_units + excluded.held_units,"
        " held_tokens = pot_block.held_tokens + excluded.held_tokens",
        {room_, taken.node, pot.id.project, pot.id.pot, pot.id.window, more.units, more.tokens}));
    return extra;
  });
}

Result<void> Pots::give_back_idle(std::int64_t idle_ms) {
  std::map<Place, Amount> idle;
  std::int64_t node = 0;
  {
    MutexLock lock(mutex_);
    node = node_;
    std::int64_t before = clock_.now_ms() - idle_ms;
    for (auto at = blocks_.begin(); at != blocks_.end();) {
      bool goes = !at->second.growing && at->second.used_ms <= before;
      if (goes && !at->second.left.is_zero()) idle.emplace(at->first, at->second.left);
      at = goes ? blocks_.erase(at) : std::next(at);
    }
  }
  if (idle.empty()) return {};
  auto given = db_.write([&](Tx& tx) -> Result<void> {
    for (const auto& [place, amount] : idle) {
      auto state = TRY(lock_pot(tx, room_, place.first));
      if (!state || !TRY(shrink(tx, room_, node, place.first, amount))) continue;
      TRY(drop_empty_block(tx, room_, node, place.first));
      state->held -= amount;
      TRY(write_pot(tx, room_, place.first, *state));
    }
    return {};
  });
  if (given || given.error().type == "commit-unknown") return given;
  for (const auto& [place, amount] : idle) put(place, node, amount);
  return given;
}

Result<void> Pots::write_left_behind() {
  std::vector<Charge> charges;
  {
    MutexLock lock(mutex_);
    charges.swap(left_behind_);
  }
  if (charges.empty()) return {};
  auto written = db_.write([&](Tx& tx) { return write_charges(tx, room_, charges); });
  if (written || written.error().type == "commit-unknown") return written;
  MutexLock lock(mutex_);
  left_behind_.insert(left_behind_.end(), charges.begin(), charges.end());
  return written;
}

Result<void> Pots::take_over_gone() {
  auto any = TRY(db_.read_as([&](Tx& tx) {
    return tx.first("SELECT 1 FROM pot_node WHERE room = $1 AND seen_at < $2 LIMIT 1",
                    {room_, tx.now() - kNodeGoneMs}, [](const Row&) { return true; });
  }));
  if (!any) return {};
  std::int64_t taken = TRY(db_.write_as([&](Tx& tx) -> Result<std::int64_t> {
    std::vector<std::int64_t> gone;
    TRY(tx.query("DELETE FROM pot_node WHERE room = $1 AND seen_at < $2 RETURNING node",
                 {room_, tx.now() - kNodeGoneMs}, [&](const Row& row) {
                   gone.push_back(row.integer(0));
                   return true;
                 }));
    for (std::int64_t node : gone) TRY(take_over(tx, room_, node));
    return static_cast<std::int64_t>(gone.size());
  }));
  if (taken > 0) log_line(LogLevel::warning, "what a lost node held counts as spent");
  return {};
}

Result<void> Pots::forget_old() {
  TimeMs now = clock_.now_ms();
  if (now - forgot_ms_ < kForgetEveryMs) return {};
  forgot_ms_ = now;
  return db_.write([&](Tx& tx) -> Result<void> {
    TRY(
        tx.put("DELETE FROM pot_block WHERE room = $1 AND EXISTS (SELECT 1 FROM pot p WHERE"
               " p.room = pot_block.room AND p.project = pot_block.project AND"
               " p.pot = pot_block.pot AND p.window_at = pot_block.window_at AND"
               " p.forget_at > 0 AND p.forget_at < $2)",
               {room_, tx.now()}));
    return tx.put("DELETE FROM pot WHERE room = $1 AND forget_at > 0 AND forget_at < $2",
                  {room_, tx.now()});
  });
}

Result<void> Pots::leave() {
  stop_filling();
  if (node_ == 0) return {};
  TRY(write_left_behind());
  TRY(give_back_idle(0));
  std::int64_t node = node_;
  TRY(db_.write([&](Tx& tx) -> Result<void> {  // with something still held it is taken over later
    return tx.put(
        "DELETE FROM pot_node WHERE room = $1 AND node = $2 AND NOT EXISTS (SELECT 1"
        " FROM pot_block b WHERE b.room = $1 AND b.node = $2)",
        {room_, node});
  }));
  known_ms_ = kNever;
  return {};
}

Result<void> write_charges(Tx& tx, RoomId room, std::span<const Charge> charges) {
  std::map<PotId, std::vector<const Charge*>> by_pot;  // in the order in which all hold them
  for (const auto& charge : charges) by_pot[charge.pot].push_back(&charge);
  for (const auto& [id, all] : by_pot) {
    auto state = TRY(lock_or_make(tx, room, id, 0));
    for (const Charge* charge : all) {
      Amount drawn = least(charge->held, charge->used);
      bool ours = TRY(shrink(tx, room, charge->node, id, drawn));
      if (ours) TRY(drop_empty_block(tx, room, charge->node, id));
      if (ours) state.held -= drawn;
      if (!ours) state.lost -= least(state.lost, drawn);
      state.spent += charge->used;
    }
    TRY(write_pot(tx, room, id, state));
  }
  return {};
}

Result<Amount> take_lost(Tx& tx, RoomId room, const PotId& id) {
  auto state = TRY(lock_pot(tx, room, id));
  if (!state) return Amount{};
  Amount lost = std::exchange(state->lost, {});
  TRY(write_pot(tx, room, id, *state));
  return lost;
}

Result<PotState> pot_state(Tx& tx, RoomId room, const PotId& id) {
  auto found = TRY(tx.first(GH_POT_SELECT, {room, id.project, id.pot, id.window}, read_pot));
  return found.value_or(PotState{});
}

}  // namespace guildhall::gateway
