#include "base/listen.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

namespace guildhall {
namespace {

struct HostPort {
  std::string host;
  std::string port;
};

Result<HostPort> split(std::string_view text) {
  auto bad = [] {
    return fail(Fault::invalid, "bad-address", "An address to listen on is HOST:PORT.", "listen");
  };
  std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad();
  HostPort out{std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
  if (out.port.empty() || out.port.size() > 5 ||
      out.port.find_first_not_of("0123456789") != std::string::npos ||
      std::stoi(out.port) > 65535) {
    return bad();
  }
  if (out.host.size() >= 2 && out.host.front() == '[' && out.host.back() == ']') {
    out.host = out.host.substr(1, out.host.size() - 2);
  } else if (out.host.find(':') != std::string::npos) {
    return bad();
  }
  return out;
}

Result<int> bind_one(const addrinfo& address) {
  int fd = socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail(Fault::unavailable, "no-socket", strerror(errno));
  int on = 1;
  int off = 0;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address.ai_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (bind(fd, address.ai_addr, address.ai_addrlen) != 0 || listen(fd, SOMAXCONN) != 0) {
    int why = errno;
    close(fd);
    return fail(why == EADDRINUSE ? Fault::unavailable : Fault::invalid,
                why == EADDRINUSE ? "address-in-use" : "bad-address", strerror(why), "listen");
  }
  return fd;
}

}  // namespace

Result<int> listen_on(std::string_view host_port) {
  HostPort at = TRY(split(host_port));
  // A listener asks no name server: "localhost" is the only name.
  if (at.host == "localhost") at.host = "127.0.0.1";
  if (at.host == "*") at.host.clear();
  addrinfo hints{};
  hints.ai_family = at.host.empty() ? AF_INET6 : AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const char* host = at.host.empty() ? nullptr : at.host.c_str();
  if (getaddrinfo(host, at.port.c_str(), &hints, &found) != 0 || found == nullptr) {
    return fail(Fault::invalid, "bad-address", "The host is not an IP address.", "listen");
  }
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, &freeaddrinfo);
  auto fd = bind_one(*found);
  if (fd || !at.host.empty()) return fd;
  // A kernel without IPv6: all addresses are the IPv4 ones.
  return listen_on("0.0.0.0:" + at.port);
}

Result<int> bound_port(int listen_fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(listen_fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return fail(Fault::internal, "no-socket", strerror(errno));
  }
  if (address.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<sockaddr_in6*>(&address)->sin6_port);
  }
  if (address.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<sockaddr_in*>(&address)->sin_port);
  }
  return fail(Fault::internal, "no-socket", "The descriptor is no internet socket.");
}

}  // namespace guildhall
