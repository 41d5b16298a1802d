#include "gateway/descriptors.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/limits.h"

namespace guildhall::gateway {
namespace {

std::unexpected<Error> closed() {
  return fail(Fault::gone, "pipe-closed", "The process at the other end has ended.");
}

bool later() { return errno == EAGAIN || errno == EWOULDBLOCK; }

Result<Ends> pair_of(int type) {
  int fds[2];
  if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds) != 0) {
    return fail(Fault::unavailable, "no-descriptors", "The process has no descriptors left.");
  }
  return Ends{Descriptor(fds[0]), Descriptor(fds[1])};
}

// Those that came; all but the first are closed, and count as too many.
bool take_descriptors(msghdr& header, Descriptor& into) {
  bool one_at_most = true;
  for (cmsghdr* at = CMSG_FIRSTHDR(&header); at != nullptr; at = CMSG_NXTHDR(&header, at)) {
    if (at->cmsg_level != SOL_SOCKET || at->cmsg_type != SCM_RIGHTS) continue;
    std::size_t count = (at->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(at) + i * sizeof(int), sizeof fd);
      one_at_most = one_at_most && !into;
      if (into) {
        close(fd);
      } else {
        into = Descriptor(fd);
      }
    }
  }
  return one_at_most;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) close(fd_);
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) close(fd_);
}

Result<void> send_message(int socket, std::string_view bytes, int fd) {
  std::string copy(bytes);
  iovec part{copy.data(), copy.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (fd >= 0) {
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(rights), &fd, sizeof fd);
  }
  ssize_t sent = 0;
  do {
    sent = sendmsg(socket, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  if (sent == static_cast<ssize_t>(bytes.size())) return {};
  if (sent < 0 && later()) {
    return fail(Fault::unavailable, "pipe-full", "The other end takes nothing now.");
  }
  return closed();
}

Result<Message> receive_message(int socket) {
  Message out;
  out.bytes.resize(kMaxLauncherMessage);
  iovec part{out.bytes.data(), out.bytes.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(8 * sizeof(int))];
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  ssize_t got = 0;
  do {
    got = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got < 0 && later()) {
    return fail(Fault::unavailable, "pipe-empty", "There is nothing to read now.");
  }
  if (got <= 0) return closed();
  out.bytes.resize(static_cast<std::size_t>(got));
  bool whole = (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
  if (!take_descriptors(header, out.descriptor) || !whole) {
    return fail(Fault::malformed, "bad-message", "A message between processes is not whole.");
  }
  return out;
}

Result<Ends> message_pair() { return pair_of(SOCK_SEQPACKET); }
Result<Ends> stream_pair() { return pair_of(SOCK_STREAM); }

}  // namespace guildhall::gateway
