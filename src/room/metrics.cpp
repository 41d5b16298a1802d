#include "room/metrics.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <fstream>

namespace guildhall::room {
namespace {

std::atomic<const net::Server*> measured{nullptr};
std::array<std::atomic<std::int64_t>, 6> replies_by_class{};

std::int64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t pages = 0, resident = 0;
  statm >> pages >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

void line(std::string& out, std::string_view name, std::string_view type, std::string_view help,
          std::int64_t value) {
  out += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", name, help, type, value);
}

}  // namespace

void set_measured_server(const net::Server* server) { measured = server; }

void count_reply(int status) {
  auto index = static_cast<std::size_t>(status / 100);
  if (index < replies_by_class.size()) ++replies_by_class[index];
}

std::string metrics_text(Room& room) {
  std::string out;
  auto store = room.db().stats();
  line(out, "guildhall_store_commits_total", "counter", "Durable commits.", store.commits);
  line(out, "guildhall_store_transactions_total", "counter",
       "Transactions that shared those commits.", store.transactions);
  line(out, "guildhall_store_queue", "gauge", "Transactions waiting.", store.queue);
  line(out, "guildhall_authority_refused_total", "counter",
       "Rows that grant access and were not written by this room.", room.accounts().refused_rows());
  line(out, "guildhall_log_turn", "gauge",
       "1 where this process puts the room's deeds into its log.", room.has_turn() ? 1 : 0);
  out += room.models().metrics();
  line(out, "guildhall_webhook_told_total", "counter", "Notices that webhooks took.",
       room.courier().counts().told);
  line(out, "guildhall_webhook_failed_total", "counter", "Attempts to tell one that failed.",
       room.courier().counts().failed);
  if (const auto* server = measured.load()) {
    auto stats = server->stats();
    line(out, "guildhall_http_connections", "gauge", "Open connections.", stats.connections);
    line(out, "guildhall_http_event_streams", "gauge", "Open event streams.", stats.event_streams);
    line(out, "guildhall_http_queue", "gauge", "Requests waiting for a worker.", stats.queue);
    line(out, "guildhall_http_requests_total", "counter", "Requests.", stats.requests);
    line(out, "guildhall_http_refused_full_total", "counter", "Refused: queue full.",
         stats.refused_full);
    line(out, "guildhall_http_cut_slow_total", "counter", "Cut off: too slow.", stats.cut_slow);
  }
  out +=
      "# HELP guildhall_http_replies_total Replies by class of status.\n"
      "# TYPE guildhall_http_replies_total counter\n";
  for (std::size_t i = 1; i < replies_by_class.size(); ++i) {
    out += fmt::format("guildhall_http_replies_total{{class=\"{}xx\"}} {}\n", i,
                       replies_by_class[i].load());
  }
  line(out, "process_resident_memory_bytes", "gauge", "Resident memory.", resident_bytes());
  line(out, "process_start_time_seconds", "gauge", "When the process started.",
       room.started_at() / 1000);
  return out;
}

}  // namespace guildhall::room
