// Descriptors handed from process to process over a Unix socket: one with each message, or none.
//
// Concurrency: free functions; one message at a time on a socket. Limits: kMaxLauncherMessage.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace guildhall::gateway {

// Closes what it holds.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

struct Message {
  std::string bytes;
  Descriptor descriptor;  // none: no descriptor came with it
};

// `fd` stays the caller's, -1: none. Never waits, so that whoever does not take what it is told
// holds nobody up. Errors: gone/"pipe-closed"; unavailable/"pipe-full" where the other end takes
// nothing.
Result<void> send_message(int socket, std::string_view bytes, int fd = -1);
// Waits for it, unless the socket does not block. Errors: gone/"pipe-closed",
// unavailable/"pipe-empty", malformed/"bad-message" for one that is cut or has more descriptors.
Result<Message> receive_message(int socket);

// Two ends that carry whole messages (SOCK_SEQPACKET), or a stream of bytes. Close-on-exec.
// Error: unavailable/"no-descriptors".
struct Ends {
  Descriptor here;
  Descriptor there;
};
Result<Ends> message_pair();
Result<Ends> stream_pair();

}  // namespace guildhall::gateway
