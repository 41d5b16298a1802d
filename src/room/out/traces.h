// Traces of requests to models, for a collector that speaks OTLP/HTTP: the first peer of the kind
// `traces` in the room's signed list. Without one nothing is kept. What a collector that is away,
// slow or full does not take is dropped, and counted; no request to a model waits for it.
//
// Concurrency: `add` any thread, without waiting; a thread of its own sends.
// Limits: kMaxTraceSpans, kTraceBatch, kTraceFlushMs, kTraceWaitMs.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "room/models/line.h"
#include "room/out/trace_span.h"

namespace guildhall::room {

struct TracePorts {
  ModelLine& line;
  PeerWatch& peers;
  const store::ExternalIds& ids;
  std::function<bool()> is_lit;  // the room has its key; nothing is sent while it has not
};

class Traces {
 public:
  Traces() : shared_(std::make_shared<Shared>()) {}
  ~Traces() { stop(); }
  Traces(const Traces&) = delete;
  Traces& operator=(const Traces&) = delete;

  void start(TracePorts ports);
  // What waits is dropped.
  void stop();
  void add(TraceSpan span);

  struct Counts {
    std::atomic<std::int64_t> sent{0};
    std::atomic<std::int64_t> dropped{0};
  };
  const Counts& counts() const { return shared_->counts; }

 private:
  // Outlives this: the line tells how a batch ended.
  struct Shared {
    Mutex mutex;
    CondVar rung;
    std::vector<TraceSpan> waiting GUARDED_BY(mutex);
    bool under_way GUARDED_BY(mutex) = false;  // a batch
    bool stopping GUARDED_BY(mutex) = false;
    Counts counts;
  };
  class Batch;

  void run(const TracePorts& ports);
  static void send(const TracePorts& ports, const std::shared_ptr<Shared>& shared,
                   const std::string& peer, std::vector<TraceSpan> spans);

  const std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace guildhall::room
