#include "room/launcher_channel.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/limits.h"
#include "gateway/descriptors.h"

namespace guildhall::room {

LauncherChannel::~LauncherChannel() {
  if (fd_ >= 0) close(fd_);
}

Result<LauncherChannel::Answer> LauncherChannel::ask(const std::string& question) {
  auto gone = [] {
    return fail(Fault::unavailable, "no-launcher",
                "This server was started without what reaches other servers.");
  };
  if (fd_ < 0 || !gateway::send_message(fd_, question)) return gone();
  auto answer = gateway::receive_message(fd_);
  if (!answer) return gone();
  if (answer->bytes.starts_with("ok")) {
    return Answer{answer->bytes.substr(2), answer->descriptor.release()};
  }
  auto blank = answer->bytes.find(' ');
  return fail(
      Fault::unavailable, "peer-unavailable",
      blank == std::string::npos ? "The peer cannot be reached." : answer->bytes.substr(blank + 1));
}

Result<LauncherChannel::Answer> LauncherChannel::open(const std::string& question) {
  MutexLock lock(mutex_);
  auto answer = TRY(ask(question));
  if (answer.fd >= 0) return answer;
  return fail(Fault::unavailable, "peer-unavailable", "The peer cannot be reached.");
}

Result<LauncherChannel::Answer> LauncherChannel::open_peer(std::string_view name) {
  return open(fmt::format("peer {}", name));
}

Result<int> LauncherChannel::open_database() {
  return TRY(open("database"))
  .fd;
}

Result<std::string> LauncherChannel::peers() {
  MutexLock lock(mutex_);
  auto answer = TRY(ask("peers"));
  if (answer.fd >= 0) close(answer.fd);
  return std::move(answer.text);
}

}  // namespace guildhall::room
