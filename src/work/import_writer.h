// The writing half of an import: takes checked lines and has them written chunk by chunk, by a
// thread of its own once there is more than one chunk, so that the next lines are checked while
// these are written. At most two chunks are held.
//
// Concurrency: add and flush on one thread; the counters from any.
// Limits: kImportChunkLines, kImportChunkBytes, and those of import_slices.h.
#pragma once

#include <thread>
#include <vector>

#include "base/mutex.h"
#include "work/import_slices.h"

namespace guildhall::work {

class ImportWriter {
 public:
  ImportWriter(const Context& ctx, const Actor& actor, const Project& project, BatchId batch);
  ~ImportWriter();  // what is not flushed may be lost
  ImportWriter(const ImportWriter&) = delete;
  ImportWriter& operator=(const ImportWriter&) = delete;

  // Error: the store's, of any line before. After an error every later call gives it again.
  Result<void> add(CheckedLine line);
  // Returns when every line is durable.
  Result<void> flush();

  std::int64_t imported() const { return slices_.imported(); }
  std::int64_t duplicate() const { return slices_.duplicate(); }

 private:
  Result<void> hand_over() EXCLUDES(mutex_);
  void loop();

  SliceWriter slices_;                // the thread's, once there is one
  std::vector<CheckedLine> filling_;  // the caller's
  std::size_t filling_bytes_ = 0;
  std::atomic<bool> stopping_{false};

  Mutex mutex_;
  CondVar changed_;
  std::vector<CheckedLine> handed_ GUARDED_BY(mutex_);
  bool writing_ GUARDED_BY(mutex_) = false;
  Result<void> failure_ GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace guildhall::work
