#include "room/models/peer_watch.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "base/limits.h"
#include "base/log.h"
#include "crypto/hash.h"
#include "identity/people.h"
#include "store/deed.h"

namespace guildhall::room {
namespace {

constexpr std::string_view kPeerRoles[] = {"", "dialler", "shim", "translator"};

struct StartedRole {
  std::int64_t number = 0;  // in kPeerRoles
  std::string digest;
};

std::int64_t role_number(std::string_view role) {
  auto at = std::ranges::find(kPeerRoles, role);
  return at == std::end(kPeerRoles) ? 0 : at - std::begin(kPeerRoles);
}

std::string_view text_in(const json::value& object, std::string_view name) {
  const auto* text = find_string(object, name);
  return text ? view(*text) : std::string_view();
}

std::int64_t number_in(const json::value& object, std::string_view name) {
  const auto* number = find(object, name);
  return number ? as_int(*number).value_or(0) : 0;
}

Result<std::vector<StartedRole>> roles_of(const json::value& told) {
  std::vector<StartedRole> out;
  const auto* roles = find_array(told, "roles");
  for (std::size_t i = 0; roles && i < roles->size(); ++i) {
    const auto& one = (*roles)[i];
    out.push_back(
        {role_number(text_in(one, "role")), crypto::from_hex(text_in(one, "sha256")).value_or("")});
  }
  if (!out.empty()) return out;
  return fail(Fault::unavailable, "peer-unavailable", "The peer's processes are not known.");
}

const json::value* item_of(const json::value& told, std::string_view peer) {
  const auto* items = find_array(told, "items");
  for (std::size_t i = 0; items && i < items->size(); ++i) {
    if (text_in((*items)[i], "name") == peer) return &(*items)[i];
  }
  return nullptr;
}

}  // namespace

std::string_view peer_role_word(std::int64_t number) {
  return number > 0 && number < std::ssize(kPeerRoles) ? kPeerRoles[number] : kPeerRoles[0];
}

Result<std::int64_t> peer_number(store::Tx& tx, const gateway::Context& ctx,
                                 std::string_view name) {
  auto hash = TRY(identity::blind_index(tx, ctx.index_key, "peer", name));
  std::uint64_t number = 0;
  std::memcpy(&number, hash.data(), std::min(hash.size(), sizeof number));
  return static_cast<std::int64_t>(number >> 1U);
}

Result<PeerWatch::Opened> PeerWatch::open(const std::string& peer) {
  auto started = TRY(launcher_.open_peer(peer));
  Run run;
  auto recorded = record_start(peer, started.text, run);
  if (!recorded) {
    close(started.fd);
    return std::unexpected(recorded.error());
  }
  MutexLock lock(mutex_);
  auto before = open_.find(peer);
  if (before != open_.end()) over_.emplace_back(peer, before->second);
  open_[peer] = run;
  return Opened{started.fd, run.id};
}

Result<void> PeerWatch::record_start(const std::string& peer, const std::string& told, Run& run) {
  auto start = TRY(parse_json(told));
  auto roles = TRY(roles_of(start));
  auto key = TRY(ctx_.keys.take(static_cast<int>(roles.size()) + 1));
  run = {PeerRunId{key}, 0, number_in(start, "start")};
  return ctx_.db.write([&](store::Tx& tx) -> Result<void> {
    run.peer = TRY(peer_number(tx, ctx_, peer));
    std::int64_t deed = key;
    for (const auto& role : roles) {
      TRY(store::record(tx, {ctx_.room,
                             {},
                             ++deed,
                             {},
                             "peer.start",
                             run.id.value,
                             run.peer,
                             role.number,
                             role.digest}));
    }
    return {};
  });
}

// `told` is what the launcher says of this peer now. Whether it is written.
bool PeerWatch::record_end(const Run& run, const json::value* told) {
  const json::value* by = told ? find(*told, "stopped_by") : nullptr;
  bool last = told && number_in(*told, "starts") == run.start;
  bool stopped = last && by && by->is_object();
  std::int64_t role = stopped ? role_number(text_in(*by, "role")) : 0;
  auto deed = ctx_.keys.next();
  if (!deed) return false;
  auto written = ctx_.db.write([&](store::Tx& tx) -> Result<void> {
    return store::record(tx, {ctx_.room,
                              {},
                              *deed,
                              {},
                              stopped ? "peer.stop" : "peer.end",
                              run.id.value,
                              run.peer,
                              role});
  });
  if (written && stopped) {
    log_line(LogLevel::error, "a peer was stopped by its sandbox: see GET /api/v1/peers",
             {{"role", peer_role_word(role)}});
  }
  return written.has_value();
}

Result<std::string> PeerWatch::first_of(std::string_view kind) {
  auto told = TRY(parse_json(TRY(list())));
  if (const auto* items = find_array(told, "items")) {
    for (const auto& one : *items) {
      if (text_in(one, "kind") == kind) return std::string(text_in(one, "name"));
    }
  }
  return std::string();
}

void PeerWatch::step() {
  if (monotonic_ms() < next_ms_) return;
  next_ms_ = monotonic_ms() + kPeerLookMs;
  std::vector<std::pair<std::string, Run>> looked_at;
  {
    MutexLock lock(mutex_);
    if (open_.empty() && over_.empty()) return;
    looked_at = over_;
    looked_at.insert(looked_at.end(), open_.begin(), open_.end());
  }
  auto text = launcher_.peers();
  auto told = text ? parse_json(*text) : Result<json::value>(std::unexpected(text.error()));
  if (!told) return;
  for (const auto& [peer, run] : looked_at) {
    const auto* item = item_of(*told, peer);
    bool runs =
        item && number_in(*item, "starts") == run.start && text_in(*item, "state") == "running";
    if (runs || !record_end(run, item)) continue;
    MutexLock lock(mutex_);
    std::erase_if(over_, [&](const auto& one) { return one.second.id == run.id; });
    auto at = open_.find(peer);
    if (at != open_.end() && at->second.id == run.id) open_.erase(at);
  }
}

}  // namespace guildhall::room
