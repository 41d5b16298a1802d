#include "gateway/frame_pipe.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace guildhall::gateway {
namespace {

constexpr std::size_t kReadAtOnce = 256U << 10;

std::unexpected<Error> pipe_closed() {
  return fail(Fault::gone, "pipe-closed", "The process at the other end has ended.");
}

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }

}  // namespace

FramePipe::FramePipe(int fd) : fd_(fd) { fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK); }

FramePipe::~FramePipe() { close(fd_); }

Result<void> FramePipe::flush() {
  while (has_more()) {
    ssize_t sent = send(fd_, out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && would_block()) {
      if (sent_ > out_.size() / 2) {  // what is out need not be kept
        out_.erase(0, sent_);
        sent_ = 0;
      }
      return {};
    }
    if (sent < 0) return pipe_closed();
    sent_ += static_cast<std::size_t>(sent);
  }
  out_.clear();
  sent_ = 0;
  return {};
}

Result<void> FramePipe::read(const std::function<Result<void>(const Frame&)>& handle) {
  std::size_t before = in_.size();
  ssize_t got = 0;
  // The room for it is not cleared first: that cost more than all else that is done to a frame.
  in_.resize_and_overwrite(before + kReadAtOnce, [&](char* to, std::size_t) {
    do {
      got = recv(fd_, to + before, kReadAtOnce, 0);
    } while (got < 0 && errno == EINTR);
    return before + static_cast<std::size_t>(got > 0 ? got : 0);
  });
  if (got == 0 || (got < 0 && !would_block())) return pipe_closed();
  std::string_view rest = in_;
  Frame frame;
  while (TRY(next_frame(rest, frame))) TRY(handle(frame));
  in_.erase(0, in_.size() - rest.size());
  if (in_.empty() && in_.capacity() > 2 * kReadAtOnce) std::string().swap(in_);
  return {};
}

}  // namespace guildhall::gateway
