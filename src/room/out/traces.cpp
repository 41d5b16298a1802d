#include "room/out/traces.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/json.h"
#include "base/limits.h"
#include "base/random.h"

namespace guildhall::room {
namespace {

gateway::Begin begin_of() {
  gateway::Begin begin;
  begin.plain = true;
  begin.timeouts.whole_ms = static_cast<std::uint32_t>(kTraceWaitMs);
  begin.max_reply_bytes = kMaxWebhookReply;
  return begin;
}

}  // namespace

// One request with spans on its way.
class Traces::Batch final : public ModelSink {
 public:
  Batch(std::int64_t spans, std::shared_ptr<Shared> shared)
      : spans_(spans), shared_(std::move(shared)) {}
  void on_head(gateway::Head head) override { status_ = head.status; }
  void on_data(std::string_view /*bytes*/) override {}
  void on_meter(gateway::Meter /*meter*/) override {}
  void on_end(gateway::End end) override {
    bool good = end.ending == gateway::Ending::complete && status_ >= 200 && status_ < 300;
    over(good);
  }
  void over(bool good) {
    auto& counts = shared_->counts;
    (good ? counts.sent : counts.dropped).fetch_add(spans_, std::memory_order_relaxed);
    MutexLock lock(shared_->mutex);
    shared_->under_way = false;
    shared_->rung.notify_one();
  }

 private:
  const std::int64_t spans_;
  const std::shared_ptr<Shared> shared_;
  std::int64_t status_ = 0;
};

void Traces::add(TraceSpan span) {
  system_random().fill(span.number.data(), span.number.size());
  MutexLock lock(shared_->mutex);
  if (shared_->stopping || shared_->waiting.size() >= kMaxTraceSpans) {
    shared_->counts.dropped.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  shared_->waiting.push_back(span);
}

void Traces::start(TracePorts ports) {
  thread_ = std::thread([this, ports = std::move(ports)] { run(ports); });
}

void Traces::stop() {
  {
    MutexLock lock(shared_->mutex);
    shared_->stopping = true;
    shared_->rung.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Traces::run(const TracePorts& ports) {
  while (true) {
    std::vector<TraceSpan> batch;
    bool lit = ports.is_lit();
    {
      MutexLock lock(shared_->mutex);
      bool behind = lit && !shared_->under_way && shared_->waiting.size() >= kTraceBatch;
      if (!shared_->stopping && !behind) {
        (void)shared_->rung.wait_for_ms(shared_->mutex, kTraceFlushMs);
      }
      if (shared_->stopping) return;
      if (shared_->under_way || shared_->waiting.empty() || !lit) continue;
      auto& waiting = shared_->waiting;
      auto end = waiting.begin() +
                 static_cast<std::ptrdiff_t>(std::min(waiting.size(), std::size_t{kTraceBatch}));
      batch.assign(waiting.begin(), end);
      waiting.erase(waiting.begin(), end);
      shared_->under_way = true;
    }
    auto peer = ports.peers.first_of("traces");
    if (peer && peer->empty()) {
      MutexLock lock(shared_->mutex);
      shared_->waiting.clear();
      shared_->under_way = false;
      continue;
    }
    send(ports, shared_, peer.value_or(""), std::move(batch));
  }
}

void Traces::send(const TracePorts& ports, const std::shared_ptr<Shared>& shared,
                  const std::string& peer, std::vector<TraceSpan> spans) {
  auto batch = std::make_shared<Batch>(static_cast<std::int64_t>(spans.size()), shared);
  if (peer.empty()) return batch->over(false);
  auto sent = ports.line.send(peer, begin_of(), otlp_json(spans, ports.ids), batch);
  if (!sent) batch->over(false);
}

}  // namespace guildhall::room
