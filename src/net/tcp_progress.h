// How many bytes the kernel has received from, and had acknowledged by, the other side.
#pragma once

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>

namespace guildhall::net {

struct TcpProgress {
  std::uint64_t received = 0;
  std::uint64_t acknowledged = 0;
};

inline TcpProgress tcp_progress(int fd) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return {};
  return {info.tcpi_bytes_received, info.tcpi_bytes_acked};
}

}  // namespace guildhall::net
