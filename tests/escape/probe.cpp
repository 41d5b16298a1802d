#include "probe.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace guildhall::escape {

Outcome through(std::string detail) { return {Ended::through, std::move(detail)}; }

Outcome blocked(std::string_view call) {
  const int error = errno;
  return {Ended::blocked, std::string(call) + ": " + strerrorname_np(error)};
}

Outcome nothing() { return {Ended::nothing, "nothing to try it with"}; }

Outcome judged(long result, std::string_view call) {
  return result >= 0 ? through(std::string(call)) : blocked(call);
}

sockaddr_in to_v4(const char* address, std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  inet_pton(AF_INET, address, &out.sin_addr);
  return out;
}

Outcome send_marker(int fd, const World& world) {
  const auto sent = send(fd, world.marker.data(), world.marker.size(), MSG_NOSIGNAL);
  return sent > 0 ? through("sent " + std::to_string(sent) + " bytes") : blocked("send");
}

Outcome connect_and_send(int fd, const sockaddr* address, socklen_t size, const World& world) {
  if (fd < 0) return blocked("socket");
  if (connect(fd, address, size) != 0) return blocked("connect");
  return send_marker(fd, world);
}

std::string read_some(int fd) {
  std::string out(4'096, '\0');
  const auto got = pread(fd, out.data(), out.size(), 0);
  out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return out;
}

}  // namespace guildhall::escape
