// What a role holds is itself a way out: sockets aimed anew, descriptors passed on.

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "probe.h"

namespace guildhall::escape {
namespace {

int option_of(int fd, int option) {
  int value = -1;
  socklen_t size = sizeof value;
  return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

bool is_tcp(int fd) { return option_of(fd, SO_DOMAIN) == AF_INET; }
bool is_listening(int fd) { return is_tcp(fd) && option_of(fd, SO_ACCEPTCONN) == 1; }
bool is_connected(int fd) { return is_tcp(fd) && option_of(fd, SO_ACCEPTCONN) == 0; }

// Tries `way` on each held descriptor of that kind, until one gets through.
Outcome on_each(bool (*fits)(int), Outcome (*way)(int, const World&), const World& world) {
  Outcome best = nothing();
  for (int fd = kFirstHeld; fd < kLastHeld; ++fd) {
    if (!fits(fd)) continue;
    best = way(fd, world);
    if (best.ended == Ended::through) break;
  }
  return best;
}

sockaddr_in sink() { return to_v4("127.0.0.1", kSinkTcp); }

// Connected to nothing first, a socket may be connected to anything.
Outcome turn(int fd, const World& world) {
  sockaddr none{};
  none.sa_family = AF_UNSPEC;
  if (connect(fd, &none, sizeof none) != 0) return blocked("connect to nothing");
  const auto to = sink();
  return connect_and_send(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to, world);
}

Outcome turn_connected(const World& w) { return on_each(is_connected, turn, w); }
Outcome turn_listening(const World& w) { return on_each(is_listening, turn, w); }

// Shut down, a listening socket is an unconnected one, and data in the SYN connects it.
Outcome fast_open_sendto(int fd, const World& world) {
  shutdown(fd, SHUT_RDWR);
  const auto to = sink();
  return judged(sendto(fd, world.marker.data(), world.marker.size(), MSG_FASTOPEN,
                       reinterpret_cast<const sockaddr*>(&to), sizeof to),
                "sendto");
}

msghdr message_to(sockaddr_in& to, iovec& part, const World& world) {
  part = {const_cast<char*>(world.marker.data()), world.marker.size()};
  msghdr out{};
  out.msg_name = &to;
  out.msg_namelen = sizeof to;
  out.msg_iov = &part;
  out.msg_iovlen = 1;
  return out;
}

Outcome fast_open_sendmsg(int fd, const World& world) {
  shutdown(fd, SHUT_RDWR);
  auto to = sink();
  iovec part{};
  const auto message = message_to(to, part, world);
  return judged(sendmsg(fd, &message, MSG_FASTOPEN), "sendmsg");
}

Outcome fast_open_sendmmsg(int fd, const World& world) {
  shutdown(fd, SHUT_RDWR);
  auto to = sink();
  iovec part{};
  mmsghdr messages[1] = {};
  messages[0].msg_hdr = message_to(to, part, world);
  return judged(sendmmsg(fd, messages, 1, MSG_FASTOPEN), "sendmmsg");
}

Outcome listener_sendto(const World& w) { return on_each(is_listening, fast_open_sendto, w); }
Outcome listener_sendmsg(const World& w) { return on_each(is_listening, fast_open_sendmsg, w); }
Outcome listener_sendmmsg(const World& w) { return on_each(is_listening, fast_open_sendmmsg, w); }

// Listening again, it is a door for whoever is outside.
Outcome listen_again(const World& world) {
  auto way = [](int fd, const World&) {
    shutdown(fd, SHUT_RDWR);
    return judged(listen(fd, 1), "listen");
  };
  return on_each(is_listening, way, world);
}

// One end of a pair of datagrams sends to any address that it is given.
Outcome datagram_pair(const World& world) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) != 0) return blocked("socketpair");
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  world.outside("dgram.sock").copy(to.sun_path, sizeof to.sun_path - 1);
  return judged(sendto(ends[0], world.marker.data(), world.marker.size(), 0,
                       reinterpret_cast<const sockaddr*>(&to), sizeof to),
                "sendto");
}

// What it holds, given away to somebody else.
Outcome pass_on(const World& world) {
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return blocked("socket");
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  world.outside("stream.sock").copy(to.sun_path, sizeof to.sun_path - 1);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    return blocked("connect");
  }
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  iovec part{const_cast<char*>(world.marker.data()), world.marker.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(head), &kResult, sizeof(int));
  return judged(sendmsg(fd, &message, 0), "sendmsg");
}

// Left open by whoever started the role.
Outcome inherited(const World& world) {
  for (int fd = kFirstHeld + world.planned; fd < 1'024; ++fd) {
    if (fcntl(fd, F_GETFD) < 0) continue;
    return through("descriptor " + std::to_string(fd) + " is open");
  }
  errno = EBADF;
  return blocked("fcntl");
}

bool is_file(int fd) {
  struct stat info{};
  return fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
}
bool is_written(int fd) { return is_file(fd) && (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY; }
bool is_read(int fd) { return is_file(fd) && !is_written(fd); }

// A file that it may only read, made everybody's.
Outcome open_to_all(const World& world) {
  auto way = [](int fd, const World&) { return judged(fchmod(fd, 0666), "fchmod"); };
  return on_each(is_read, way, world);
}

// A byte beyond 2 GiB, which costs nothing here, and a disk elsewhere.
Outcome large_file(const World& world) {
  auto way = [](int fd, const World&) { return judged(pwrite(fd, "x", 1, 2LL << 30), "pwrite"); };
  return on_each(is_written, way, world);
}

constexpr Probe kProbes[] = {
    {"turn-connected", Show::loud, true, false, turn_connected},
    {"turn-listening", Show::loud, true, false, turn_listening},
    {"listener-sendto", Show::loud, true, false, listener_sendto},
    {"listener-sendmsg", Show::loud, true, false, listener_sendmsg},
    {"listener-sendmmsg", Show::loud, true, false, listener_sendmmsg},
    {"listen-again", Show::loud, false, false, listen_again},
    {"datagram-pair", Show::loud, true, false, datagram_pair},
    {"pass-on", Show::loud, true, false, pass_on},
    {"inherited", Show::quiet, false, false, inherited},
    {"open-to-all", Show::quiet, false, false, open_to_all},
    {"large-file", Show::quiet, false, false, large_file},
};

}  // namespace

std::span<const Probe> descriptor_probes() { return kProbes; }

}  // namespace guildhall::escape
