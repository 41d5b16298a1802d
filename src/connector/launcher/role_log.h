// What a role writes to its standard output and error, which are one pipe to the launcher. The role
// is not trusted with the room's log: of its lines only the sentences that our own code writes are
// passed on, with the role's name and no value but a number of ours. So a hostile role can neither
// write content there nor speak in another's name; and a system call that was refused to it comes
// to its launcher's notice. That it does is the role's own handler's word: the refusal itself is
// the kernel's, whatever is said of it.
//
// Concurrency: one thread. Limits: kMaxRoleLines passed on, kMaxRoleLine bytes of one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "gateway/descriptors.h"

namespace guildhall::connector {

// A line that one of our roles writes; nothing for any other. All text is of this program.
struct RoleLine {
  std::string_view text;
  LogLevel level = LogLevel::error;
  bool refusal = false;     // of a system call
  int call = -1;            // its number
  std::string_view reason;  // why a role could not start
};
std::optional<RoleLine> read_role_line(std::string_view line);

class RoleLog {
 public:
  RoleLog(std::string_view role, gateway::Descriptor pipe);

  int fd() const { return pipe_.get(); }
  // Takes some of what is there, without waiting. False: nothing is there now.
  bool read();
  // The first system call that was refused; empty: none was.
  const std::string& refused() const { return refused_; }

 private:
  void line(std::string_view text);

  std::string role_;
  gateway::Descriptor pipe_;
  std::string rest_;
  std::string refused_;
  std::size_t lines_ = 0;
  bool strange_ = false;  // it wrote what none of ours writes
};

}  // namespace guildhall::connector
