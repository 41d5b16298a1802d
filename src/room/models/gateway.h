// The room's gateway to models: who may ask for what, and what is under way. Owns the line, the
// pots of budgets and limits, the recorder, and a breaker for each target.
//
// Who asks is looked up in the store and kept until something changes in the room, and at most for
// kModelAccessMs: so much longer a key that is revoked may work.
//
// Concurrency: any thread; start and stop from one.
// Limits: kModelAccessMs, kMaxModelAccess.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "gateway/breaker.h"
#include "gateway/pots.h"
#include "gateway/recorder.h"
#include "room/models/conductor.h"
#include "room/models/exchange.h"
#include "room/models/line.h"
#include "room/out/traces.h"

namespace guildhall::room {

class ModelGateway {
 public:
  ModelGateway(const gateway::Context& ctx, LauncherChannel& launcher);
  ~ModelGateway() { stop(); }

  void start();
  // What is under way ends; what is over is written.
  void stop();

  // Errors: those of open_access.
  Result<gateway::Access> access(std::string_view secret, const std::string& model)
      EXCLUDES(mutex_);
  // For the room's own pages: the newest key of this project and purpose that names the model.
  Result<gateway::Access> access_for(ProjectId project, gateway::Purpose purpose,
                                     const std::string& model) EXCLUDES(mutex_);
  // What is known is looked up anew.
  void forget_access() EXCLUDES(mutex_);
  // The key of all, or of these projects, is away: what is under way there ends.
  void go_dark(bool all, const std::vector<ProjectId>& projects) EXCLUDES(mutex_);

  gateway::Breaker& breaker(const gateway::Target& target) EXCLUDES(mutex_);
  void under_way(const std::shared_ptr<ModelExchange>& exchange) EXCLUDES(mutex_);
  void over(ModelExchange& exchange) EXCLUDES(mutex_);

  const gateway::Context& context() const { return ctx_; }
  gateway::Pots& pots() { return pots_; }
  gateway::Recorder& recorder() { return recorder_; }
  ModelLine& line() { return line_; }
  PeerWatch& peers() { return peers_; }
  Traces& traces() { return traces_; }
  Conductor& conductor() { return conductor_; }

  struct Counts {
    std::atomic<std::int64_t> exchanges{0};
    std::atomic<std::int64_t> attempts{0};
    std::atomic<std::int64_t> refused{0};
    std::atomic<std::int64_t> by_state[6] = {};
    std::atomic<std::int64_t> input_tokens{0};
    std::atomic<std::int64_t> output_tokens{0};
  };
  Counts& counts() { return counts_; }
  std::string metrics() const;

 private:
  struct Known {
    gateway::Access access;
    std::int64_t until_ms = 0;
  };
  using Running = std::map<ModelExchange*, std::weak_ptr<ModelExchange>>;

  template <class Look>
  Result<gateway::Access> look(const std::string& key, Look&& look) EXCLUDES(mutex_);
  void end_all(const Error& why, const std::function<bool(ModelExchange&)>& which) EXCLUDES(mutex_);

  const gateway::Context ctx_;
  gateway::Pots pots_;
  gateway::Recorder recorder_;
  PeerWatch peers_;
  ModelLine line_;
  Traces traces_;
  Conductor conductor_;
  Counts counts_;
  mutable Mutex mutex_;
  std::map<std::string, Known> known_ GUARDED_BY(mutex_);
  std::map<std::string, std::unique_ptr<gateway::Breaker>> breakers_ GUARDED_BY(mutex_);
  Running running_ GUARDED_BY(mutex_);
  bool stopped_ = false;
};

}  // namespace guildhall::room
