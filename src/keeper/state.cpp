#include "keeper/state.h"

#include <sys/stat.h>

#include <algorithm>

#include "base/files.h"
#include "base/json.h"
#include "keeper/folder_lock.h"

namespace guildhall::keeper {
namespace {

constexpr const char* kStateFile = "state.json";

std::unexpected<Error> damaged() {
  return fail(Fault::malformed, "bad-keeper-state", "The keeper's state.json is damaged.");
}

Result<std::int64_t> whole_number(const json::value& object, std::string_view name) {
  const auto* value = find(object, name);
  auto number = value ? as_int(*value) : std::nullopt;
  if (!number || *number < 0) return damaged();
  return *number;
}

Result<std::string> text_of(const json::value& object, std::string_view name) {
  const auto* value = find_string(object, name);
  if (!value) return damaged();
  return std::string(view(*value));
}

Result<bool> truth_of(const json::value& object, std::string_view name) {
  const auto* value = find(object, name);
  if (!value || !value->is_bool()) return damaged();
  return value->get_bool();
}

constexpr std::pair<vault::StatementKind, std::string_view> kKinds[] = {
    {vault::StatementKind::withdrawal, "withdrawal"},
    {vault::StatementKind::restore, "restore"},
    {vault::StatementKind::shredding, "shredding"}};

Result<vault::StatementKind> kind_of(std::string_view name) {
  for (const auto& [kind, known] : kKinds) {
    if (known == name) return kind;
  }
  return damaged();
}

Result<Order> read_order(const json::value& value) {
  Order order;
  order.whole_room = TRY(truth_of(value, "whole_room"));
  order.project = ProjectId { TRY(whole_number(value, "project")) };
  order.kind = TRY(kind_of(TRY(text_of(value, "kind"))));
  order.confirmed = TRY(truth_of(value, "confirmed"));
  return order;
}

Result<RoomState> read_room(const json::value& value) {
  RoomState room;
  room.url = TRY(text_of(value, "url"));
  room.verifier_key = TRY(text_of(value, "verifier_key"));
  room.ca_file = TRY(text_of(value, "ca_file"));
  room.room = TRY(whole_number(value, "room"));
  room.term_ms = TRY(whole_number(value, "term_ms"));
  room.counter = static_cast<std::uint64_t>(TRY(whole_number(value, "counter")));
  const auto* orders = find_array(value, "orders");
  if (!orders) return damaged();
  for (const auto& order : *orders) room.orders.push_back(TRY(read_order(order)));
  const auto* witnesses = find_array(value, "witnesses");
  for (std::size_t i = 0; witnesses && i < witnesses->size(); ++i) {
    if (!(*witnesses)[i].is_string()) return damaged();
    room.witnesses.emplace_back(view((*witnesses)[i].get_string()));
  }
  if (find(value, "node_of")) room.node_of = TRY(text_of(value, "node_of"));
  return room;
}

std::string_view name_of(vault::StatementKind kind) {
  return std::ranges::find(kKinds, kind, &std::pair<vault::StatementKind, std::string_view>::first)
      ->second;
}

}  // namespace

bool RoomState::withdraws(ProjectId project) const {
  return std::ranges::any_of(orders, [&](const Order& order) {
    return order.withdraws() && (order.whole_room || order.project == project);
  });
}

bool RoomState::withdrawn(const Order& wanted) const {
  return std::ranges::any_of(
      orders, [&](const Order& order) { return order.withdraws() && order.same_scope(wanted); });
}

bool RoomState::shredded(ProjectId project) const {
  return std::ranges::any_of(
      orders, [&](const Order& order) { return order.shreds() && order.project == project; });
}

void RoomState::give(const Order& order) {
  std::erase_if(orders, [&](const Order& old) { return old.same_scope(order); });
  orders.push_back(order);
}

void RoomState::confirm(const Order& confirmed) {
  for (auto& order : orders) {
    if (order.same_scope(confirmed) && order.kind == confirmed.kind) {
      order.confirmed = true;
    }
  }
  std::erase_if(orders, [](const Order& order) { return order.confirmed && !order.withdraws(); });
}

RoomState* State::find(std::string_view url) {
  auto at = std::ranges::find(rooms, url, &RoomState::url);
  return at == rooms.end() ? nullptr : &*at;
}

const RoomState* State::find(std::string_view url) const {
  auto at = std::ranges::find(rooms, url, &RoomState::url);
  return at == rooms.end() ? nullptr : &*at;
}

const RoomState* State::find_log(std::string_view verifier_key) const {
  auto at = std::ranges::find(rooms, verifier_key, &RoomState::verifier_key);
  return at == rooms.end() ? nullptr : &*at;
}

std::vector<std::string> State::others_of(const RoomState& room) const {
  std::vector<std::string> urls;
  for (const auto& other : rooms) {
    if (other.url != room.url && other.room_key() == room.room_key()) urls.push_back(other.url);
  }
  return urls;
}

void State::give(const RoomState& room, const Order& order) {
  const std::string& key = room.room_key();
  for (auto& node : rooms) {
    if (node.room_key() == key) node.give(order);
  }
}

std::uint64_t State::newest_counter(const RoomState& room) const {
  std::uint64_t newest = 0;
  for (const auto& node : rooms) {
    if (node.room_key() == room.room_key()) newest = std::max(newest, node.counter);
  }
  return newest;
}

std::string state_text(const State& state) {
  JsonWriter out;
  out.begin_object().field("revision", state.revision).key("rooms").begin_array();
  for (const auto& room : state.rooms) {
    out.begin_object().field("url", room.url).field("verifier_key", room.verifier_key);
    out.field("ca_file", room.ca_file).field("room", room.room).field("term_ms", room.term_ms);
    out.field("counter", room.counter).key("orders").begin_array();
    for (const auto& order : room.orders) {
      out.begin_object().field("whole_room", order.whole_room);
      out.field("project", order.project.value).field("kind", name_of(order.kind));
      out.field("confirmed", order.confirmed).end_object();
    }
    out.end_array().key("witnesses").begin_array();
    for (const auto& witness : room.witnesses) out.string(witness);
    out.end_array();
    if (!room.node_of.empty()) out.field("node_of", room.node_of);
    out.end_object();
  }
  out.end_array().end_object();
  return out.take() + "\n";
}

Result<State> read_state(std::string_view text) {
  auto parsed = parse_json(text);
  if (!parsed) return damaged();
  State state;
  state.revision = static_cast<std::uint64_t>(TRY(whole_number(*parsed, "revision")));
  const auto* rooms = find_array(*parsed, "rooms");
  if (!rooms) return damaged();
  for (const auto& room : *rooms) state.rooms.push_back(TRY(read_room(room)));
  return state;
}

Result<State> FileStore::read() const {
  std::error_code error;
  if (!std::filesystem::exists(dir_ / kStateFile, error)) return State{};
  return read_state(TRY(read_file(dir_ / kStateFile)));
}

Result<State> FileStore::update(const std::function<Result<void>(State&)>& change) {
  FolderLock lock(dir_);
  TRY(lock.held());
  auto state = TRY(read());
  TRY(change(state));
  TRY(replace_file(dir_ / kStateFile, state_text(state)));
  return state;
}

std::uint64_t FileStore::stamp() const {
  struct stat info{};
  if (stat((dir_ / kStateFile).c_str(), &info) != 0) return 0;
  return static_cast<std::uint64_t>(info.st_ino) * 1'000'003 +
         static_cast<std::uint64_t>(info.st_mtim.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(info.st_mtim.tv_nsec);
}

}  // namespace guildhall::keeper
