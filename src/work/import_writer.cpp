#include "work/import_writer.h"

#include "base/limits.h"

namespace guildhall::work {

ImportWriter::ImportWriter(const Context& ctx, const Actor& actor, const Project& project,
                           BatchId batch)
    : slices_(ctx, actor, project, batch) {}

ImportWriter::~ImportWriter() {
  if (!thread_.joinable()) return;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

Result<void> ImportWriter::add(CheckedLine line) {
  filling_bytes_ += line.bytes();
  filling_.push_back(std::move(line));
  if (filling_.size() < kImportChunkLines && filling_bytes_ < kImportChunkBytes) return {};
  return hand_over();
}

// Gives the chunk to the thread once that has written the one before.
Result<void> ImportWriter::hand_over() {
  if (!thread_.joinable()) thread_ = std::thread([this] { loop(); });
  {
    MutexLock lock(mutex_);
    while (writing_) changed_.wait(mutex_);
    TRY(Result<void>(failure_));
    filling_.swap(handed_);
    writing_ = true;
    changed_.notify_all();
  }
  filling_.clear();
  filling_bytes_ = 0;
  return {};
}

Result<void> ImportWriter::flush() {
  if (!thread_.joinable()) {  // one chunk: nothing to overlap
    auto written = slices_.write(filling_, stopping_);
    filling_.clear();
    filling_bytes_ = 0;
    return written;
  }
  TRY(hand_over());
  MutexLock lock(mutex_);
  while (writing_) changed_.wait(mutex_);
  return failure_;
}

void ImportWriter::loop() {
  std::vector<CheckedLine> chunk;
  while (true) {
    {
      MutexLock lock(mutex_);
      while (!writing_ && !stopping_) changed_.wait(mutex_);
      if (stopping_) return;
      chunk.swap(handed_);
    }
    auto written = slices_.write(chunk, stopping_);
    chunk.clear();
    MutexLock lock(mutex_);
    handed_.swap(chunk);  // its memory is filled again
    failure_ = std::move(written);
    writing_ = false;
    changed_.notify_all();
  }
}

}  // namespace guildhall::work
