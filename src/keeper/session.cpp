#include "keeper/session.h"

#include <algorithm>

#include "base/fields.h"
#include "base/limits.h"
#include "tlog/note.h"

namespace guildhall::keeper {
namespace {

constexpr std::size_t kOrdersAtOnce = kMaxExchangeFrames - 16;  // the rest: lease, poll, witness

bool wants(const vault::Challenge& challenge, ProjectId project) {
  return std::ranges::find(challenge.wanted, project, &vault::WantedKey::project) !=
         challenge.wanted.end();
}

std::unexpected<Error> no_room() {
  return fail(Fault::not_found, "no-room", "The keeper has no such room any more.");
}

}  // namespace

void Session::alarm(std::string_view type, std::string_view sentence) {
  MutexLock lock(mutex_);
  ++status_.alarms[std::string(type)];
  status_.last_alarm = sentence;
}

vault::Statement Session::statement(vault::StatementKind kind, const RoomState& room,
                                    std::uint64_t counter) const {
  vault::Statement made;
  made.kind = kind;
  made.room = RoomId{room.room};
  made.keeper = keys_.id();
  made.counter = counter;
  return made;
}

// Whose node it is must be said in keys.box too, since the state file asks for no passphrase. And a
// room that is kept by the key of another log is no new room, for which keys could be made: what it
// sealed under them its other node could not open.
bool Session::unknown_node(const State& state, const RoomState& room) const {
  bool node = keys_.is_node(room_key_);
  if (node || !room.node_of.empty()) return !node || room.node_of.empty();
  if (keys_.has_keys(room_key_)) return false;
  bool before = true;
  return std::ranges::any_of(state.rooms, [&](const RoomState& other) {
    before = before && other.url != room.url;
    if (other.room != room.room || other.room_key() == room.room_key()) return false;
    auto key = tlog::VerifierKey::parse(other.verifier_key);
    return before || (key && keys_.has_keys(key->public_key));
  });
}

// What the vault wants, is not withdrawn, and has the key that it is sealed under.
Result<std::vector<ProjectId>> Session::leasable(const State& state, const RoomState& room) {
  std::vector<ProjectId> projects, fresh;
  if (hook_ && hook_->doubts()) return projects;
  if (!asked_ || asked_->answered || steady_.now_ms() - asked_->at_ms > kKeeperChallengeMs) {
    return projects;
  }
  if (unknown_node(state, room)) {
    alarm("unknown-node", "A server of a room that is kept, which nobody said is a node of it.");
    return projects;
  }
  for (const auto& wanted : asked_->challenge.wanted) {
    if (room.withdraws(wanted.project)) continue;
    auto key = keys_.find(room_key_, wanted.project);
    if (key.empty() && (!wanted.key_id.empty() || !keys_.makes_keys())) {
      alarm("missing-key", "The room asks for a key that this keeper does not have.");
    } else if (!key.empty() && !wanted.key_id.empty() &&
               vault::key_id_of(key.expose()) != wanted.key_id) {
      alarm("other-key", "The room names another key for a project than this keeper has.");
    } else {
      if (key.empty()) fresh.push_back(wanted.project);
      projects.push_back(wanted.project);
    }
  }
  if (!fresh.empty()) TRY(keys_.make(room_key_, fresh));
  return projects;
}

bool Session::due(const RoomState& room, const std::vector<ProjectId>& projects) const {
  return std::ranges::any_of(asked_->challenge.wanted, [&](const vault::WantedKey& wanted) {
    return std::ranges::binary_search(projects, wanted.project) &&
           wanted.left_ms <= room.term_ms / 2;
  });
}

// Until the first of them has half of its term left.
std::int64_t Session::wait_ms(const RoomState& room, const std::vector<ProjectId>& projects) const {
  std::int64_t wait = kMaxExchangeWaitMs;
  if (!asked_ || asked_->answered) return asked_ ? wait : 0;
  for (const auto& wanted : asked_->challenge.wanted) {
    if (std::ranges::binary_search(projects, wanted.project)) {
      wait = std::min(wait, wanted.left_ms - room.term_ms / 2);
    }
  }
  return std::max<std::int64_t>(wait, 0);
}

Result<void> Session::say_lease(std::string& body, const RoomState& room, std::uint64_t counter,
                                const std::vector<ProjectId>& projects) {
  auto lease = statement(vault::StatementKind::lease, room, counter);
  lease.challenge = asked_->digest;
  lease.term_ms = room.term_ms;
  lease.projects = projects;
  std::string joined;
  joined.reserve(projects.size() * vault::kProjectKeyBytes);  // no copy is left behind
  for (ProjectId project : projects) joined += keys_.find(room_key_, project).expose();
  TRY(vault::seal_keys(lease, asked_->challenge.hpke_key, Secret(std::move(joined))));
  auto message = vault::sign_statement(lease, keys_.signing_key());
  pending_[vault::digest_of(message)] = {std::nullopt, projects, {}};
  vault::append_frame(body, vault::FrameType::statement, message);
  return {};
}

void Session::say_order(std::string& body, const RoomState& room, std::uint64_t counter,
                        const Order& order) {
  auto made = statement(order.kind, room, counter);
  made.whole_room = order.whole_room;
  made.project = order.project;
  auto message = vault::sign_statement(made, keys_.signing_key());
  vault::append_frame(body, vault::FrameType::statement, message);
  pending_[vault::digest_of(message)] = {order, {}, message};
}

// Before anybody is told that they are, and whether or not the room can be reached.
Result<void> Session::destroy_keys(const RoomState& room) {
  for (const auto& order : room.orders) {
    if (order.shreds()) TRY(keys_.shred(room_key_, order.project));
  }
  return {};
}

// The counters are durable, and what is withdrawn is read, in one step: a lease signed after it
// holds nothing that a command withdrew before it.
Result<void> Session::say(std::string& body, const State& read,
                          const std::vector<ProjectId>& lease) {
  const auto* seen = read.find(url_);
  bool has_orders =
      std::ranges::any_of(seen->orders, [](const Order& order) { return !order.confirmed; });
  if ((lease.empty() && !has_orders) || seen->room == 0) return {};
  std::uint64_t counter = 0;
  auto state = TRY(store_.update([&](State& next) -> Result<void> {
    auto* room = next.find(url_);
    if (!room) return no_room();
    counter = std::max(next.newest_counter(*room) + 1, static_cast<std::uint64_t>(wall_.now_ms()));
    room->counter = counter + std::min(room->orders.size(), kOrdersAtOnce);
    return {};
  }));
  const auto& room = *state.find(url_);
  TRY(destroy_keys(room));
  std::size_t said = 0;
  for (const auto& order : room.orders) {
    if (!order.confirmed && said++ < kOrdersAtOnce) say_order(body, room, counter++, order);
  }
  std::vector<ProjectId> still;
  std::ranges::copy_if(lease, std::back_inserter(still),
                       [&](ProjectId project) { return !room.withdraws(project); });
  if (still.empty()) return {};
  asked_->answered = true;
  return say_lease(body, room, counter, still);
}

Result<Session::Turn> Session::next() {
  auto state = TRY(store_.read());
  const auto* room = state.find(url_);
  if (!room) return no_room();
  pending_.clear();
  TRY(destroy_keys(*room));
  auto projects = TRY(leasable(state, *room));
  {
    MutexLock lock(mutex_);
    std::erase_if(status_.leased, [&](ProjectId project) { return room->withdraws(project); });
  }
  Turn turn;
  turn.wait_ms = wait_ms(*room, projects);
  TRY(say(turn.body, state, asked_ && due(*room, projects) ? projects : std::vector<ProjectId>{}));
  if (hook_) turn.wait_ms = std::min(turn.wait_ms, hook_->append(turn.body));
  if (!pending_.empty()) turn.wait_ms = 0;
  vault::append_frame(turn.body, vault::FrameType::poll,
                      vault::poll_payload(turn.wait_ms, keys_.id().public_key));
  return turn;
}

Result<void> Session::take_verdict(std::string_view message) {
  auto verdict = TRY(vault::open_verdict(message, room_key_));
  auto at = pending_.find(verdict.statement);
  if (at == pending_.end()) return {};  // of an earlier exchange
  auto said = std::move(at->second);
  pending_.erase(at);
  if (!verdict.refusal.empty()) {
    alarm(verdict.refusal, "The room's vault refused what the keeper said.");
    return {};
  }
  if (said.order) {
    TRY(store_.update([&](State& state) -> Result<void> {
      if (auto* room = state.find(url_)) room->confirm(*said.order);
      return {};
    }));
    MutexLock lock(mutex_);
    status_.confirmed =
        Confirmation{*said.order, wall_.now_ms(), std::move(said.statement), std::string(message)};
    if (said.order->shreds()) status_.receipts.push_back(*status_.confirmed);
    return {};
  }
  auto state = TRY(store_.read());
  const auto* room = state.find(url_);
  MutexLock lock(mutex_);
  status_.leased = said.projects;
  status_.leased_until_ms = wall_.now_ms() + (room ? room->term_ms : 0);
  return {};
}

Result<void> Session::take_challenge(std::string_view message) {
  auto challenge = TRY(vault::open_challenge(message, room_key_));
  auto state = TRY(store_.read());
  const auto* room = state.find(url_);
  if (!room) return no_room();
  if (room->room == 0) {
    TRY(store_.update([&](State& next) -> Result<void> {
      if (auto* known = next.find(url_)) known->room = challenge.room.value;
      return {};
    }));
  } else if (room->room != challenge.room.value) {
    alarm("other-room", "Another room answers there, under the same key.");
    return fail(Fault::forbidden, "lease-other-room", "Another room answers there.");
  }
  MutexLock lock(mutex_);
  status_.last_contact_ms = wall_.now_ms();
  status_.wanted.clear();
  for (const auto& wanted : challenge.wanted) status_.wanted.push_back(wanted.project);
  asked_ = Asked{std::move(challenge), vault::digest_of(message), steady_.now_ms(), false};
  return {};
}

// A room goes on saying a wish until it is answered, so only one that the answer before did not
// have is new: what a person restores stays restored.
Result<void> Session::take_wishes(const std::vector<vault::Frame>& frames) {
  std::set<std::string> wished;
  for (const auto& frame : frames) {
    if (!frame.is(vault::FrameType::wish)) continue;
    FieldReader in(frame.payload);
    std::uint8_t whole = in.u8();
    Order order;
    order.project = ProjectId{in.i64()};
    order.whole_room = whole == 1;
    if (!in.done() || whole > 1 || (order.whole_room && order.project != ProjectId{0})) {
      return fail(Fault::malformed, "exchange-malformed", "The room's wish cannot be read.");
    }
    if (!wished.emplace(frame.payload).second || wished_.contains(std::string(frame.payload))) {
      continue;
    }
    alarm("room-asked-to-withdraw", "The room's owner asked that keys be withdrawn.");
    bool ours = order.whole_room || (asked_ && wants(asked_->challenge, order.project));
    if (wishes_ == Wishes::ignore || !ours) continue;
    TRY(store_.update([&](State& state) -> Result<void> {
      auto* room = state.find(url_);
      if (!room || room->withdrawn(order)) return {};
      state.give(*room, order);
      ++state.revision;  // its other nodes are told now
      return {};
    }));
  }
  wished_ = std::move(wished);
  return {};
}

Result<void> Session::take(std::string_view answer) {
  auto taken = [&]() -> Result<void> {
    auto frames = TRY(vault::read_frames(answer));
    for (const auto& frame : frames) {
      if (frame.is(vault::FrameType::verdict)) {
        TRY(take_verdict(frame.payload));
      } else if (frame.is(vault::FrameType::challenge)) {
        TRY(take_challenge(frame.payload));
      } else if (hook_ && !frame.is(vault::FrameType::wish)) {
        hook_->on_frame(frame);
      }
    }
    return take_wishes(frames);
  }();
  if (!taken) alarm(taken.error().type, taken.error().detail);
  return taken;
}

void Session::lost(const Error& error) {
  pending_.clear();
  asked_.reset();  // the answer to it may have been used up
  if (error.type != "http-interrupted") alarm(error.type, error.detail);
}

SessionStatus Session::status() const {
  MutexLock lock(mutex_);
  return status_;
}

}  // namespace guildhall::keeper
