#include "kit.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace guildhall::escape {
namespace {

int must(int fd, const char* what) {
  if (fd >= 0) return fd;
  std::perror(what);
  std::exit(2);
}

int channel() {
  int ends[2];
  must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), "socketpair");
  return ends[0];
}

int connected_to(std::uint16_t port) {
  const int fd = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  const auto to = to_v4("127.0.0.1", port);
  must(connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to), "connect");
  return fd;
}

int listener() {
  const int fd = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  const auto any = to_v4("127.0.0.1", 0);
  must(bind(fd, reinterpret_cast<const sockaddr*>(&any), sizeof any), "bind");
  must(listen(fd, 4), "listen");
  return fd;
}

int accepted_from(int listening) {
  sockaddr_in at{};
  socklen_t size = sizeof at;
  must(getsockname(listening, reinterpret_cast<sockaddr*>(&at), &size), "getsockname");
  connected_to(ntohs(at.sin_port));
  return must(accept4(listening, nullptr, nullptr, SOCK_CLOEXEC), "accept");
}

}  // namespace

Kit make_kit(std::string_view role, const std::string& folder) {
  Kit kit;
  const std::string data = folder + "/data";
  if (role == "room") {
    const int listening = listener();
    kit.descriptors = {listening, accepted_from(listening), channel()};
    kit.files = {{data, true}};
  } else if (role == "vault") {
    kit.descriptors = {channel()};
    kit.files = {{data, true}};
  } else if (role == "dialler") {
    kit.descriptors = {channel()};
    kit.files = {{data}};
  } else if (role == "shim") {
    kit.descriptors = {connected_to(kAllowedPeer), channel()};
  } else if (role == "translator") {
    kit.descriptors = {channel()};
  } else {
    const auto input = data + "/input";
    const auto output = data + "/output";
    close(must(open(input.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600), "input"));
    kit.descriptors = {must(open(input.c_str(), O_RDONLY | O_CLOEXEC), "input"),
                       must(open(output.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600), "output")};
  }
  return kit;
}

}  // namespace guildhall::escape
