// Tells webhooks what was done (webhooks.h): one notice at a time of each, the next when the peer
// took it, the same again after a pause where it did not.
//
// It runs in every process that serves the room and works in the one that has the turn at the
// room's deeds. A turn that passes on while a notice is under way may tell that one twice, under
// the same id. Nothing is sent while the room or the project is without its key: the secret that
// signs cannot be opened then.
//
// Concurrency: a thread of its own; `wake` and `stop` any. What the line tells goes into a list
// that outlives this. Limits: kMaxWebhooksUnderWay, kWebhookLookMs, kWebhookWaitMs.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "room/models/line.h"
#include "room/out/notice.h"

namespace guildhall::room {

struct CourierPorts {
  const gateway::Context& ctx;
  const store::ExternalIds& ids;
  ModelLine& line;
  std::function<bool()> my_turn;          // and the room has its key
  std::function<bool(ProjectId)> is_lit;  // this project has its key
};

class Courier {
 public:
  explicit Courier(CourierPorts ports);
  ~Courier() { stop(); }

  void start();
  // Something was done.
  void wake();
  // What is under way is told again by whoever goes on.
  void stop();

  struct Counts {
    std::atomic<std::int64_t> told{0};
    std::atomic<std::int64_t> failed{0};
  };
  const Counts& counts() const { return counts_; }

 private:
  // How one attempt ended.
  struct Ended {
    WebhookId hook;
    std::int64_t status = 0;
    std::string error;  // empty: the peer took it
  };
  // What the line's thread gives to ours.
  struct Bell {
    Mutex mutex;
    CondVar rung;
    std::vector<Ended> ended GUARDED_BY(mutex);
    bool news GUARDED_BY(mutex) = false;
    bool stopping GUARDED_BY(mutex) = false;
  };
  class Attempt;
  struct UnderWay {
    Webhook hook;
    HookPlace place;
  };

  void run();
  void look(const std::optional<std::set<WebhookId>>& only);
  Result<bool> tell_next(Webhook hook);
  void settle(const Ended& ended);

  const CourierPorts ports_;
  const std::shared_ptr<Bell> bell_;
  std::map<WebhookId, UnderWay> under_way_;  // the thread's
  std::map<WebhookId, HookPlace> read_;      // up to here there is nothing for it; the thread's
  Counts counts_;
  std::thread thread_;
};

}  // namespace guildhall::room
