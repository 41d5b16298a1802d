// One end of a pipe of frames (frames.h): what is still to be written, and what was read and is
// not handled yet. Never blocks.
//
// Concurrency: one thread. Limits: kMaxModelFrame of a frame; what is written is the caller's to
// bound (by credit, and by how many exchanges there are).
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "gateway/frames.h"

namespace guildhall::gateway {

class FramePipe {
 public:
  explicit FramePipe(int fd);  // owns it
  ~FramePipe();
  FramePipe(const FramePipe&) = delete;
  FramePipe& operator=(const FramePipe&) = delete;

  int fd() const { return fd_; }
  // Frames are appended here; flush() or the next one writes them.
  std::string& out() { return out_; }
  // Writes what the socket takes. Error: gone/"pipe-closed".
  Result<void> flush();
  bool has_more() const { return sent_ < out_.size(); }
  std::size_t waiting() const { return out_.size() - sent_; }

  // Reads what is there and hands over each whole frame, whose payload lives until the next one.
  // Errors: gone/"pipe-closed" at its end, malformed/"bad-frame", and what the handler says.
  Result<void> read(const std::function<Result<void>(const Frame&)>& handle);

 private:
  const int fd_;
  std::string out_;
  std::size_t sent_ = 0;
  std::string in_;
};

}  // namespace guildhall::gateway
