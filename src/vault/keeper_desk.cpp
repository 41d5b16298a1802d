#include "vault/keeper_desk.h"

#include <algorithm>

#include "base/fields.h"
#include "base/limits.h"
#include "base/log.h"
#include "crypto/hash.h"
#include "vault/leaf.h"

namespace guildhall::vault {
namespace {

std::string_view verb_of(StatementKind kind) {
  switch (kind) {
    case StatementKind::lease: return "keeper.lease";
    case StatementKind::withdrawal: return "keeper.withdraw";
    case StatementKind::restore: return "keeper.restore";
    case StatementKind::shredding: return "keeper.shred";
  }
  return "keeper";
}

}  // namespace

void KeeperDesk::changed() {
  MutexLock lock(mutex_);
  ++revision_;
  ++changes_;
  news_.notify_all();
}

void KeeperDesk::call_keepers() {
  MutexLock lock(mutex_);
  ++revision_;
  news_.notify_all();
}

void KeeperDesk::note_contact(std::string_view keeper) {
  keys_->keeper_asked();
  auto known = keys_->leases().keepers();
  if (std::ranges::none_of(known, [&](const auto& k) { return k.id.public_key == keeper; })) return;
  MutexLock lock(mutex_);
  state_.contacts[std::string(keeper)].at = ports_.clock.now_ms();
}

void KeeperDesk::drop_old_wish() {
  auto& wish = state_.wish;
  if (wish && !wish->answered && ports_.clock.now_ms() - wish->at > kWishMs) wish.reset();
}

bool KeeperDesk::has_news(std::string_view keeper) {
  if (keys_->leases().urgent() || witnessing_->news(keeper)) return true;
  MutexLock lock(mutex_);
  drop_old_wish();
  return state_.wish && !state_.wish->handed_on;
}

Result<FrameWriter> KeeperDesk::exchange(FrameReader& in) {
  auto turn = static_cast<ExchangeTurn>(in.u8());
  auto body = in.bytes();
  TRY(in.done());
  if (!keys_) {
    return fail(Fault::not_found, "no-keeper", "The keys of this room lie in a file beside it.");
  }
  auto frames = TRY(read_frames(body));
  note_contact(keeper_of(frames));
  auto wait_ms = static_cast<std::uint32_t>(wait_of(frames));
  if (turn == ExchangeTurn::first) take_cosignatures(frames, keeper_of(frames));
  bool held = wait_ms > 0 && turn != ExchangeTurn::last && !has_news(keeper_of(frames));
  auto out = good_answer();
  out.u8(held ? 1 : 0).u32(wait_ms).bytes(held ? std::string() : answer(frames));
  return out;
}

std::string KeeperDesk::answer(const std::vector<Frame>& frames) {
  std::string out;
  append_verdicts(out, frames, ports_.room, ports_.log_key,
                  [this](std::string_view statement) { return take(statement); });
  witnessing_->append(out, keeper_of(frames));
  append_wish(out);
  append_frame(out, FrameType::challenge, keys_->leases().challenge(0));
  return out;
}

// Before the answer is held. One that does not count is nothing to the room: its keeper is asked
// again.
void KeeperDesk::take_cosignatures(const std::vector<Frame>& frames, std::string_view keeper) {
  for (const Frame& frame : frames) {
    if (!frame.is(FrameType::cosignature)) continue;
    if (auto taken = witnessing_->take(keeper, frame.payload); !taken) {
      // One that answers what was asked before comes late, as they do.
      auto level = taken.error().type == "cosignature-unasked" ? LogLevel::debug : LogLevel::info;
      log_line(level, "a cosignature was not taken", {{"type", taken.error().type}});
    }
  }
}

// A statement counts once its leaf is durable. What it withdrew is gone before that; what it leased
// goes again where the leaf cannot be written.
Result<void> KeeperDesk::take(std::string_view message) {
  auto statement = TRY(read_statement(message));
  auto taken = keys_->leases().take(message);
  if (taken) taken = record(statement, message);
  if (!taken && statement.kind == StatementKind::lease && taken.error().type == "log-failed") {
    keys_->leases().drop_all();
  }
  remember(statement, message, taken.has_value());
  changed();
  return taken;
}

Result<void> KeeperDesk::record(const Statement& statement, std::string_view message) {
  auto hash = crypto::sha256(message);
  Leaf leaf;
  leaf.at = ports_.clock.now_ms();
  leaf.verb = verb_of(statement.kind);
  leaf.project = statement.project;
  bool lease = statement.kind == StatementKind::lease;
  leaf.detail = lease ? statement.term_ms : statement.whole_room ? 1 : 0;
  leaf.hash = crypto::view(hash);
  std::string leaves[] = {deed_leaf(leaf, Secret(), ports_.random)};
  return ports_.log.append(leaves, {});
}

void KeeperDesk::remember(const Statement& statement, std::string_view message, bool taken) {
  TimeMs now = ports_.clock.now_ms();
  MutexLock lock(mutex_);
  if (statement.kind == StatementKind::lease) {
    if (taken) state_.contacts[statement.keeper.public_key].leased_until = now + statement.term_ms;
    return;
  }
  state_.last = SaidByKeeper{statement, std::string(message), now, taken};
  if (!taken || statement.kind != StatementKind::withdrawal || !state_.wish) return;
  bool covers = statement.whole_room ||
                (!state_.wish->whole_room && state_.wish->project == statement.project);
  state_.wish->answered = state_.wish->answered || covers;
}

void KeeperDesk::append_wish(std::string& answer) {
  MutexLock lock(mutex_);
  drop_old_wish();
  if (!state_.wish || state_.wish->answered) return;
  state_.wish->handed_on = true;
  FieldWriter payload;
  payload.u8(state_.wish->whole_room ? 1 : 0).i64(state_.wish->project.value);
  append_frame(answer, FrameType::wish, payload.text());
}

Result<FrameWriter> KeeperDesk::wish(FrameReader& in) {
  Wish wish;
  wish.whole_room = in.u8() != 0;
  wish.project = ProjectId{in.i64()};
  TRY(in.done());
  if (!keys_) {
    return fail(Fault::conflict, "no-keeper", "The keys of this room lie in a file beside it.");
  }
  wish.at = ports_.clock.now_ms();
  {
    MutexLock lock(mutex_);
    state_.wish = wish;
  }
  changed();
  return good_answer();
}

Result<FrameWriter> KeeperDesk::watch(FrameReader& in) {
  std::int64_t seen = in.i64();
  TRY(in.done());
  {
    MutexLock lock(mutex_);
    if (revision_ == seen) news_.wait_for_ms(mutex_, kVaultWatchMs);
  }
  bool open = !keys_ || keys_->leased(kRoomsOwn);
  KeeperState now;
  std::int64_t revision = 0, changes = 0;
  {
    MutexLock lock(mutex_);
    state_.open = open;
    if (open) {
      state_.locked_since = 0;
    } else if (state_.locked_since == 0) {
      state_.locked_since = ports_.clock.now_ms();
    }
    now = state_;
    revision = revision_;
    changes = changes_;
  }
  auto out = good_answer();
  out.i64(revision).i64(changes).bytes(state_json(now, keys_));
  return out;
}

}  // namespace guildhall::vault
