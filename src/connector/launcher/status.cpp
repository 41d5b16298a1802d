#include "connector/launcher/status.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>

#include "base/files.h"
#include "base/json.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "gateway/peers/folder.h"

namespace guildhall::connector {
namespace {

constexpr std::int64_t kDay = 86'400'000;

// As its dialler wrote it down (dialler/account.h).
std::int64_t bytes_today(const std::filesystem::path& room_dir, std::string_view peer) {
  auto text =
      read_file(gateway::peers_folder(room_dir) / fmt::format("{}.spent", peer), kMaxSpentFile);
  long long day = 0;
  long long bytes = 0;
  bool known = text && std::sscanf(text->c_str(), "%lld %lld", &day, &bytes) == 2;
  return known && day == system_clock().now_ms() / kDay ? bytes : 0;
}

void write_time(JsonWriter& out, std::string_view name, TimeMs at) {
  out.key(name);
  at > 0 ? out.string(rfc3339(at)) : out.null();
}

std::string_view state_of(const PeerRun& run) {
  if (run.stopped()) return "stopped";
  return run.processes.empty() ? "idle" : "running";
}

void write_run(JsonWriter& out, const PeerRun& run) {
  out.field("state", state_of(run)).field("starts", run.starts);
  write_time(out, "started_at", run.started_at);
  write_time(out, "ended_at", run.ended_at);
  out.key("stopped_by");
  if (!run.stopped()) {
    out.null();
    return;
  }
  out.begin_object().field("role", run.stopped_role).field("why", run.why);
  out.field("call", run.call).end_object();
}

}  // namespace

Result<std::string> digest_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  crypto::Sha256 hash;
  std::string part(1U << 20, '\0');
  while (file) {
    file.read(part.data(), static_cast<std::streamsize>(part.size()));
    hash.update(std::string_view(part).substr(0, static_cast<std::size_t>(file.gcount())));
  }
  if (file.eof()) return crypto::to_hex(hash.finish());
  return fail(Fault::unavailable, "file-failed", "An executable cannot be read.");
}

std::string start_json(const PeerRun& run) {
  JsonWriter out;
  out.begin_object().field("start", run.starts).key("roles").begin_array();
  for (const auto& one : run.processes) {
    out.begin_object().field("role", one.role).field("sha256", one.sha256).end_object();
  }
  return out.end_array().end_object().take();
}

std::string status_json(const gateway::PeerList& list, const PeerRuns& runs,
                        const std::filesystem::path& room_dir, bool sandboxed) {
  JsonWriter out;
  out.begin_object().field("sandboxed", sandboxed).key("items").begin_array();
  const PeerRun none;
  for (const auto& peer : list.peers) {
    auto at = runs.find(peer.name);
    out.begin_object().field("name", peer.name).field("host", peer.host);
    out.field("kind", gateway::word(peer.kind));
    out.field("dialect", peer.dialect == gateway::Vendor::anthropic ? "anthropic" : "openai");
    write_run(out, at == runs.end() ? none : at->second);
    out.field("bytes_today", bytes_today(room_dir, peer.name));
    out.field("bytes_per_day", peer.bytes_per_day).end_object();
  }
  out.end_array().key("next").null().end_object();
  return out.take();
}

}  // namespace guildhall::connector
