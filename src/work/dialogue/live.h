// Replies on their way: from the models to whoever reads along, and into the store.
//
// A reply is written down when it ends and at most every kReplyFlushMs before, by one thread for
// all of them; a reader hears of an end when it is durable, never before. A reader who leaves
// cancels what still comes, and what came is kept. When the key goes the replies end too, with what
// was written down by then.
//
// Concurrency: any thread. A ReplyStream is shared by its reader, the models' threads and the
// writer; it may outlive the LiveReplies. No call but start() and stop() waits for a model or for
// the store.
// Limits: kMaxLiveReplies, kMaxReplyBytes, kReplyFlushMs, kReplyTouchMs.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "work/dialogue/dialogue.h"
#include "work/dialogue/models.h"

namespace guildhall::work::dialogue {

// What is new for a reader.
struct Heard {
  std::vector<std::pair<DialogueNodeId, std::string>> texts;  // what was added, by reply
  struct Done {
    DialogueNodeId node;
    NodeState state;
    std::string why;
  };
  std::vector<Done> done;
  bool over = false;  // all are done, and all was heard
};

// The replies to one thing that was said.
class ReplyStream {
 public:
  virtual ~ReplyStream() = default;
  // Called, by any thread, whenever there is more to hear.
  virtual void on_news(std::function<void()> wake) = 0;
  virtual Heard hear() = 0;
  // Nobody listens any more.
  virtual void leave() = 0;
};

class LiveReplies {
 public:
  LiveReplies(const Context& ctx, Models& models);
  ~LiveReplies();
  LiveReplies(const LiveReplies&) = delete;
  LiveReplies& operator=(const LiveReplies&) = delete;

  void start();
  // Ends what is still coming, and writes it down.
  void stop();

  // Before replies are begun: is there room for them? unavailable/"too-many-dialogues".
  Result<void> admit(std::size_t replies) const EXCLUDES(mutex_);
  // Asks the models. A model that cannot be asked has a reply that ends in an error.
  std::shared_ptr<ReplyStream> open(Begun begun) EXCLUDES(mutex_);
  // The key is gone: of one project, or of all.
  void darken(ProjectId project) EXCLUDES(mutex_);
  void darken() EXCLUDES(mutex_);

 private:
  class Stream;
  class Ear;
  struct Bell;
  void write_down();
  std::vector<std::shared_ptr<Stream>> streams() const EXCLUDES(mutex_);
  void end(ProjectId only, NodeState state, const std::string& why) EXCLUDES(mutex_);

  const Context& ctx_;
  Models& models_;
  const std::shared_ptr<Bell> bell_;
  mutable Mutex mutex_;
  std::vector<std::shared_ptr<Stream>> streams_ GUARDED_BY(mutex_);
  std::thread writer_;
};

}  // namespace guildhall::work::dialogue
