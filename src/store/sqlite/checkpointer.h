// Copies the write-ahead log back into the database file beside the writer, on a connection of its
// own, so that commits do not wait for it.
//
// Concurrency: request() and take_finished() from the writer's thread; one thread inside, which
// calls on_finished after each pass.
// Limits: kCheckpointPages is what the writer lets gather before it asks.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "base/mutex.h"

namespace guildhall::store::sqlite {

class Checkpointer {
 public:
  Checkpointer(std::string path, std::function<void()> on_finished);
  ~Checkpointer();

  void request() EXCLUDES(mutex_);
  bool finished() const { return finished_.load(); }
  // True once after each finished pass: the writer may now copy the tail.
  bool take_finished() { return finished_.exchange(false); }
  // An fsync of the database file has failed.
  bool sync_failed() const { return sync_failed_.load(); }

 private:
  void loop();
  void pass();

  std::string path_;
  std::function<void()> on_finished_;
  std::atomic<bool> finished_{false};
  std::atomic<bool> sync_failed_{false};
  Mutex mutex_;
  CondVar asked_;
  bool wanted_ GUARDED_BY(mutex_) = false;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace guildhall::store::sqlite
