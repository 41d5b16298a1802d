#include "connector/launcher/role_log.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include "base/limits.h"

namespace guildhall::connector {
namespace {

constexpr std::string_view kStamp = "2026-03-24T10:39:00.000Z error ";

struct Ends {
  Ends() { REQUIRE(pipe(fds) == 0); }
  void write(std::string_view text) const {
    REQUIRE(::write(fds[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  int fds[2] = {};
};

TEST_CASE("what a role says: our sentences, with nothing of its own") {
  auto refusal = read_role_line(std::string(kStamp) +
                                "refused a system call role=\"vault\" call=\"PLAYBOOK\" number=42");
  REQUIRE(refusal);
  CHECK(refusal->refusal);
  CHECK(refusal->call == 42);
  CHECK(refusal->text == "refused a system call");
  auto reason = read_role_line(std::string(kStamp) +
                               "this role could not start role=\"shim\" type=\"not-alone\"");
  REQUIRE(reason);
  CHECK(reason->reason == "not-alone");
  auto other = read_role_line(std::string(kStamp) + "this role could not start type=\"PLAYBOOK\"");
  REQUIRE(other);
  CHECK(other->reason.empty());
  for (std::string_view text : {"PLAYBOOK", "", "refused a system call", "free(): invalid pointer",
                                "2026-03-24T10:39:00.000Z error the playbook says"}) {
    CHECK_FALSE(read_role_line(text));
  }
}

TEST_CASE("what a role says: a refusal is noticed, in pieces and among other things") {
  Ends ends;
  RoleLog log("shim", gateway::Descriptor(ends.fds[0]));
  ends.write("something\n" + std::string(kStamp) + "refused a system ");
  CHECK(log.read());
  CHECK(log.refused().empty());
  ends.write("call role=\"shim\" number=42\n");
  CHECK(log.read());
  CHECK(log.refused() == "connect");
  close(ends.fds[1]);
  CHECK_FALSE(log.read());
}

TEST_CASE("what a role says: a line without end is not kept") {
  Ends ends;
  RoleLog log("shim", gateway::Descriptor(ends.fds[0]));
  for (int i = 0; i < 100; ++i) {
    ends.write(std::string(10'000, 'x'));
    CHECK(log.read());
  }
  ends.write("\n" + std::string(kStamp) + "refused a system call number=41\n");
  CHECK(log.read());
  CHECK(log.refused() == "socket");
  close(ends.fds[1]);
}

}  // namespace
}  // namespace guildhall::connector
