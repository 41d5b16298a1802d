#include "base/listen.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <string>

namespace guildhall {
namespace {

TEST_CASE("listen: a free port, close-on-exec, and taken only once") {
  auto fd = listen_on("127.0.0.1:0");
  REQUIRE(fd);
  auto port = bound_port(*fd);
  REQUIRE(port);
  CHECK(*port > 0);
  CHECK((fcntl(*fd, F_GETFD) & FD_CLOEXEC) != 0);
  auto second = listen_on("127.0.0.1:" + std::to_string(*port));
  REQUIRE_FALSE(second);
  CHECK(second.error().type == "address-in-use");
  close(*fd);
}

TEST_CASE("listen: what is no address is refused without asking a name server") {
  for (const char* bad : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "::1:80",
                          "example.org:80", "[::1:80", "127.0.0.1:080000"}) {
    CAPTURE(std::string(bad));
    CHECK(listen_on(bad).error().type == "bad-address");
  }
}

}  // namespace
}  // namespace guildhall
